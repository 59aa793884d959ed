import type { EndedSupervisor, ProcessManager, ProcessState } from '../../src/index.ts'
import { counted } from '../format/units.ts'

/** The processes that have a pid. */
export async function runningIn(manager: ProcessManager): Promise<ProcessState[]> {
  return (await manager.list()).filter(({ pid }) => pid !== null)
}

type AnySupervisor = Pick<EndedSupervisor, 'identity' | 'version' | 'mode'> & { killed?: boolean }

/** A supervisor as `supervisor stop --json` and `supervisor restart --json` print it. */
export function supervisorJson({ identity, version, mode, killed }: AnySupervisor): object {
  return { pid: identity.pid, version, mode, ...(killed !== undefined && { killed }) }
}

export function endedText(ended: EndedSupervisor): string {
  const how = ended.killed ? ', killed because it did not answer' : ''
  return `supervisor stopped (pid ${ended.identity.pid}${how})`
}

/** `2 processes keep running with the same pids: web, db`; empty if there are none. */
export function keptRunningText(states: ProcessState[], how: string): string {
  if (states.length === 0) return ''
  const keep = states.length === 1 ? 'keeps' : 'keep'
  return `${counted(states.length, 'process')} ${keep} running ${how}: ${states.map(({ name }) => name).join(', ')}`
}
