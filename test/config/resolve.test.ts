import { describe, expect, it } from 'vitest'
import { parseProcess, resolveProcess } from '../../src/config/process.ts'
import { toWire } from '../../src/config/wire.ts'
import type { ProcessConfig } from '../../src/model/config.ts'

const context = { path: 'processes[0]', cwd: '/app' }
const minimal = { name: 'web', command: 'bun run server.ts' }

describe('resolveProcess', () => {
  it('applies every default', () => {
    expect(resolveProcess(minimal, context)).toEqual({
      name: 'web',
      command: 'bun run server.ts',
      program: 'bun',
      args: ['run', 'server.ts'],
      cwd: '/app',
      env: {},
      autostart: false,
      autorestart: true,
      restartDelay: 1000,
      maxRestarts: 10,
      stopSignal: 'SIGTERM',
      stopTimeout: 5000,
      minUptime: 300,
      healthCheck: null,
      onUnhealthy: 'restart',
      startTimeout: 60_000,
      maxLogSize: 10,
      maxLogFiles: 5,
      compressLogs: false,
      mergeLogs: false,
      stopExitCodes: [],
      watch: null,
      maxMemory: null,
      maxCpu: null,
      memoryEvidence: false,
      port: null,
      ipc: false,
      instances: 1,
      instanceOf: null,
      dependsOn: {},
      schedule: null,
      hooks: {},
    })
  })

  it("prefers the process's word to the manager's, and that to the default", () => {
    const defaults = { autoRestart: false, maxRestarts: 3, restartDelay: 7 }
    expect(resolveProcess(minimal, { ...context, defaults })).toMatchObject({
      autorestart: false,
      maxRestarts: 3,
      restartDelay: 7,
    })
    const outspoken = { ...minimal, autorestart: 'on-failure', maxRestarts: 0, restartDelay: 0 }
    expect(resolveProcess(outspoken, { ...context, defaults })).toMatchObject({
      autorestart: 'on-failure',
      maxRestarts: 0,
      restartDelay: 0,
    })
  })

  it('counts cwd and log files from the base folder, not log files from cwd', () => {
    const config = { ...minimal, cwd: 'packages/api', logFile: './logs/out.log', errorFile: '/var/log/err.log' }
    expect(resolveProcess(config, context)).toMatchObject({
      cwd: '/app/packages/api',
      logFile: '/app/logs/out.log',
      errorFile: '/var/log/err.log',
    })
  })

  it('takes an undefined value for an absent one', () => {
    const config = { ...minimal, cwd: undefined, env: { PORT: '3000', DATABASE_URL: undefined } }
    expect(resolveProcess(config, context)).toMatchObject({ cwd: '/app', env: { PORT: '3000' } })
  })

  it('keeps group, persist and origin, and changes nothing of its input', () => {
    const config = Object.freeze({ ...minimal, group: 'api', persist: true, args: Object.freeze(['x']) })
    const origin = 'processes.json: processes[2]'
    expect(resolveProcess(config, { ...context, origin })).toMatchObject({
      program: 'bun run server.ts',
      group: 'api',
      persist: true,
      origin,
    })
  })

  it('gathers what is watched, if anything is', () => {
    const details = { watchPaths: ['src/**/*.ts'], ignoreWatch: ['dist'], watchDebounce: 0 }
    expect(resolveProcess({ ...minimal, ...details }, context).watch).toBeNull()
    expect(resolveProcess({ ...minimal, ...details, watch: true, cwd: 'api' }, context).watch).toEqual({
      paths: ['src/**/*.ts'],
      ignore: ['dist'],
      debounce: 0,
      cwd: '/app/api',
    })
    expect(resolveProcess({ ...minimal, watch: true }, context).watch).toEqual({
      paths: ['**/*'],
      ignore: [],
      debounce: 300,
      cwd: '/app',
    })
  })

  it('takes dependencies by name, and with what is waited for', () => {
    const dependsOn = (value: unknown) => resolveProcess({ ...minimal, dependsOn: value }, context).dependsOn
    expect(dependsOn(['db', 'cache'])).toEqual({ db: 'ready', cache: 'ready' })
    expect(dependsOn({ db: 'healthy', migrate: 'completed' })).toEqual({ db: 'healthy', migrate: 'completed' })
  })

  it('keeps limits, port, instances, schedule, exit codes, channel and hooks as they are', () => {
    const settings = {
      maxMemory: 512,
      maxCpu: 150,
      memoryEvidence: true,
      port: 'auto',
      ipc: true,
      instances: 4,
      schedule: '*/5 * * * *',
      stopExitCodes: [0, 143],
      hooks: { onCrash: 'notify "$TUIX_NAME"' },
    }
    expect(resolveProcess({ ...minimal, ...settings }, context)).toMatchObject(settings)
  })
})

describe('toWire', () => {
  it('lets a RegExp survive JSON', () => {
    const healthCheck = { type: 'output', outputPattern: /Ready\n\d+/i } as const
    const config: ProcessConfig = { ...minimal, healthCheck }
    const received = parseProcess(JSON.parse(JSON.stringify(toWire(config))), context)
    expect(received.healthCheck?.outputPattern).toEqual(/Ready\n\d+/i)
  })

  it('leaves everything else alone', () => {
    const config: ProcessConfig = { ...minimal, healthCheck: { type: 'output', outputPattern: 'ready' } }
    expect(toWire(config)).toEqual(config)
  })
})
