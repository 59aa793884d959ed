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

/** Everything that decides what is on the screen, but for the clock. Changed by `update` alone. */
export interface Screen {
  size: Size
  processes: readonly ProcessState[]
  history: History
  /** Groups whose members are hidden. */
  folded: ReadonlySet<string>
  /** Key of an item; absent while there is none. */
  selected: string | undefined
  /** What stands beside the processes. */
  pane: 'log' | Page | 'help'
  /** The page, once it is known. */
  page: readonly string[]
  log: LogPane
  /** Asked before something is ended; `y` does it. */
  question: Question | undefined
  notice: Notice | undefined
  link: Link
}

export interface LogPane {
  /** Of all processes, whatever is selected. */
  all: boolean
  /** Only what the supervisor says. */
  eventsOnly: boolean
  level: LogLevel | undefined
  /** Empty: not searched. */
  search: string
  /** What is being typed; absent: nobody types. */
  draft: string | undefined
  /** The last lines, oldest first. */
  lines: readonly ProcessLog[]
  /** It has just been opened. */
  isLoading: boolean
  /** Rows of the pane that are scrolled back; 0: it follows. */
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
  /** Epoch ms from which on it is not shown any more; absent: until something else comes. */
  until?: number
}

/** How the supervisor is reached: not asked yet; it answers; there is none and none is needed; it should be there and is not. */
export type Link =
  | { state: 'unknown' | 'none' }
  | { state: 'alive'; pid: number }
  | { state: 'lost'; since: number; why: string }

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

/** The selection stays where it is while it can: a process that a fold has hidden is left for its group. */
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

/** Whose lines the log pane shows. */
export function followedNames(screen: Screen): string[] {
  const item = selectedItem(screen)
  const states = screen.log.all || !item ? screen.processes : processesOf(item)
  return states.map(({ name }) => name)
}
