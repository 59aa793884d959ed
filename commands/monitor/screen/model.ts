import type { LogLevel, ProcessLog, ProcessState } from '../../../src/index.ts'
import type { History } from '../history.ts'
import { type Item, itemsOf, keyOfGroup, processesOf } from '../items.ts'

export interface Size {
  columns: number
  rows: number
}

/** A page about the selected process. */
export type Page = 'details' | 'why'

export type Act = 'start' | 'stop' | 'restart' | 'reload'

/** The state of the screen: with the clock it determines every row. Only `update` changes it. */
export interface Screen {
  size: Size
  processes: readonly ProcessState[]
  history: History
  /** Groups whose members are hidden. */
  folded: ReadonlySet<string>
  /** Key of the selected item. Absent: there are no items. */
  selected: string | undefined
  /** What is shown next to the processes. */
  pane: 'log' | Page | 'help'
  /** The lines of the open page; empty until it is loaded. */
  page: readonly string[]
  log: LogPane
  /** Shown before an action that ends processes; `y` confirms it. */
  question: Question | undefined
  notice: Notice | undefined
  link: Link
}

export interface LogPane {
  /** Show all processes, whatever is selected. */
  all: boolean
  /** Show only lines of the supervisor. */
  eventsOnly: boolean
  level: LogLevel | undefined
  /** Empty: no search. */
  search: string
  /** The search that is being typed. Absent: none. */
  draft: string | undefined
  /** The last lines, oldest first. */
  lines: readonly ProcessLog[]
  /** The log was opened, but no line has arrived yet. */
  isLoading: boolean
  /** Rows scrolled back; 0: the log follows. */
  back: number
}

export interface Question {
  act: Act
  names: string[]
  text: string
}

export interface Notice {
  text: string
  tone: 'good' | 'bad' | 'plain'
  /** Time until which it is shown, in epoch ms. Absent: until another notice replaces it. */
  until?: number
}

/** The connection to the supervisor: not yet known, none needed, alive, or lost. */
export type Link =
  | { state: 'unknown' | 'none' }
  /** `at`: the targets that the monitor shows; absent: this machine. */
  | { state: 'alive'; pid: number; at?: string }
  | { state: 'lost'; since: number; why: string }

/** An action that an event asks for. */
export type Order = { do: 'quit'; code: number } | { do: 'act'; act: Act; names: string[] }

/** The result of an event. */
export interface Updated {
  screen: Screen
  order?: Order
}

export function initialScreen(size: Size): Screen {
  return {
    size,
    processes: [],
    history: {},
    folded: new Set(),
    selected: undefined,
    pane: 'log',
    page: [],
    log: {
      all: false,
      eventsOnly: false,
      level: undefined,
      search: '',
      draft: undefined,
      lines: [],
      isLoading: true,
      back: 0,
    },
    question: undefined,
    notice: undefined,
    link: { state: 'unknown' },
  }
}

export function itemsIn({ processes, folded }: Screen): Item[] {
  return itemsOf(processes, folded)
}

export function selectedItem(screen: Screen): Item | undefined {
  return itemsIn(screen).find(({ key }) => key === screen.selected)
}

/** Keeps the selection if it still exists. Otherwise selects the group of a process that was folded away, or the item at the same position. */
export function reselect(screen: Screen, before?: Screen): Screen {
  const items = itemsIn(screen)
  if (items.some(({ key }) => key === screen.selected)) return screen
  const gone = before && selectedItem(before)
  const group = gone?.kind === 'process' ? gone.state.group : null
  const header = group === null ? undefined : items.find(({ key }) => key === keyOfGroup(group))
  const index = before ? itemsIn(before).findIndex(({ key }) => key === before.selected) : 0
  const next = header ?? items[Math.min(Math.max(0, index), items.length - 1)]
  return { ...screen, selected: next?.key }
}

export function openPage({ pane }: Screen): Page | undefined {
  return pane === 'details' || pane === 'why' ? pane : undefined
}

/** The processes whose lines the log pane shows. */
export function followedNames(screen: Screen): string[] {
  const item = selectedItem(screen)
  const states = screen.log.all || !item ? screen.processes : processesOf(item)
  return states.map(({ name }) => name)
}
