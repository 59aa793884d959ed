/** The signs that stand for something, each as wide as it looks. */
export interface Symbols {
  /** It runs, it is about to change, it rests, it failed. */
  up: string
  busy: string
  rest: string
  failed: string
  /** It was done. */
  done: string
  /** It restarts when files change. */
  watch: string
  /** Stands where something was cut out. */
  cut: string
  /** Between facts of one line. */
  dot: string
  /** A secret. */
  mask: string
  /** Beside quoted lines. */
  bar: string
  /** Before a child in a tree, before the last one, and below those that have more to come. */
  branch: string
  last: string
  trunk: string
  /** Before the selected one of a list. */
  mark: string
  /** Before a group whose members are shown, and one whose members are not. */
  open: string
  folded: string
  /** A line across, one a column. */
  rule: string
  /** So many are above what is shown, and below it. */
  above: string
  below: string
  /** Heights of a chart's columns, eight of them, the lowest first. */
  heights: string
}

const UNICODE: Symbols = {
  up: '●',
  busy: '◐',
  rest: '○',
  failed: '✖',
  done: '✔',
  watch: '↻',
  cut: '…',
  dot: '·',
  mask: '••••',
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
  rest: '-',
  failed: 'x',
  done: '+',
  watch: '(w)',
  cut: '~',
  dot: '-',
  mask: '****',
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

/** Those that the locale can show. One that says nothing is taken for UTF-8, as systemd takes it: containers have none. */
export function symbolsOf({ LC_ALL, LC_CTYPE, LANG }: Record<string, string | undefined>): Symbols {
  const locale = LC_ALL || LC_CTYPE || LANG || 'UTF-8'
  return /utf-?8/i.test(locale) ? UNICODE : ASCII
}
