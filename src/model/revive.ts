import type { ManagedProcess, ProcessStatus } from './process.ts'
import { clear, exited, NOBODY, watching } from './run.ts'
import { type Effect, emit, type Found, type Step, unchanged } from './step.ts'

/** What a new supervisor makes of a process, from what was saved and what it found alive. */
export function recover(process: ManagedProcess, found: Found, now: number): Step {
  if (found.leader && found.run > process.run) {
    // Started after the state was written: whatever that says, the last order was to start, and the health is an earlier run's.
    const begun: ManagedProcess = { ...process, run: found.run, wanted: 'up', status: 'starting', startedAt: null }
    return adopt({ ...begun, identity: found.leader, waitingFor: null, replacing: null, health: null, reason: '' }, now)
  }
  if (found.leader) return adopt({ ...process, identity: found.leader }, now)
  if (found.rebooted) return afterReboot(process)
  switch (process.status) {
    case 'starting':
      if (process.waitingFor === null) return ended(process, now)
      return found.strays ? clear({ ...process, status: 'stopping', waitingFor: null }) : askToStart(process)
    case 'running':
      return ended(process, now)
    case 'stopping':
      return clear(process)
    case 'crashed':
      return process.identity || found.strays
        ? clear({ ...process, identity: process.identity ?? NOBODY })
        : unchanged(process)
    case 'restarting':
      // The try had begun, its leader is dead already, and it left something behind.
      if (found.strays) return clear({ ...process, status: 'crashed', identity: NOBODY })
      return { process, effects: [{ type: 'retry-at', run: process.run, at: process.retryAt ?? now }] }
    case 'stopped':
    case 'error':
      if (!found.strays) return unchanged(process)
      // What had given up does not begin again because something of it was found.
      return clear({ ...process, status: 'stopping', wanted: 'down', reason: 'something of it was still alive' })
  }
}

/** Spawned or not, nothing of the leader is left; what it left behind is cleared like after any crash. */
function ended(process: ManagedProcess, now: number): Step {
  const alive: ManagedProcess = { ...process, status: 'running' }
  const step = exited(alive, { type: 'exited', run: process.run, code: null, signal: null }, now)
  return { process: { ...step.process, identity: process.identity ?? NOBODY }, effects: step.effects }
}

function afterReboot(process: ManagedProcess): Step {
  const clean: ManagedProcess = {
    ...process,
    identity: null,
    startedAt: null,
    survivors: [],
    retryAt: null,
    health: null,
  }
  if (process.wanted === 'up') return askToStart({ ...clean, failures: 0 })
  const status = process.status === 'error' || process.status === 'crashed' ? process.status : 'stopped'
  return { process: { ...clean, status, waitingFor: null }, effects: [] }
}

function askToStart(process: ManagedProcess): Step {
  return { process: { ...process, status: 'stopped', waitingFor: null, reason: '' }, effects: [{ type: 'ask-start' }] }
}

function adopt(process: ManagedProcess, now: number): Step {
  const { identity, run } = process
  if (identity === null) return unchanged(process)
  const status: ProcessStatus =
    process.status === 'starting' || process.status === 'stopping' ? process.status : 'running'
  const next: ManagedProcess = {
    ...process,
    status,
    adopted: true,
    retryAt: null,
    waitingFor: null,
    startedAt: process.startedAt ?? now,
  }
  // Wanted down and alive: a stop was under way, or its order was recorded and not carried out.
  if (status === 'stopping' || process.wanted === 'down') {
    return clear({ ...next, status: 'stopping', reason: 'stop asked for' })
  }
  const effects: Effect[] = [
    { type: 'watch-leader', run, identity },
    emit(next, 'adopt', `adopted, pid ${identity.pid}`, now, { pid: identity.pid }),
    ...watching(next),
  ]
  return { process: next, effects }
}
