import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { HAS_PROC, type ProcessEntry, readEntry } from '../process/proc.ts'

/** A TCP socket that accepts connections. */
export interface Listener {
  /** Dotted, or as the kernel prints IPv6: 32 hexadecimal digits, a word's bytes in the machine's order. */
  address: string
  port: number
  /** The user who has opened it. */
  uid: number
  inode: string
}

const LISTENING = '0A'
const ANY4 = '0.0.0.0'
const ANY6 = '0'.repeat(32)
/** `::1`, and an IPv4-mapped IPv6 address, on a little-endian machine. */
const LOOPBACK6 = '00000000000000000000000001000000'
const MAPPED = /^0{16}FFFF0000([0-9A-F]{8})$/

/** Listening sockets of this network namespace; empty on systems without `/proc`. */
export function listeners(): Listener[] {
  if (!HAS_PROC) return []
  return (['tcp', 'tcp6'] as const).flatMap((table) => parseListeners(readSocketTable(table)))
}

/** The sockets in `state` from the text of a table of `readSocketTable`. */
export function parseListeners(table: string, state: string = LISTENING): Listener[] {
  const found: Listener[] = []
  for (const line of table.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/)
    const [address, port] = fields[1]?.split(':') ?? []
    const inode = fields[9]
    if (fields[3] !== state || !address || !port || !inode) continue
    found.push({ address: dottedIPv4(address), port: Number.parseInt(port, 16), uid: Number(fields[7]), inode })
  }
  return found
}

/**
 * Inodes of the sockets that accept a connection to this loopback address: those bound to it, otherwise those bound to
 * all.
 */
export function socketsServing(address: string, port: number): Set<string> {
  const candidates = listeners().filter((listener) => listener.port === port)
  const [wanted, ...open] = address === '::1' ? [LOOPBACK6, ANY6] : [address, ANY4, ANY6]
  const exact = candidates.filter((listener) => listener.address === wanted)
  const any = candidates.filter((listener) => open.includes(listener.address))
  return new Set((exact.length > 0 ? exact : any).map(({ inode }) => inode))
}

/**
 * A process that listens on a port, at any address; null if there is none, if it belongs to another user, or on systems
 * without `/proc`.
 */
export function holderOf(port: number): { pid: number; name: string } | null {
  return holderOfSockets(new Set(listeners().flatMap((listener) => (listener.port === port ? [listener.inode] : []))))
}

/** A process that has one of these sockets open. Reads the descriptors of all processes. */
export function holderOfSockets(inodes: ReadonlySet<string>): Pick<ProcessEntry, 'pid' | 'name'> | null {
  if (inodes.size === 0) return null
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry)
    if (!Number.isInteger(pid) || !holdsSocket(pid, inodes)) continue
    const name = readEntry(pid)?.name
    if (name !== undefined) return { pid, name }
  }
  return null
}

/** Whether a process has one of these sockets open; always false for a process of another user. */
export function holdsSocket(pid: number, inodes: ReadonlySet<string>): boolean {
  return socketsOf(pid).some((inode) => inodes.has(inode))
}

/** TCP ports on which any of these processes listens, in ascending order; empty on systems without `/proc`. */
export function listeningPorts(pids: readonly number[]): number[] {
  const own = new Set(pids.flatMap(socketsOf))
  const ports = listeners().flatMap(({ inode, port }) => (own.has(inode) ? [port] : []))
  return [...new Set(ports)].sort((a, b) => a - b)
}

/** Inodes of a process's open sockets; empty for a process of another user. */
export function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`
  try {
    return readdirSync(folder).flatMap((fd) => socketOf(`${folder}/${fd}`) ?? [])
  } catch {
    // The process ended, or belongs to another user.
    return []
  }
}

function socketOf(descriptor: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(descriptor))?.[1]
  } catch {
    // Closed since it was listed.
    return undefined
  }
}

/** Converts the kernel's notation of an IPv4 address to a dotted one. An IPv6 address stays as it is. */
function dottedIPv4(address: string): string {
  const four = address.length === 8 ? address : MAPPED.exec(address)?.[1]
  if (four === undefined) return address
  return (four.match(/../g) ?? [])
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.')
}

/** Text of a socket table of this network namespace (proc_pid_net(5)); empty if the kernel has no IPv6. */
export function readSocketTable(table: 'tcp' | 'tcp6' | 'udp' | 'udp6'): string {
  try {
    return readFileSync(`/proc/net/${table}`, 'latin1')
  } catch {
    return ''
  }
}
