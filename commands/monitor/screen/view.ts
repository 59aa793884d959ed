import { stripVTControlCharacters } from 'node:util'
import type { Symbols } from '../../format/symbols.ts'
import { duration } from '../../format/units.ts'
import { titleOf } from '../items.ts'
import { monitorView, nameWidthOf, type Pane } from '../view/index.ts'
import { logRow } from '../view/logs.ts'
import type { Place } from '../view/places.ts'
import { spansOf } from '../view/sgr.ts'
import { clip, fill, type Row, restyle, rowWidth, sized, span } from '../view/span.ts'
import { patternOf } from './feed.ts'
import { KEYS } from './keys.ts'
import { followedNames, openPage, type Screen, selectedItem } from './model.ts'

export interface ScreenOptions {
  symbols: Symbols
  /** Epoch ms. */
  now: number
  /** What the user types to start anything: `tuix-ps`. */
  program: string
}

/** Exactly as many rows as the terminal has: a header, processes and pane, and what the keys do. */
export function screenView(screen: Screen, options: ScreenOptions): Row[] {
  const { columns: width, rows: height } = screen.size
  const body = height - 2
  const { processes, history, folded, selected, log } = screen
  const middle =
    processes.length === 0 && screen.pane !== 'help'
      ? fill([[], [span(nothingText(screen, options))]], body)
      : monitorView(
          { processes, history, logs: log.lines, now: options.now },
          {
            width,
            height: body,
            symbols: options.symbols,
            showStats: true,
            showLogs: true,
            folded,
            ...(selected !== undefined && { selected }),
            pane: (place) => paneOf(screen, place, options),
          },
        )
  return [header(screen, options), ...middle, footer(screen, options)].map((row) => clip(row, width))
}

function nothingText({ link }: Screen, { program }: ScreenOptions): string {
  return link.state === 'unknown'
    ? ' looking …'
    : ` no processes yet; start those of the config with: ${program} start --all`
}

function header({ processes, link, size }: Screen, { program, now, symbols }: ScreenOptions): Row {
  if (link.state === 'lost') {
    const text = ` the supervisor is gone (${link.why}), reconnecting for ${duration((now - link.since) / 1000)} `
    return restyle(sized([span(text)], size.columns), { inverse: true, color: 'red', bold: true })
  }
  const running = processes.filter(({ status }) => status === 'running').length
  const failing = processes.filter(
    ({ status, health }) => status === 'crashed' || status === 'error' || health === 'unhealthy',
  )
  const counts: Row = [span(`${running}/${processes.length} running`)]
  if (failing.length > 0) counts.push(span(`, ${failing.length} failing`, { color: 'red' }))
  const who = link.state === 'alive' ? `supervisor ${link.pid}` : link.state === 'none' ? 'no supervisor' : ''
  const right = span(who, { color: 'gray' })
  const left = [span(`${program} monitor`, { bold: true }), span(` ${symbols.dot} `, { color: 'gray' }), ...counts]
  return [...sized(left, Math.max(0, size.columns - rowWidth([right]))), right]
}

function footer(screen: Screen, { now }: ScreenOptions): Row {
  const { question, log, notice, size } = screen
  if (question) return [span(question.text, { color: 'yellow', bold: true }), span(' y: yes, any other key: no')]
  if (log.draft !== undefined)
    return [
      span('/', { bold: true }),
      span(log.draft),
      span(' ', { inverse: true }),
      span('  ⏎ search, Esc cancel', { dim: true }),
    ]
  if (notice && (notice.until === undefined || notice.until > now)) {
    const color = { good: 'green', bad: 'red', plain: 'cyan' } as const
    return [span(notice.text, { color: color[notice.tone] })]
  }
  const words = KEYS.filter(({ word }) => word !== '').map(({ shown, word }) => [
    span(shown, { color: 'cyan', bold: true }),
    span(` ${word}`),
  ])
  const row: Row = [span('↑↓', { color: 'cyan', bold: true }), span(' select')]
  for (const word of words) {
    if (rowWidth(row) + 2 + rowWidth(word) > size.columns) break
    row.push(span('  '), ...word)
  }
  return row
}

function paneOf(screen: Screen, place: Place, options: ScreenOptions): Pane {
  if (screen.pane === 'help') return helpPane()
  return openPage(screen) ? pagePane(screen, place) : logPane(screen, place, options)
}

function helpPane(): Pane {
  const width = Math.max(...KEYS.map(({ shown }) => shown.length))
  const rows = KEYS.map(
    ({ shown, help }): Row => [span(shown.padEnd(width + 2), { color: 'cyan', bold: true }), span(help)],
  )
  return { title: [span('KEYS', { bold: true }), span('  any key closes this', { dim: true })], rows }
}

function pagePane(screen: Screen, { width, height = 0 }: Place): Pane {
  const item = selectedItem(screen)
  const from = Math.max(0, Math.min(screen.log.back, screen.page.length - (height - 1)))
  const rows = screen.page.slice(from).map((line) => clip(spansOf(line), width))
  return { title: [span(`${screen.pane.toUpperCase()} ${item ? titleOf(item) : ''}`, { bold: true })], rows }
}

function logPane(screen: Screen, { width, height = 0 }: Place, { symbols }: ScreenOptions): Pane {
  const { lines, back, draft, search, isLoading } = screen.log
  const pattern = draft ?? search
  const mark = pattern === '' ? undefined : patternOf(pattern, 'g')
  const matching = draft
    ? lines.filter(({ message }) => patternOf(draft).test(stripVTControlCharacters(message)))
    : lines
  const room = Math.max(0, height - 1)
  const end = Math.max(Math.min(room, matching.length), matching.length - back)
  const nameWidth = nameWidthOf(followedNames(screen))
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
    ...(back > 0 ? [`${back} lines back, End follows`] : []),
  ]
  return [
    span(`${eventsOnly ? 'EVENTS' : 'LOG'} ${whose}`, { bold: true }),
    ...facts.map((fact) => span(` ${dot} ${fact}`, { color: 'yellow' })),
  ]
}
