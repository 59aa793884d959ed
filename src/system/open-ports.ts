import { readFileSync } from 'node:fs'
import type { OpenPort } from '../model/tree.ts'
import { parseListeners, socketsOf } from './ports.ts'
import { HAS_PROC } from './proc.ts'

/** States in `/proc/net/*`: a TCP socket that listens, and a UDP socket that is bound without a peer. */
const OPEN = { tcp: '0A', udp: '07' } as const

/** Every open port of this network namespace with its socket's inode; empty where there is no `/proc`. */
export function readOpenPorts(): Map<string, OpenPort> {
  const ports = new Map<string, OpenPort>()
  if (!HAS_PROC) return ports
  for (const protocol of ['tcp', 'udp'] as const) {
    for (const table of [`/proc/net/${protocol}`, `/proc/net/${protocol}6`]) {
      for (const { address, port, inode } of parseListeners(read(table), OPEN[protocol]))
        ports.set(inode, { protocol, address: readableAddress(address), port })
    }
  }
  return ports
}

/** What a process listens on, by protocol and port, each address once. Another user's process seems to listen on nothing. */
export function portsOf(pid: number, open: ReadonlyMap<string, OpenPort>): OpenPort[] {
  // Several sockets of a process may share an address (SO_REUSEPORT).
  const found = new Map<string, OpenPort>()
  for (const inode of socketsOf(pid)) {
    const port = open.get(inode)
    if (port) found.set(`${port.protocol} ${port.address} ${port.port}`, port)
  }
  return [...found.values()].sort(byProtocolAndPort)
}

function byProtocolAndPort(a: OpenPort, b: OpenPort): number {
  return a.protocol.localeCompare(b.protocol) || a.port - b.port || a.address.localeCompare(b.address)
}

/** The kernel's 32 hexadecimal digits as people write IPv6; what has dots stays. */
export function readableAddress(address: string): string {
  if (address.includes('.')) return address
  // Four words, each with its bytes in the machine's order: little-endian on every platform that these runtimes support.
  const words = address.match(/.{8}/g) ?? []
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse()).join('')
  const groups = bytes.match(/.{4}/g) ?? []
  // The parser of addresses knows how they are abbreviated.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    // IPv6 may be switched off.
    return ''
  }
}
