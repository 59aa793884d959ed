import { stripVTControlCharacters } from 'node:util'
import { lookOf } from '../../format/status.ts'
import type { Symbols } from '../../format/symbols.ts'
import { duration } from '../../format/units.ts'
import { titleOf } from '../items.ts'
import { monitorView, nameWidthOf, type Pane } from '../view/index.ts'
import { logRow } from '../view/logs.ts'
import { type Place, placesIn } from '../view/places.ts'
import { spansOf } from '../view/sgr.ts'
import { clip, fill, type Row, restyle, rowWidth, sized, span } from '../view/span.ts'
import { factRows } from './facts.ts'
import { patternOf } from './feed.ts'
import { HELP_ROWS, helpPane } from './help.ts'
import { KEYS, shownIn } from './keys.ts'
import { followedNames, openPage, type Screen, selectedItem } from './model.ts'

export interface ScreenOptions {
  symbols: Symbols
  /** Epoch ms. */
  now: number
  /** What the user types before a command: `tuix-ps`. */
  program: string
}

/** All rows of the terminal: a header, processes and pane, and a line about the keys. */
export function screenView(screen: Screen, options: ScreenOptions): Row[] {
  const { columns: width, rows: height } = screen.size
  const body = height - 2
  const rows = [header(screen, options), ...fill(middle(screen, { width, height: body }, options), body)]
  return [...rows, footer(screen, options)].map((row) => withCut(clip(row, width), options.symbols))
}

/** Replaces the ellipsis by that of the locale. */
function withCut(row: Row, { cut }: Symbols): Row {
  return cut === '…' ? row : row.map((piece) => ({ ...piece, text: piece.text.replaceAll('…', cut) }))
}

function middle(screen: Screen, { width, height }: { width: number; height: number }, options: ScreenOptions): Row[] {
  const { processes, history, folded, selected, log } = screen
  const { symbols, now } = options
  if (screen.pane === 'help' && (placesIn(width, height, height).pane.height ?? 0) < HELP_ROWS) {
    const { title, rows } = helpPane(symbols)
    return [title, ...rows]
  }
  if (processes.length === 0 && screen.pane !== 'help') return [[], [span(nothingText(screen, options))]]
  return monitorView(
    { processes, history, logs: log.lines, now },
    {
      width,
      height,
      symbols,
      showStats: true,
      showLogs: true,
      folded,
      ...(selected !== undefined && { selected }),
      pane: (place) => paneOf(screen, place, options),
      paneFirst: openPage(screen) !== undefined,
      below: (width) => belowOf(screen, width, options),
    },
  )
}

function nothingText({ link }: Screen, { program }: ScreenOptions): string {
  return link.state === 'unknown'
    ? ' loading …'
    : ` no processes yet; start those in the config with: ${program} start --all`
}

function header({ processes, link, size }: Screen, { program, now, symbols }: ScreenOptions): Row {
  if (link.state === 'lost') {
    const since = duration((now - link.since) / 1000)
    const text = ` supervisor lost (${link.why}), reconnecting for ${since}; processes keep running `
    return restyle(sized([span(text)], size.columns), { inverse: true, color: 'red', bold: true })
  }
  const running = processes.filter(({ status }) => status === 'running').length
  const colored = (color: string) => processes.filter((state) => lookOf(state).color === color).length
  const counts: Row = [span(`${running}/${processes.length} running`)]
  if (colored('yellow') > 0) counts.push(span(`, ${colored('yellow')} restarting`, { color: 'yellow' }))
  if (colored('red') > 0) counts.push(span(`, ${colored('red')} failing`, { color: 'red' }))
  const who =
    link.state === 'alive' ? (link.at ?? `supervisor ${link.pid}`) : link.state === 'none' ? 'no supervisor' : ''
  const left = [span(`${program} monitor`, { bold: true }), span(` ${symbols.dot} `, { color: 'gray' }), ...counts]
  const room = size.columns - who.length
  return room > rowWidth(left) ? [...sized(left, room), span(who, { color: 'gray' })] : left
}

