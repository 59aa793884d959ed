import type { ProcessDetail, ProcessLog, ProcessState } from '../../src/index.ts'
import type { Paint } from './color.ts'
import type { Fact } from './fact.ts'
import { runFacts } from './facts-run.ts'
import { supervisionFacts } from './facts-supervision.ts'
import { healthLines } from './health.ts'
import { logLine } from './log.ts'
import { lookOf, statusText } from './status.ts'
import type { Symbols } from './symbols.ts'
import { duration } from './units.ts'

export interface PageOptions {
  paint: Paint
  /** Epoch ms. */
  now: number
  /** Absent: no terminal, so the status has no symbol. */
  symbols?: Symbols | undefined
  /** All processes: those that it depends on, and that depend on it, are among them. */
  others: ProcessState[]
  lastLines: ProcessLog[]
}

/** Everything about one process, for a person. Its secrets are as the manager gave them. */
export function statusPage(detail: ProcessDetail, options: PageOptions): string {
  const { paint, now, others } = options
  const facts = [...runFacts(detail, now), ...supervisionFacts(detail, others, now), ...placeFacts(detail)]
  const width = Math.max(...facts.map(([label]) => label.length))
  const lines = facts.map(([label, value]) => `  ${paint('gray', label.padEnd(width))}  ${value}`.trimEnd())
  const sections = [lines, section('Health checks', healthLines(detail, paint), paint), lastLines(options)]
  return [
    headline(detail, options),
    ...sections.filter(({ length }) => length > 0).map((part) => part.join('\n')),
  ].join('\n\n')
}

function headline(detail: ProcessDetail, { paint, now, symbols }: PageOptions): string {
  const { symbol, color } = lookOf(detail)
  const status = paint(color, `${symbols ? `${symbols[symbol]} ` : ''}${statusText(detail, now)}`)
  const since = detail.startedAt === null ? '' : ` for ${duration(detail.uptime)}`
  return `${paint('bold', detail.name)}  ${status}${since}`
}

function placeFacts({ config, cwd, logFile, errorFile, environment }: ProcessDetail): Fact[] {
  const { origin, program, args, env } = config
  const facts: Fact[] = [
    ['command', [program, ...args].join(' ')],
    ['cwd', cwd],
  ]
  if (origin) facts.push(['declared', origin])
  if (errorFile === logFile) facts.push(['output', logFile])
  else facts.push(['stdout', logFile], ['stderr', errorFile])
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
