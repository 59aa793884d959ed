import type { Target } from '../../model/tree/members.ts'
import { holderOfSockets, holdsSocket, socketsServing } from '../../system/net/ports.ts'
import { sweepNow } from '../../system/process/sweep.ts'

/** Programs that listen on behalf of another, such as for a container that a process has started. */
const FORWARDERS = new Set(['docker-proxy', 'rootlessport', 'slirp4netns', 'pasta'])

/**
 * A sentence about another process that holds the port. Undefined if the process itself holds it, or if the holder is
 * unknown (no `/proc`, or another user's process), so that the answer counts as the process's own.
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
