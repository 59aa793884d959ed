import type { Target } from '../../model/members.ts'
import { holderOfSockets, holdsSocket, socketsServing } from '../../system/ports.ts'
import { sweepNow } from '../../system/sweep.ts'

/** These listen for somebody else: a container that was started from within a process answers through them. */
const FORWARDERS = new Set(['docker-proxy', 'rootlessport', 'slirp4netns', 'pasta'])

/**
 * Who holds a port instead of this process, as a sentence. Undefined: the process does, or it cannot be told (no `/proc`,
 * another user's process): then an answer is taken for this process's own.
 */
export function foreignHolder(address: string, port: number, tree: Target): string | undefined {
  const sockets = socketsServing(address, port)
  if (sockets.size === 0) return undefined
  if (tree.leader && holdsSocket(tree.leader.pid, sockets)) return undefined
  const members = sweepNow([tree]).flatMap((sweep) => sweep.members)
  if (members.some(({ pid }) => holdsSocket(pid, sockets))) return undefined
  const holder = holderOfSockets(sockets)
  if (!holder || FORWARDERS.has(holder.name)) return undefined
  return `port ${port} is held by pid ${holder.pid} (${holder.name}), not by this process`
}
