import { phaseOf } from '../../src/client/older.ts'
import { resolveProcess } from '../../src/config/process.ts'
import type { ProcessDetail, ProcessState, ResolvedProcess } from '../../src/index.ts'

/** A process that has run for a minute, as `list` tells it. Its phase is that of its status, if not another is said. */
export function processState(changes: Partial<ProcessState> = {}): ProcessState {
  const { status = 'running', pid = 4711 } = changes
  return {
    name: 'web',
    group: null,
    instanceOf: null,
    status,
    phase: phaseOf({ status, pid }),
    wanted: 'up',
    pid,
    restarts: 0,
    uptime: 60,
    cpu: 1.5,
    memory: 80,
    exitCode: null,
    exitSignal: null,
    run: 1,
    startedAt: NOW - 60_000,
    retryAt: null,
    maxRestarts: 10,
    failures: 0,
    health: null,
    watch: false,
    dependsOn: [],
    port: null,
    suspendedBy: null,
    frozen: null,
    program: null,
    waitingFor: null,
    reason: '',
    lastExit: null,
    adopted: false,
    owned: false,
    command: 'node server.mjs',
    cwd: '/app',
    logFile: '/app/.tuix/logs/web.out.log',
    errorFile: '/app/.tuix/logs/web.err.log',
    ...changes,
  }
}

/** The same as `status` tells it, of a process that is declared like this. */
export function processDetail(config: object = {}, changes: Partial<ProcessDetail> = {}): ProcessDetail {
  return {
    ...processState(),
    config: resolved(config),
    environment: 'start',
    healthHistory: [],
    metrics: {},
    channel: null,
    ...changes,
  }
}

function resolved(config: object): ResolvedProcess {
  const input = { name: 'web', command: 'node server.mjs', ...config }
  return resolveProcess(input, { path: '', cwd: '/app' })
}

/** 2031-05-04 14:00:00, local time, as epoch ms. */
export const NOW = new Date(2031, 4, 4, 14).getTime()
