import type { SupervisorInfo } from '../../src/index.ts'
import type { Paint } from './color.ts'
import { moment } from './units.ts'

export interface SupervisorFacts {
  /** `null`: nobody supervises. */
  supervisor: SupervisorInfo | null
  tuixDir: string
  paint: Paint
  /** Epoch ms. */
  now: number
}

/** Who supervises, since when, and where its state is. */
export function supervisorText({ supervisor, tuixDir, paint, now }: SupervisorFacts): string {
  const state = `  ${paint('gray', 'state')}    ${tuixDir}`
  if (!supervisor) return `${paint('bold', 'supervisor')}  none is running; the next start brings one\n\n${state}`
  const { identity, mode, runtime, version, startedAt } = supervisor
  return [
    `${paint('bold', 'supervisor')}  ${paint('green', 'running')}, ${mode === 'daemon' ? 'a daemon' : 'embedded in an app'}`,
    '',
    `  ${paint('gray', 'pid')}      ${identity.pid}, ${runtime}, version ${version}`,
    `  ${paint('gray', 'started')}  ${moment(startedAt, now)}`,
    state,
  ].join('\n')
}
