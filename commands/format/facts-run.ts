import type { ProcessState, RunExit } from '../../src/index.ts'
import type { Fact } from './fact.ts'
import { elapsed, memory, moment, percent } from './units.ts'

/** The present run, and how the last one ended. */
export function runFacts(state: ProcessState, now: number): Fact[] {
  const { reason, group, pid, adopted, startedAt, lastExit, restarts, failures, maxRestarts, cpu } = state
  const facts: Fact[] = []
  if (reason) facts.push(['reason', reason])
  if (group !== null) facts.push(['group', group])
  if (state.instanceOf !== null) facts.push(['instance of', state.instanceOf])
  if (pid !== null) facts.push(['pid', `${pid}${adopted ? ', adopted from an earlier supervisor' : ''}`])
  if (startedAt !== null) facts.push(['started', moment(startedAt, now)])
  if (lastExit) facts.push(['last exit', describeExit(lastExit, now)])
  const failed = failures === 0 ? '' : `, ${failures} ${failures === 1 ? 'failure' : 'failures'} in a row`
  facts.push(['restarts', `${restarts} since the last start by hand${failed}, at most ${maxRestarts} in a row`])
  if (cpu !== null) facts.push(['cpu', `${percent(cpu)} of one core`])
  if (state.memory !== null) facts.push(['memory', memory(state.memory)])
  return facts
}

/** Why a run ended, `exited with 1 after 3s` or `ended by SIGKILL …`, and when. */
function describeExit(exit: RunExit, now: number): string {
  const how = exit.why ?? howItEnded(exit)
  const why = exit.asked ? ', as asked' : exit.early ? ', before it was ready' : ''
  return `${how} after ${elapsed(exit.lasted)}${why}, ${moment(exit.at, now)}`
}

function howItEnded({ signal, code }: RunExit): string {
  if (signal !== null) return `ended by ${signal}`
  return code === null ? 'ended unseen' : `exited with ${code}`
}
