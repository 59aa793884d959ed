import type { SupervisorStatus } from '../../src/index.ts'
import type { Paint } from './color.ts'
import type { Fact } from './fact.ts'
import { memory, moment, percent } from './units.ts'

export interface SupervisorFacts {
  /** `null`: nobody supervises. */
  supervisor: SupervisorStatus | null
  tuixDir: string
  processes: { total: number; running: number }
  /** Of this command. */
  version: string
  paint: Paint
  /** Epoch ms. */
  now: number
}

export const MODES = {
  daemon: 'a daemon',
  embedded: 'embedded in an app',
  foreground: 'in the foreground',
} as const

/** Everything about the supervisor, for a person. */
export function supervisorPage(options: SupervisorFacts): string {
  const { supervisor, tuixDir, paint } = options
  const facts: Fact[] = [...(supervisor ? livingFacts(supervisor, options) : []), ['state', tuixDir]]
  const width = Math.max(...facts.map(([label]) => label.length))
  const what = supervisor
    ? `${paint('green', 'running')}, ${MODES[supervisor.mode]}`
    : 'none is running; the next command that needs one brings it'
  const lines = facts.map(([label, value]) => `  ${paint('gray', label.padEnd(width))}  ${value}`)
  return [`${paint('bold', 'supervisor')}  ${what}`, '', ...lines].join('\n')
}

function livingFacts(supervisor: SupervisorStatus, { processes, version, now }: SupervisorFacts): Fact[] {
  const { identity, runtime, startedAt, socket, memory: megabytes, cpu } = supervisor
  const other = supervisor.version === version ? '' : `, while this command has ${version}`
  return [
    ['pid', String(identity.pid)],
    ['version', `${supervisor.version}${other}`],
    ['runtime', runtime],
    ['started', moment(startedAt, now)],
    ...(megabytes === null ? [] : [['memory', memory(megabytes)] as Fact]),
    ...(cpu === null ? [] : [['cpu', `${percent(cpu)} since its start`] as Fact]),
    ['processes', `${processes.running} of ${processes.total} running`],
    ['socket', socket],
  ]
}
