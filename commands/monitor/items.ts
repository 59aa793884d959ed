import type { ProcessState } from '../../src/index.ts'

/** A row that can be selected: a process, or a group with its members. */
export type Item =
  | { kind: 'process'; key: string; state: ProcessState; inGroup: boolean }
  | { kind: 'group'; key: string; group: string; members: ProcessState[]; folded: boolean }

export const keyOfProcess = (name: string): string => `process ${name}`
export const keyOfGroup = (group: string): string => `group ${group}`

/** Processes without a group, then each group, followed by its members unless it is folded. */
export function itemsOf(states: readonly ProcessState[], folded: ReadonlySet<string>): Item[] {
  const groups = new Map<string, ProcessState[]>()
  for (const state of states) {
    if (state.group !== null) groups.set(state.group, [...(groups.get(state.group) ?? []), state])
  }
  const alone = states.filter(({ group }) => group === null).map((state) => processItem(state, false))
  const grouped = [...groups].flatMap(([group, members]): Item[] => {
    const header: Item = { kind: 'group', key: keyOfGroup(group), group, members, folded: folded.has(group) }
    return header.folded ? [header] : [header, ...members.map((state) => processItem(state, true))]
  })
  return [...alone, ...grouped]
}

function processItem(state: ProcessState, inGroup: boolean): Item {
  return { kind: 'process', key: keyOfProcess(state.name), state, inGroup }
}

/** The processes of an item. */
export function processesOf(item: Item): ProcessState[] {
  return item.kind === 'group' ? item.members : [item.state]
}

/** The name of an item in a sentence. */
export function titleOf(item: Item): string {
  return item.kind === 'group' ? `group ${item.group}` : item.state.name
}
