import type { LogLevel } from '../../../src/index.ts'
import type { Symbols } from '../../format/symbols.ts'
import { itemsIn, openPage, type Page, reselect, type Screen, selectedItem, type Updated } from './model.ts'
import { ask } from './question.ts'

/** A key and what it does. */
export interface Key {
  /** Names as decoded from the terminal: `up`, `enter`, `j`. */
  keys: string[]
  /** How the help shows it; `shownIn` replaces arrows. Empty: the key before it describes both. */
  shown: string
  /** A word for the bottom row, if there is room, and a sentence for the help. */
  word: string
  help: string
  press(screen: Screen): Updated
}

const LEVELS: (LogLevel | undefined)[] = [undefined, 'info', 'warn', 'error']

/** All keys, in the order of the bottom row. If it is too narrow, the last ones are left out first. */
export const KEYS: Key[] = [
  key(['up', 'k'], '↑↓', 'select', 'select the item above or below; also k and j', (screen) => moved(screen, -1)),
  key(['down', 'j'], '', '', '', (screen) => moved(screen, 1)),
  key(['?'], '?', 'help', 'show all keys', (screen) => ({ screen: toggled(screen, 'help') })),
  key(['q'], 'q', 'quit', 'quit; processes keep running', (screen) => ({ screen, order: { do: 'quit', code: 0 } })),
  key(['s'], 's', 'start/stop', 'start or stop the process or group', (screen) => ask(screen, 'toggle')),
  key(['r'], 'r', 'restart', 'restart it with its current config', (screen) => ask(screen, 'restart')),
  key(['enter'], 'Enter', 'details', 'show the details of the process; fold a group', (screen) => ({
    screen: opened(screen),
  })),
  key(['/'], '/', 'search', 'search the whole log', (screen) => inLog(screen, { draft: '' })),
  key(['l'], 'l', 'all logs', 'show lines of all processes, or of the selected one', (screen) =>
    inLog(screen, { all: !screen.log.all }),
  ),
  key(['v'], 'v', 'level', 'show a level or worse: info, warn, error', (screen) =>
    inLog(screen, { level: LEVELS[(LEVELS.indexOf(screen.log.level) + 1) % LEVELS.length] }),
  ),
  key(['e'], 'e', 'events', 'show only starts, exits and restarts', (screen) =>
    inLog(screen, { eventsOnly: !screen.log.eventsOnly }),
  ),
  key(['w'], 'w', 'why', 'show what led to the current state', (screen) => ({ screen: toggled(screen, 'why') })),
  key(['R'], 'R', 'reload', 'restart instances one at a time', (screen) => ask(screen, 'reload')),
  key(['g'], 'g', 'fold', 'fold or unfold the group', (screen) => ({ screen: folded(screen) })),
  key(['pageup'], 'PgUp PgDn', '', 'scroll back and forward', (screen) => ({
    screen: scrolled(screen, page(screen)),
  })),
  key(['pagedown'], '', '', '', (screen) => ({ screen: scrolled(screen, -page(screen)) })),
  key(['home'], 'Home End', '', 'go to the oldest line; go to the newest and follow', (screen) => ({
    screen: scrolled(screen, Infinity),
  })),
  key(['end'], '', '', '', (screen) => ({ screen: scrolled(screen, -Infinity) })),
  key(['escape'], 'Esc', '', 'close details, search and filters', (screen) => ({ screen: escaped(screen) })),
]

function key(keys: string[], shown: string, word: string, help: string, press: Key['press']): Key {
  return { keys, shown, word, help, press }
}

/** How a key is shown with the symbols of the locale. */
export function shownIn({ shown }: Key, { above, below }: Symbols): string {
  return shown.replace('↑', above).replace('↓', below)
}

/** Handles a key. It answers an open question, or is a letter of a search that is being typed. */
export function pressed(screen: Screen, name: string): Updated {
  if (name === 'ctrl+c') return { screen, order: { do: 'quit', code: 130 } }
  if (screen.question) return answered(screen, name)
  if (screen.log.draft !== undefined) return { screen: typed(screen, screen.log.draft, name) }
  if (screen.pane === 'help') return { screen: { ...screen, pane: 'log' } }
  const found = KEYS.find(({ keys }) => keys.includes(name))
  return found ? found.press({ ...screen, notice: undefined }) : { screen }
}

function answered(screen: Screen, name: string): Updated {
  const { question } = screen
  const asked = { ...screen, question: undefined }
  if (!question || (name !== 'y' && name !== 'Y')) return { screen: asked }
  return { screen: asked, order: { do: 'act', act: question.act, names: question.names } }
}

function typed(screen: Screen, draft: string, name: string): Screen {
  const change = (log: Partial<Screen['log']>) => ({ ...screen, log: { ...screen.log, ...log } })
  if (name === 'enter') return change({ search: draft, draft: undefined })
  if (name === 'escape') return change({ draft: undefined })
  if (name === 'backspace') return change({ draft: [...draft].slice(0, -1).join('') })
  return [...name].length === 1 ? change({ draft: draft + name, back: 0 }) : screen
}

function moved(screen: Screen, by: number): Updated {
  const items = itemsIn(screen)
  const index = items.findIndex(({ key }) => key === screen.selected)
  const next = items[Math.min(Math.max(0, index + by), items.length - 1)]
  return { screen: { ...screen, selected: next?.key, page: [] } }
}

function inLog(screen: Screen, change: Partial<Screen['log']>): Updated {
  return { screen: { ...screen, pane: 'log', log: { ...screen.log, ...change, back: 0 } } }
}

function opened(screen: Screen): Screen {
  return selectedItem(screen)?.kind === 'group' ? folded(screen) : toggled(screen, 'details')
}

function toggled(screen: Screen, pane: Page | 'help'): Screen {
  return { ...screen, page: [], pane: screen.pane === pane ? 'log' : pane, log: { ...screen.log, back: 0 } }
}

function folded(screen: Screen): Screen {
  const item = selectedItem(screen)
  const group = item?.kind === 'group' ? item.group : item?.state.group
  if (group === undefined || group === null) return screen
  const groups = new Set(screen.folded)
  if (!groups.delete(group)) groups.add(group)
  return reselect({ ...screen, folded: groups }, screen)
}

function page({ size }: Screen): number {
  return Math.max(1, Math.floor(size.rows / 2))
}

function scrolled(screen: Screen, by: number): Screen {
  const { log, page: lines } = screen
  // A page starts at its top, a log at its end.
  const [longest, change] = openPage(screen) ? [lines.length, -by] : [log.lines.length, by]
  return { ...screen, log: { ...log, back: Math.min(Math.max(0, log.back + change), Math.max(0, longest - 1)) } }
}

/** Goes back one step: page, scrolling, search, filters. */
function escaped(screen: Screen): Screen {
  if (screen.pane !== 'log') return { ...screen, pane: 'log', log: { ...screen.log, back: 0 } }
  if (screen.log.back > 0) return { ...screen, log: { ...screen.log, back: 0 } }
  if (screen.log.search !== '') return { ...screen, log: { ...screen.log, search: '' } }
  return { ...screen, log: { ...screen.log, level: undefined, eventsOnly: false, all: false } }
}
