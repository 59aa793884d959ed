import { resolveProcess } from '../../src/config/index.ts'
import type { ResolvedProcess } from '../../src/model/config.ts'
import type { Identity, ManagedProcess, RunExit } from '../../src/model/process.ts'
import { newProcess } from '../../src/model/saved.ts'

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
  return { ...newProcess('f00d:web:1', config(settings), 0), ...state }
}

export function runExit(facts: Partial<RunExit> = {}): RunExit {
  return { run: 1, code: 1, signal: null, at: 1000, lasted: 500, early: false, asked: false, ...facts }
}
