import type { CrashBrief, CrashReport, ProcessLog } from '../../src/index.ts'
import { INHERITED } from '../../src/internal.ts'
import type { Paint } from './color.ts'
import { logLine } from './log.ts'
import { oneLine } from './printable.ts'
import { type Fact, factLines, tableText } from './table.ts'
import { dateTime, elapsed, moment } from './units.ts'

interface CrashOptions {
  paint: Paint
  /** Epoch ms. */
  now: number
  /** Width of the terminal. Absent: not a terminal, so nothing is wrapped. */
  width?: number | undefined
}

const COLUMNS = [{ title: '#', align: 'right' }, { title: 'id' }, { title: 'time' }, { title: 'what' }] as const

/** The reports, newest first, with the numbers that `crashes show` takes. */
export function crashList(crashes: CrashBrief[], paint: Paint): string {
  const rows = crashes.map((crash, index) => [
    String(index + 1),
    paint('bold', crash.id),
    dateTime(crash.time),
    `${oneLine(crash.message)}${inARow(crash)}`,
  ])
  return tableText({ columns: COLUMNS, rows, paint })
}

/** One report for people. */
export function crashPage(report: CrashReport, { paint, now, width }: CrashOptions): string {
  const { id, startedAt, lasted, pid, first, supervisor, config, git } = report
  const facts: Fact[] = [
    ['time', moment(report.time, now)],
    ['ran', startedAt === null ? 'it was not started' : `${elapsed(lasted)}, as pid ${pid ?? 'unknown'}`],
    ...(first === null ? [] : [['first', `of ${report.failures} failures in a row: ${first}`] as Fact]),
    ['command', oneLine(config.command)],
    ['cwd', config.cwd],
    ...(git ? [['git', headText(git)] as Fact] : []),
    ...changeFacts(report, now),
    ['supervisor', supervisor],
  ]
  const causes = report.causes.flatMap(({ time, message, times, lastError }): Fact[] => [
    [dateTime(time), `${message}${times > 1 ? `, ${times} times in a row` : ''}`],
    ...(lastError === null ? [] : [['', oneLine(lastError)] as Fact]),
  ])
  const tree = report.tree?.members.map((one): Fact => [String(one.pid), oneLine(one.command.join(' '))]) ?? []
  const title = `${paint('bold', id)}  ${paint('red', oneLine(report.message))}`
  const variables = Object.entries(report.environment)
  const known = variables.filter(([, value]) => value !== INHERITED).map(([name, value]) => [name, value] as Fact)
  const others = variables.flatMap(([name, value]) => (value === INHERITED ? name : []))
  const inherited: Fact[] = others.length > 0 ? [['also inherited', others.sort().join(' ')]] : []
  const environment = [...known, ...inherited].map(([name, value]): Fact => [oneLine(name), oneLine(value)])
  return [
    [title, ...factLines(facts, paint, width)],
    section('Causes, latest first', factLines(causes, paint, width), paint),
    section('Last output', outputLines(report, paint), paint),
    section('Processes when last looked at', factLines(tree, paint, width), paint),
    section('Environment', factLines(environment, paint, width), paint),
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

function inARow({ failures }: CrashBrief): string {
  return failures > 1 ? `, ${failures} in a row` : ''
}

/** What differs from the last run that came up and stayed up. */
function changeFacts({ since, git }: CrashReport, now: number): Fact[] {
  if (!since) return [['changed', 'unknown: no earlier run came up and stayed up']]
  const moved =
    since.git && headText(since.git) !== (git && headText(git)) ? [`git: it was ${headText(since.git)}`] : []
  const settings = since.changes.map(
    ({ setting, before, after }) => `${oneLine(setting)}: ${valueText(before)} is now ${valueText(after)}`,
  )
  const all = [...settings, ...moved]
  const last = `run ${since.run}, of ${moment(since.startedAt, now)}, came up and stayed up`
  return [
    ['last good', last],
    ...(all.length === 0 ? ['neither config nor commit'] : all).map(
      (text, index): Fact => [index === 0 ? 'changed since' : '', text],
    ),
  ]
}

function headText({ commit, branch }: NonNullable<CrashReport['git']>): string {
  return `${commit?.slice(0, 12) ?? 'no commit'}${branch === null ? '' : ` on ${oneLine(branch)}`}`
}

function valueText(value: unknown): string {
  return value === null ? 'not set' : oneLine(JSON.stringify(value))
}

/** Both streams by time. */
function outputLines({ stdout, stderr }: CrashReport, paint: Paint): string[] {
  return [...stdout, ...stderr]
    .map((line): ProcessLog => ({ ...line, timestamp: new Date(line.timestamp) }))
    .sort((a, b) => a.timestamp.getTime() - b.timestamp.getTime())
    .map((log) => logLine(log, { paint, timestamps: true }))
}

function section(title: string, lines: string[], paint: Paint): string[] {
  return lines.length === 0
    ? []
    : [paint('bold', title), ...lines.map((line) => (/^ {2}/.test(line) ? line : `  ${line}`))]
}
