import type { ProcessDetail, ProcessLog, RunExit } from '../../src/index.ts'
import type { Paint } from './color.ts'
import { logLine } from './log.ts'
import { lookOf, statusText } from './status.ts'
import { duration, elapsed, memory, moment, percent } from './units.ts'

export interface PageOptions {
  paint: Paint
  /** Epoch ms. */
  now: number
  /** On a terminal the status has a symbol. */
  symbols: boolean
  lastLines: ProcessLog[]
}

/** Everything about one process, for a person. The detail comes masked. */
export function statusPage(detail: ProcessDetail, options: PageOptions): string {
  const { paint } = options
  const facts = factsOf(detail, options)
  const width = Math.max(...facts.map(([label]) => label.length))
  const lines = facts.map(([label, value]) => `  ${paint('gray', label.padEnd(width))}  ${value}`)
  return [headline(detail, options), '', ...lines.map((line) => line.trimEnd()), ...lastLines(options)].join('\n')
}

function headline(detail: ProcessDetail, { paint, now, symbols }: PageOptions): string {
  const { symbol, color } = lookOf(detail.status)
  const status = paint(color, `${symbols ? `${symbol} ` : ''}${statusText(detail, now)}`)
  const since = detail.startedAt === null ? '' : ` for ${duration(detail.uptime)}`
  return `${paint('bold', detail.name)}  ${status}${since}`
}

type Fact = [label: string, value: string]

function factsOf(detail: ProcessDetail, { now }: PageOptions): Fact[] {
  const { origin, program, args, env } = detail.config
  const facts: Fact[] = []
  if (detail.reason) facts.push(['reason', detail.reason])
  if (detail.group !== null) facts.push(['group', detail.group])
  if (detail.pid !== null)
    facts.push(['pid', `${detail.pid}${detail.adopted ? ', adopted from an earlier supervisor' : ''}`])
  if (detail.startedAt !== null) facts.push(['started', moment(detail.startedAt, now)])
  if (detail.lastExit) facts.push(['last exit', describeExit(detail.lastExit, now)])
  facts.push(['restarts', `${detail.restarts} since the last start by hand, at most ${detail.maxRestarts} in a row`])
  if (detail.cpu !== null) facts.push(['cpu', `${percent(detail.cpu)} of one core`])
  if (detail.memory !== null) facts.push(['memory', memory(detail.memory)])
  facts.push(['command', [program, ...args].join(' ')], ['cwd', detail.cwd])
  if (origin) facts.push(['declared', origin])
  facts.push(['stdout', detail.logFile], ['stderr', detail.errorFile])
  Object.entries(env).forEach(([name, value], index) => {
    facts.push([index === 0 ? 'env' : '', `${name}=${value}`])
  })
  if (detail.environment === 'supervisor') {
    facts.push([
      '',
      'the rest inherited from the command that revived the supervisor, not from the one that started it',
    ])
  }
  return facts
}

/** Why a run ended, `exited with 1 after 3s` or `ended by SIGKILL …`, and when. */
function describeExit(exit: RunExit, now: number): string {
  const how =
    exit.signal !== null ? `ended by ${exit.signal}` : exit.code !== null ? `exited with ${exit.code}` : 'ended unseen'
  const why = exit.asked ? ', as asked' : exit.early ? ', before it was ready' : ''
  return `${how} after ${elapsed(exit.lasted)}${why}, ${moment(exit.at, now)}`
}

function lastLines({ lastLines: logs, paint }: PageOptions): string[] {
  if (logs.length === 0) return []
  return ['', paint('bold', 'Last lines'), ...logs.map((log) => `  ${logLine(log, { paint })}`)]
}
