import type { Identity } from '../../model/lifecycle/identity.ts'
import type { ProcessEntry } from './process-entry.ts'

/**
 * The living processes of each leader's tree, by the leader's pid: first the leader, then its session and all descendants.
 * A leader that is gone is left out.
 */
export function treesOf(leaders: Iterable<Identity>, table: ProcessEntry[]): Map<number, ProcessEntry[]> {
  const living = table.filter(({ alive }) => alive)
  const byParent = groupBy(living, ({ ppid }) => ppid)
  const bySession = groupBy(living, ({ sid }) => sid)
  const byPid = new Map(living.map((entry) => [entry.pid, entry]))
  const trees = new Map<number, ProcessEntry[]>()
  for (const { pid, startTime } of leaders) {
    const root = byPid.get(pid)
    if (root?.startTime !== startTime) continue
    const tree = new Set<ProcessEntry>([root, ...(bySession.get(pid) ?? [])])
    for (const member of tree) for (const child of byParent.get(member.pid) ?? []) tree.add(child)
    trees.set(pid, [...tree])
  }
  return trees
}

function groupBy(entries: ProcessEntry[], keyOf: (entry: ProcessEntry) => number): Map<number, ProcessEntry[]> {
  const groups = new Map<number, ProcessEntry[]>()
  for (const entry of entries) {
    const group = groups.get(keyOf(entry))
    if (group) group.push(entry)
    else groups.set(keyOf(entry), [entry])
  }
  return groups
}
