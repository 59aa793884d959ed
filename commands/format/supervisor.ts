import type { SupervisorInfo, SupervisorStatus } from '../../src/index.ts'
import type { Paint } from './color.ts'
import { type Fact, factLines } from './table.ts'
import { memory, moment, percent } from './units.ts'

export interface SupervisorFacts {
  /** Null: no supervisor is running. */
  supervisor: SupervisorInfo | null
  tuixDir: string
  paint: Paint
  /** Epoch ms. */
  now: number
}

export interface SupervisorPageFacts extends SupervisorFacts {
  supervisor: SupervisorStatus | null
  processes: { total: number; running: number }
  /** Version of this command. */
  version: string
}

const MODES = {
  daemon: 'a daemon',
  embedded: 'embedded in an app',
  foreground: 'in the foreground',
} as const

const NOT_RUNNING = 'not running; the next command that needs it starts it'

/** All facts about the supervisor. */
export function supervisorPage(options: SupervisorPageFacts): string {
  const { supervisor } = options
  return supervisorText(options, supervisor ? runningFacts(supervisor, options) : [])
}

/** The supervisor, its start time, and the folder of its state. */
export function supervisorSummary(options: SupervisorFacts): string {
  const { supervisor, now } = options
  if (!supervisor) return supervisorText(options, [])
  const { identity, runtime, version, startedAt } = supervisor
  return supervisorText(options, [
    ['pid', `${identity.pid}, ${runtime}, version ${version}`],
    ['started', moment(startedAt, now)],
  ])
}

function supervisorText({ supervisor, tuixDir, paint }: SupervisorFacts, known: Fact[]): string {
  const state = supervisor ? `${paint('green', 'running')}, ${MODES[supervisor.mode]}` : NOT_RUNNING
  const lines = factLines([...known, ['state', tuixDir]], paint)
  return [`${paint('bold', 'supervisor')}  ${state}`, '', ...lines].join('\n')
}

function runningFacts(supervisor: SupervisorStatus, { processes, version, now }: SupervisorPageFacts): Fact[] {
  const { identity, runtime, startedAt, socket, memory: megabytes, cpu } = supervisor
  const other = supervisor.version === version ? '' : ` (this command: ${version})`
  return [
    ['pid', String(identity.pid)],
    ['version', `${supervisor.version}${other}`],
    ['runtime', runtime],
    ['started', moment(startedAt, now)],
    ...(megabytes === null ? [] : [['memory', memory(megabytes)] as Fact]),
    ...(cpu === null ? [] : [['cpu', `${percent(cpu)} since it started`] as Fact]),
    ['processes', `${processes.running} of ${processes.total} running`],
    ['socket', socket],
  ]
}
