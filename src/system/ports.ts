import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { HAS_PROC, type ProcessEntry, readEntry } from './proc.ts'

/** A TCP socket that accepts connections. */
export interface Listener {
  /** Dotted, or as the kernel prints IPv6: 32 hexadecimal digits, a word's bytes in the machine's order. */
  address: string
  port: number
  inode: string
}

const LISTENING = '0A'
const ANY4 = '0.0.0.0'
const ANY6 = '0'.repeat(32)
/** `::1`, and an IPv4 address in IPv6 clothes, on a little-endian machine. */
const LOOPBACK6 = '00000000000000000000000001000000'
const MAPPED = /^0{16}FFFF0000([0-9A-F]{8})$/

/** Listening sockets of this network namespace; none where there is no `/proc`. */
export function listeners(): Listener[] {
  if (!HAS_PROC) return []
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => parseListeners(read(table)))
}

/** Parses `/proc/net/tcp`, `udp` or one of their twins for IPv6 (proc_pid_net(5)): the sockets in a state. */
export function parseListeners(table: string, state: string = LISTENING): Listener[] {
  const found: Listener[] = []
  for (const line of table.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/)
    const [address, port] = fields[1]?.split(':') ?? []
    const inode = fields[9]
    if (fields[3] !== state || !address || !port || !inode) continue
    found.push({ address: readable(address), port: Number.parseInt(port, 16), inode })
  }
  return found
}

/** Inodes of the sockets that accept a connection to this loopback address: those bound to it, else those bound to any. */
export function socketsServing(address: string, port: number): Set<string> {
  const candidates = listeners().filter((listener) => listener.port === port)
  const [wanted, ...open] = address === '::1' ? [LOOPBACK6, ANY6] : [address, ANY4, ANY6]
  const exact = candidates.filter((listener) => listener.address === wanted)
  const any = candidates.filter((listener) => open.includes(listener.address))
  return new Set((exact.length > 0 ? exact : any).map(({ inode }) => inode))
}

/**
 * A process that listens on a port, whatever the address. `null`: nobody does, or that cannot be told (another user's
 * process, no `/proc`).
 */
export function holderOf(port: number): { pid: number; name: string } | null {
  return holderOfSockets(new Set(listeners().flatMap((listener) => (listener.port === port ? [listener.inode] : []))))
}

/** A process that has one of these sockets open; one pass over every process's descriptors. */
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

/** Whether a process has one of these sockets open. Another user's process never seems to. */
export function holdsSocket(pid: number, inodes: ReadonlySet<string>): boolean {
  return socketsOf(pid).some((inode) => inodes.has(inode))
}

/** TCP ports on which any of these processes listens, in ascending order; none where there is no `/proc`. */
export function listeningPorts(pids: readonly number[]): number[] {
  const own = new Set(pids.flatMap(socketsOf))
  const ports = listeners().flatMap(({ inode, port }) => (own.has(inode) ? [port] : []))
  return [...new Set(ports)].sort((a, b) => a - b)
}

/** Inodes of a process's open sockets; none of another user's process. */
export function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`
  try {
    return readdirSync(folder).flatMap((fd) => socketOf(`${folder}/${fd}`) ?? [])
  } catch {
    // Ended, or another user's.
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

function readable(address: string): string {
  const four = address.length === 8 ? address : MAPPED.exec(address)?.[1]
  if (four === undefined) return address
  return (four.match(/../g) ?? [])
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.')
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    // IPv6 may be switched off.
    return ''
  }
}
