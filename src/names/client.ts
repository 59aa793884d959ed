import { readSocketTable } from '../system/net/ports.ts'

interface Ends {
  remoteAddress?: string | undefined
  remotePort?: number | undefined
  localPort?: number | undefined
}

/**
 * Whether the other end of a connection over loopback is a program of this user, or of root: only they are shown names and lines of
 * logs. False where the system does not tell.
 */
export function isOwnClient({ remoteAddress, remotePort, localPort }: Ends): boolean {
  if (remoteAddress === undefined || remotePort === undefined || localPort === undefined) return false
  const uid = uidOfClient(readSocketTable(remoteAddress.includes(':') ? 'tcp6' : 'tcp'), remotePort, localPort)
  return uid !== undefined && (uid === 0 || uid === process.getuid?.())
}

/** The user whose socket is connected from one port to the other, from a table of `readSocketTable`. */
export function uidOfClient(table: string, from: number, to: number): number | undefined {
  const hex = (port: number) => `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  for (const line of table.split('\n').slice(1)) {
    const [, local = '', remote = '', state, , , , uid] = line.trim().split(/\s+/)
    if (local.endsWith(hex(from)) && remote.endsWith(hex(to)) && state === ESTABLISHED) return Number(uid)
  }
  return undefined
}

const ESTABLISHED = '01'
