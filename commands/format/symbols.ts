/** The symbols of the output. */
export interface Symbols {
  /** A process is running, about to change, paused, at rest, or failed. */
  up: string
  busy: string
  paused: string
  rest: string
  failed: string
  /** An action succeeded. */
  done: string
  /** A process restarts when files change. */
  watch: string
  /** Replaces text that was cut out. */
  cut: string
  /** Separates facts on one line. */
  dot: string
  /** Stands before quoted lines. */
  bar: string
  /** In a tree: before a child, before the last child, and below a child that has siblings. */
  branch: string
  last: string
  trunk: string
  /** Before the selected item of a list. */
  mark: string
  /** Before an open and before a folded group. */
  open: string
  folded: string
  /** A horizontal line, one per column. */
  rule: string
  /** Before the number of items above and below the visible ones. */
  above: string
  below: string
  /** Eight bars of a chart, the lowest first. */
  heights: string
}

const UNICODE: Symbols = {
  up: '●',
  busy: '◐',
  paused: '‖',
  rest: '○',
  failed: '✖',
  done: '✔',
  watch: '↻',
  cut: '…',
  dot: '·',
  bar: '│',
  branch: '├─ ',
  last: '└─ ',
  trunk: '│  ',
  mark: '›',
  open: '▾',
  folded: '▸',
  rule: '─',
  above: '↑',
  below: '↓',
  heights: '▁▂▃▄▅▆▇█',
}

const ASCII: Symbols = {
  up: '*',
  busy: '~',
  paused: '=',
  rest: '-',
  failed: 'x',
  done: '+',
  watch: '(w)',
  cut: '~',
  dot: '-',
  bar: '|',
  branch: '|- ',
  last: '`- ',
  trunk: '|  ',
  mark: '>',
  open: 'v',
  folded: '>',
  rule: '-',
  above: '^',
  below: 'v',
  heights: '_.-:=+*#',
}

/** The symbols that the locale can show. No locale counts as UTF-8, as in systemd, because containers have none. */
export function symbolsOf({ LC_ALL, LC_CTYPE, LANG }: Record<string, string | undefined>): Symbols {
  const locale = LC_ALL || LC_CTYPE || LANG || 'UTF-8'
  return /utf-?8/i.test(locale) ? UNICODE : ASCII
}
