import { resolveProcess } from '../../src/config/index.ts'
import type { ResolvedProcess } from '../../src/model/config/config.ts'
import type { EndCause } from '../../src/model/lifecycle/causes.ts'
import type { Identity } from '../../src/model/lifecycle/identity.ts'
import type { Live, PhaseOf, PhaseType } from '../../src/model/lifecycle/phase.ts'
import type { ManagedProcess, RunExit } from '../../src/model/lifecycle/process.ts'
import { newProcess } from '../../src/model/lifecycle/process.ts'

export const BOOT = 'this-boot'

export function identity(pid: number, startTime = pid * 10): Identity {
  return { pid, startTime, bootId: BOOT }
}

/** A resolved config with every default there is, and few restarts. */
export function config(settings: Partial<ResolvedProcess> = {}): ResolvedProcess {
  const written = { name: 'web', command: 'node server.mjs', restartDelay: 1000, maxRestarts: 3 }
  return { ...resolveProcess(written, { path: 'process', cwd: '/srv' }), ...settings }
}

export function managedProcess(
  state: Partial<ManagedProcess> = {},
  settings?: Partial<ResolvedProcess>,
): ManagedProcess {
  return { ...newProcess('f00d:web:1', config(settings)), ...state }
}

/** The run with pid 33, spawned at time 0. */
export function live(facts: Partial<Live> = {}): Live {
  return { leader: identity(33), startedAt: 0, health: null, ...facts }
}

/** A process whose first run is up. */
export function running(state: Partial<ManagedProcess> = {}, settings?: Partial<ResolvedProcess>): ManagedProcess {
  const phase = { type: 'running', live: live(), rebuilt: false } as const
  return managedProcess({ wanted: 'up', run: 1, phase, ...state }, settings)
}

export function exited(code: number | null = 1, lasted = 500, signal: string | null = null): EndCause {
  return { type: 'exited', code, signal, lasted }
}

export function runExit(facts: Partial<RunExit> = {}): RunExit {
  return { run: 1, code: 1, signal: null, at: 1000, lasted: 500, early: false, asked: false, ended: null, ...facts }
}

/** One of every phase. */
export const EVERY_PHASE: { [Type in PhaseType]: PhaseOf<Type> } = {
  stopped: { type: 'stopped', why: null },
  completed: { type: 'completed', code: 0 },
  crashed: { type: 'crashed', end: exited() },
  failed: { type: 'failed', cause: { type: 'gave-up', restarts: 3 } },
  waiting: { type: 'waiting', for: 'db' },
  scheduled: { type: 'scheduled', at: 2000 },
  backoff: { type: 'backoff', at: 2000, end: exited() },
  spawning: { type: 'spawning', blocked: null },
  starting: { type: 'starting', live: live() },
  running: { type: 'running', live: live(), rebuilt: false },
  paused: { type: 'paused', live: live(), rebuilt: false },
  stopping: { type: 'stopping', why: { type: 'stop' }, live: live(), automatic: false },
  cleanup: { type: 'cleanup', end: exited(), live: live(), startAt: null },
}
