import type { ProcessDetail, ProcessLog, ProcessState, ProcessTree } from '../../src/index.ts'
import type { Paint } from './color.ts'
import { runFacts } from './facts-run.ts'
import { supervisionFacts } from './facts-supervision.ts'
import { healthLines } from './health.ts'
import { logLine } from './log.ts'
import { oneLine } from './printable.ts'
import { lookOf, statusText } from './status.ts'
import type { Symbols } from './symbols.ts'
import { type Fact, factLines } from './table.ts'
import { portText, treeText } from './tree.ts'
import { bytes, duration } from './units.ts'

export interface PageOptions {
  paint: Paint
  /** Epoch ms. */
  now: number
  symbols: Symbols
  /** Width of the terminal. Absent: not a terminal, so there is no status symbol and nothing is wrapped. */
  width?: number | undefined
  /** The running processes of its tree. */
  tree: ProcessTree
  /** Size of a file in bytes; null: it does not exist. Absent: the files are on another machine. */
  sizeOf?: ((file: string) => number | null) | undefined
  /** All processes, to show dependencies in both directions. */
  others: ProcessState[]
  lastLines: ProcessLog[]
  /** How it differs from its current config, and what to do. Absent: it does not differ. */
  drift?: string | undefined
  /** The command that shows what was recorded of its last crash. Absent: there is nothing. */
  crash?: string | undefined
}

/** The page that `status NAME` prints. Secrets are shown as the manager returned them: masked or revealed. */
export function statusPage(detail: ProcessDetail, options: PageOptions): string {
  const { paint, now, others, drift, crash, width } = options
  const facts: Fact[] = [
    ...(drift === undefined ? [] : [['config', drift] as Fact]),
    ...runFacts(detail, now),
    ...(crash === undefined ? [] : [['report', crash] as Fact]),
    ...supervisionFacts(detail, others, now),
    ...listenFacts(options),
    ...placeFacts(detail, options),
  ]
  const sections = [
    factLines(facts, paint, width),
    section('Processes', treeLines(detail, options), paint),
    section('Health checks', healthLines(detail, paint), paint),
    lastLines(options),
  ]
  return [
    headline(detail, options),
    ...sections.filter(({ length }) => length > 0).map((part) => part.join('\n')),
  ].join('\n\n')
}

function listenFacts({ tree }: PageOptions): Fact[] {
  const ports = [...new Set(tree.members.flatMap((member) => member.ports.map(portText)))]
  return ports.length === 0 ? [] : [['listens on', ports.join(', ')]]
}

/** The processes of the tree, each with its own usage. */
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
    // A forwarder is a program of ours.
    ['command', oneLine(program === '' ? config.command : [program, ...args.map(quotedWord)].join(' '))],
    ['cwd', cwd],
  ]
  if (origin) facts.push(['declared', origin])
  // A cluster keeps the output itself.
  if (logFile === '') facts.push(['output', 'kept by the engine'])
  else if (errorFile === logFile) facts.push(['output', withSize(logFile)])
  else facts.push(['stdout', withSize(logFile)], ['stderr', withSize(errorFile)])
  Object.entries(env).forEach(([name, value], index) => {
    facts.push([index === 0 ? 'env' : '', `${name}=${oneLine(value)}`])
  })
  if (environment === 'supervisor') {
    facts.push([
      '',
      'the rest is inherited from the command that restarted the supervisor, not from the original start',
    ])
  }
  return facts

  function withSize(file: string): string {
    if (!sizeOf) return file
    const size = sizeOf(file)
    return `${file} (${size === null ? 'missing' : bytes(size)})`
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

/** A word of a command line, in quotes if it has blanks or quotes itself, so that it can be told from the next one. */
function quotedWord(word: string): string {
  if (word !== '' && !/[\s'"]/.test(word)) return word
  return word.includes("'") ? JSON.stringify(word) : `'${word}'`
}
