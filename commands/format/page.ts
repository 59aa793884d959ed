import type { ProcessDetail, ProcessLog, ProcessState, ProcessTree } from '../../src/index.ts'
import type { Paint } from './color.ts'
import type { Fact } from './fact.ts'
import { runFacts } from './facts-run.ts'
import { supervisionFacts } from './facts-supervision.ts'
import { healthLines } from './health.ts'
import { logLine } from './log.ts'
import { lookOf, statusText } from './status.ts'
import type { Symbols } from './symbols.ts'
import { portText, treeText } from './tree.ts'
import { bytes, duration } from './units.ts'
import { wrapped } from './wrap.ts'

export interface PageOptions {
  paint: Paint
  /** Epoch ms. */
  now: number
  symbols: Symbols
  /** Columns of the terminal; absent: not a terminal, so the status has no symbol and nothing is wrapped. */
  width?: number | undefined
  /** What runs of it. */
  tree: ProcessTree
  /** Bytes of a file; null: there is none. */
  sizeOf(file: string): number | null
  /** All processes: those that it depends on, and that depend on it, are among them. */
  others: ProcessState[]
  lastLines: ProcessLog[]
  /** In what it runs otherwise than its config says now, and what to do; absent: in nothing. */
  drift?: string | undefined
}

/** Everything about one process, for a person. Its secrets are as the manager gave them. */
export function statusPage(detail: ProcessDetail, options: PageOptions): string {
  const { paint, now, others, drift } = options
  const facts: Fact[] = [
    ...(drift === undefined ? [] : [['config', drift] as Fact]),
    ...runFacts(detail, now),
    ...supervisionFacts(detail, others, now),
    ...listenFacts(options),
    ...placeFacts(detail, options),
  ]
  const sections = [
    factLines(facts, options),
    section('Processes', treeLines(detail, options), paint),
    section('Health checks', healthLines(detail, paint), paint),
    lastLines(options),
  ]
  return [
    headline(detail, options),
    ...sections.filter(({ length }) => length > 0).map((part) => part.join('\n')),
  ].join('\n\n')
}

/** Labels in a column, and what is too long for the terminal broken below itself. */
function factLines(facts: Fact[], { paint, width: columns }: PageOptions): string[] {
  const width = Math.max(...facts.map(([label]) => label.length))
  const before = width + 4
  return facts.flatMap(([label, value]) => {
    const [first = '', ...more] = columns === undefined ? [value] : wrapped(value, columns - before)
    const line = `  ${paint('gray', label.padEnd(width))}  ${first}`.trimEnd()
    return [line, ...more.map((text) => `${' '.repeat(before)}${text}`)]
  })
}

function listenFacts({ tree }: PageOptions): Fact[] {
  const ports = [...new Set(tree.members.flatMap((member) => member.ports.map(portText)))]
  return ports.length === 0 ? [] : [['listens on', ports.join(', ')]]
}

/** What runs of it, each with its own usage. */
function treeLines(state: ProcessDetail, { tree, paint, symbols, now, width }: PageOptions): string[] {
  if (tree.members.length === 0) return []
  return treeText([{ state, tree }], { paint, symbols, now, width: width === undefined ? width : width - 2 }).split(
    '\n',
  )
}

function headline(detail: ProcessDetail, { paint, now, symbols, width }: PageOptions): string {
  const { symbol, color } = lookOf(detail)
  const mark = width === undefined ? '' : `${paint(color, symbols[symbol])} `
  const status = paint(color, statusText(detail, now))
  const since = detail.startedAt === null ? '' : ` for ${duration(detail.uptime)}`
  return `${mark}${paint('bold', detail.name)}  ${status}${since}`
}

function placeFacts(detail: ProcessDetail, { sizeOf }: PageOptions): Fact[] {
  const { config, cwd, logFile, errorFile, environment } = detail
  const { origin, program, args, env } = config
  const facts: Fact[] = [
    ['command', [program, ...args].join(' ')],
    ['cwd', cwd],
  ]
  if (origin) facts.push(['declared', origin])
  if (errorFile === logFile) facts.push(['output', withSize(logFile)])
  else facts.push(['stdout', withSize(logFile)], ['stderr', withSize(errorFile)])
  Object.entries(env).forEach(([name, value], index) => {
    facts.push([index === 0 ? 'env' : '', `${name}=${value}`])
  })
  if (environment === 'supervisor') {
    facts.push([
      '',
      'the rest inherited from the command that revived the supervisor, not from the one that started it',
    ])
  }
  return facts

  function withSize(file: string): string {
    const size = sizeOf(file)
    return `${file} (${size === null ? 'not there' : bytes(size)})`
  }
}

function lastLines({ lastLines: logs, paint }: PageOptions): string[] {
  return section(
    'Last lines',
    logs.map((log) => logLine(log, { paint })),
    paint,
  )
}

function section(title: string, lines: string[], paint: Paint): string[] {
  return lines.length === 0 ? [] : [paint('bold', title), ...lines.map((line) => `  ${line}`)]
}