function footer(screen: Screen, { now, symbols }: ScreenOptions): Row {
  const { question, log, notice, size } = screen
  if (question) {
    // The possible answers stay visible, however long the question is.
    const answers = span(' y: yes, any other key: no')
    const text = clip([span(question.text, { color: 'yellow', bold: true })], size.columns - rowWidth([answers]))
    return [...text, answers]
  }
  if (log.draft !== undefined)
    return [
      span('/', { bold: true }),
      span(log.draft),
      span(' ', { inverse: true }),
      span('  Enter: search, Esc: cancel', { dim: true }),
    ]
  if (notice && (notice.until === undefined || notice.until > now)) {
    const color = { good: 'green', bad: 'red', plain: 'cyan' } as const
    return [span(notice.text, { color: color[notice.tone] })]
  }
  const words = KEYS.filter(({ word }) => word !== '').map((key) => [
    span(shownIn(key, symbols), { color: 'cyan', bold: true }),
    span(` ${key.word}`),
  ])
  const row: Row = []
  for (const word of words) {
    const gap = row.length === 0 ? [] : [span('  ')]
    if (rowWidth([...row, ...gap, ...word]) > size.columns) break
    row.push(...gap, ...word)
  }
  return row
}

function paneOf(screen: Screen, place: Place, options: ScreenOptions): Pane {
  if (screen.pane === 'help') return helpPane(options.symbols)
  return openPage(screen) ? pagePane(screen, place, options) : logPane(screen, place, options)
}

function belowOf(screen: Screen, width: number, { now }: ScreenOptions): Row[] {
  const item = selectedItem(screen)
  return item?.kind === 'process' && screen.pane !== 'details' ? factRows(item.state, { width, now }) : []
}

function pagePane(screen: Screen, { width, height = 0 }: Place, { symbols }: ScreenOptions): Pane {
  const item = selectedItem(screen)
  const hint = screen.page.length > height - 1 ? ` ${symbols.dot} PgDn: more` : ''
  const from = Math.max(0, Math.min(screen.log.back, screen.page.length - (height - 1)))
  const rows = screen.page.slice(from).map((line) => clip(spansOf(line), width))
  const title = `${screen.pane.toUpperCase()} ${item ? titleOf(item) : ''}`
  return { title: [span(title, { bold: true }), span(hint, { color: 'yellow' })], rows }
}

function logPane(screen: Screen, { width, height = 0 }: Place, { symbols }: ScreenOptions): Pane {
  const { lines, back, draft, search, isLoading } = screen.log
  const pattern = draft ?? search
  const mark = pattern === '' ? undefined : patternOf(pattern, 'g')
  const typed = draft ? patternOf(draft) : undefined
  const matching = typed ? lines.filter(({ message }) => typed.test(stripVTControlCharacters(message))) : lines
  const room = Math.max(0, height - 1)
  const end = Math.max(Math.min(room, matching.length), matching.length - back)
  const nameWidth = nameWidthOf(followedNames(screen), width)
  const rows = matching
    .slice(Math.max(0, end - room), end)
    .map((log) => logRow(log, { width, nameWidth, search: mark }))
  return {
    title: logTitle(screen, symbols),
    rows: rows.length > 0 || isLoading ? rows : [[span('no lines', { dim: true })]],
  }
}

function logTitle(screen: Screen, { dot }: Symbols): Row {
  const { all, eventsOnly, level, search, back } = screen.log
  const item = selectedItem(screen)
  const whose = all || !item ? 'all processes' : titleOf(item)
  const facts = [
    ...(level ? [`${level} or worse`] : []),
    ...(search === '' ? [] : [`/${search}/`]),
    ...(back > 0 ? [`${back} lines back, End to follow`] : []),
  ]
  return [
    span(`${eventsOnly ? 'EVENTS' : 'LOG'} ${whose}`, { bold: true }),
    ...facts.map((fact) => span(` ${dot} ${fact}`, { color: 'yellow' })),
  ]
}
