import type { OpenPort } from '../../model/tree/tree.ts'
import { HAS_PROC } from '../process/proc.ts'
import { parseListeners, readSocketTable, socketsOf } from './ports.ts'

/** States in `/proc/net/*` of a listening TCP socket, and of a UDP socket that is bound without a peer. */
const OPEN = { tcp: '0A', udp: '07' } as const

/** Open ports of this network namespace by the inode of their socket; empty on systems without `/proc`. */
export function readOpenPorts(): Map<string, OpenPort> {
  const ports = new Map<string, OpenPort>()
  if (!HAS_PROC) return ports
  for (const protocol of ['tcp', 'udp'] as const) {
    for (const table of [protocol, `${protocol}6`] as const) {
      for (const { address, port, inode } of parseListeners(readSocketTable(table), OPEN[protocol]))
        ports.set(inode, { protocol, address: readableAddress(address), port })
    }
  }
  return ports
}

/** Open ports of a process, sorted by protocol and port; empty for a process of another user. */
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

/** Converts the kernel's 32 hexadecimal digits to IPv6 notation. A dotted IPv4 address stays as it is. */
export function readableAddress(address: string): string {
  if (address.includes('.')) return address
  // Four words, each in the machine's byte order, which is little-endian on every platform that these runtimes support.
  const words = address.match(/.{8}/g) ?? []
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse()).join('')
  const groups = bytes.match(/.{4}/g) ?? []
  // The URL parser abbreviates the address.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
