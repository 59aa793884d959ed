import type { LastExit, ProcessState } from '../../src/index.ts'
import type { Fact } from './table.ts'
import { elapsed, memory, moment, percent } from './units.ts'

/** Facts about the current run, and how the last run ended. */
export function runFacts(state: ProcessState, now: number): Fact[] {
  const { reason, group, pid, adopted, startedAt, lastExit, restarts, failures, maxRestarts, cpu } = state
  const facts: Fact[] = []
  if (reason) facts.push(['reason', reason])
  if (group !== null) facts.push(['group', group])
  if (state.instanceOf !== null) facts.push(['instance of', state.instanceOf])
  if (pid !== null) facts.push(['pid', `${pid}${adopted ? ', adopted from an earlier supervisor' : ''}`])
  if (startedAt !== null) facts.push(['started', moment(startedAt, now)])
  if (lastExit) facts.push(['last exit', describeExit(lastExit, now)])
  facts.push([
    'restarts',
    `${restarts}, failures in a row: ${failures}${maxRestarts === 'unlimited' ? ', no limit' : ` of ${maxRestarts}`}`,
  ])
  if (cpu !== null) facts.push(['cpu', `${percent(cpu)} of one core`])
  if (state.memory !== null) facts.push(['memory', memory(state.memory)])
  return facts
}

/** How and when a run ended: `exited with 1 after 3s, …`, `killed by SIGKILL after 3s, …`. */
function describeExit(exit: LastExit, now: number): string {
  const how = exit.why ?? howItEnded(exit)
  const why = exit.asked ? ', as requested' : exit.early ? ', before it was ready' : ''
  return `${how} after ${elapsed(exit.lasted)}${why}, ${moment(exit.at, now)}`
}

function howItEnded({ signal, code }: LastExit): string {
  if (signal !== null) return `killed by ${signal}`
  return code === null ? 'ended while no supervisor ran' : `exited with ${code}`
}
