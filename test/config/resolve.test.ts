import { describe, expect, it } from 'vitest'
import { parseProcess, resolveProcess } from '../../src/config/process.ts'
import { toWire } from '../../src/config/wire.ts'
import type { ProcessConfig, ResolvedProcess } from '../../src/model/config/config.ts'
import { invalidSetting } from '../../src/model/config/config-shape.ts'

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
      onStartTimeout: 'fail',
      maxRestartDelay: 30_000,
      stableAfter: 30_000,
      maxLogSize: 10,
      maxLogFiles: 5,
      compressLogs: false,
      mergeLogs: false,
      stopExitCodes: [],
      watch: null,
      maxMemory: null,
      maxCpu: null,
      heapSnapshot: false,
      port: null,
      ipc: false,
      instances: 1,
      instanceVariable: null,
      instanceOf: null,
      dependsOn: {},
      schedule: null,
      timezone: null,
      hooks: {},
    })
  })

  it('keeps nothing of `deploy`, which is for clusters, and checks it nevertheless', () => {
    const deploy = { image: 'web:1', resources: { memory: '1G' }, update: { delay: '2s' } }
    expect(resolveProcess({ ...minimal, deploy }, context)).toEqual(resolveProcess(minimal, context))
    expect(parseProcess({ ...minimal, deploy }, context).deploy).toEqual({
      image: 'web:1',
      resources: { memory: 1024 },
      update: { delay: 2000 },
    })
  })

  it('prefers the setting of the process to that of the manager, and that to the default', () => {
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

  it('takes what is written for the default, also where that is nothing', () => {
    const written = {
      autostart: true,
      stopSignal: 'SIGINT',
      stopTimeout: 0,
      minUptime: 0,
      onUnhealthy: 'none',
      startTimeout: 7,
      maxLogSize: 1,
      maxLogFiles: 0,
      compressLogs: true,
      mergeLogs: true,
    }
    expect(resolveProcess({ ...minimal, ...written }, context)).toMatchObject(written)
  })

  it('resolves cwd and log files from the base folder, not from cwd', () => {
    const config = { ...minimal, cwd: 'packages/api', logFile: './logs/out.log', errorFile: '/var/log/err.log' }
    expect(resolveProcess(config, context)).toMatchObject({
      cwd: '/app/packages/api',
      logFile: '/app/logs/out.log',
      errorFile: '/var/log/err.log',
    })
  })

  it('treats an undefined value as absent', () => {
    const config = { ...minimal, cwd: undefined, env: { PORT: '3000', DATABASE_URL: undefined } }
    expect(resolveProcess(config, context)).toMatchObject({ cwd: '/app', env: { PORT: '3000' } })
  })

  it('keeps group, persist and origin, and does not change its input', () => {
    const config = Object.freeze({ ...minimal, group: 'api', persist: true, args: Object.freeze(['x']) })
    const origin = 'processes.json: processes[2]'
    expect(resolveProcess(config, { ...context, origin })).toMatchObject({
      program: 'bun run server.ts',
      group: 'api',
      persist: true,
      origin,
    })
  })

  it('collects the settings of watching, if it is on', () => {
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

  it.each([
    [undefined, {}],
    [true, { polling: 1000 }],
    [false, { polling: false }],
    [250, { polling: 250 }],
  ])('turns watchPolling %j into %j', (watchPolling, polling) => {
    const watched = { paths: ['**/*'], ignore: [], debounce: 300, cwd: '/app' }
    const resolved = resolveProcess({ ...minimal, watch: true, watchPolling }, context)
    expect(resolved.watch).toEqual({ ...watched, ...polling })
    expect(invalidSetting(resolved)).toBeUndefined()
  })

  it.each([true, null, '250', Number.NaN])('has no resolved polling of %j', (polling) => {
    const resolved = resolveProcess({ ...minimal, watch: true }, context)
    const changed = { ...resolved, watch: { ...resolved.watch, polling } } as ResolvedProcess
    expect(invalidSetting(changed)).toBe('watch')
  })

  it('accepts dependencies by name, and with conditions', () => {
    const dependsOn = (value: unknown) => resolveProcess({ ...minimal, dependsOn: value }, context).dependsOn
    expect(dependsOn(['db', 'cache'])).toEqual({ db: 'ready', cache: 'ready' })
    expect(dependsOn({ db: 'healthy', migrate: 'completed' })).toEqual({ db: 'healthy', migrate: 'completed' })
  })

  it('keeps limits, port, instances, schedule, exit codes, channel and hooks as they are', () => {
    const settings = {
      maxMemory: 512,
      maxCpu: 150,
      heapSnapshot: true,
      port: 'auto',
      ipc: true,
      instances: 4,
      schedule: '*/5 * * * *',
      stopExitCodes: [0, 143],
      hooks: { onCrash: 'notify "$TUIX_NAME"' },
    }
    expect(resolveProcess({ ...minimal, ...settings }, context)).toMatchObject(settings)
  })

  it('reads memoryEvidence as the old name of heapSnapshot, which wins if both are set', () => {
    const snapshot = (settings: object) => resolveProcess({ ...minimal, ...settings }, context).heapSnapshot
    expect(snapshot({ memoryEvidence: true })).toBe(true)
    expect(snapshot({ memoryEvidence: true, heapSnapshot: false })).toBe(false)
    expect(() => snapshot({ memoryEvidence: 'yes' })).toThrow(/memoryEvidence` must be true or false/)
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

describe('values with units, and variables of other types', () => {
  const resolved = (settings: object) =>
    resolveProcess({ name: 'web', command: 'x', ...settings }, { path: 'p', cwd: '/app' })

  it.each([
    [{ restartDelay: '5s' }, { restartDelay: 5000 }],
    [
      { stopTimeout: '1.5 s', minUptime: '300ms', startTimeout: '2m' },
      { stopTimeout: 1500, minUptime: 300, startTimeout: 120_000 },
    ],
    [
      { stableAfter: '1h', maxRestartDelay: '0s' },
      { stableAfter: 3_600_000, maxRestartDelay: 0 },
    ],
    [{ maxMemory: '512M' }, { maxMemory: 512 }],
    [{ maxMemory: '1.5GB' }, { maxMemory: 1536 }],
    [{ maxLogSize: '2G' }, { maxLogSize: 2000 }],
    [
      { healthCheck: { type: 'tcp', port: 1, interval: '10s', timeout: '500ms', startPeriod: '1m' } },
      { healthCheck: { interval: 10_000, timeout: 500, startPeriod: 60_000 } },
    ],
    [{ watch: true, watchDebounce: '1s' }, { watch: { debounce: 1000 } }],
    [
      { env: { PORT: 3000, DEBUG: true, RATE: 0.5, TEXT: '1' } },
      { env: { PORT: '3000', DEBUG: 'true', RATE: '0.5', TEXT: '1' } },
    ],
    [{ args: ['-p', 3000, true] }, { args: ['-p', '3000', 'true'] }],
    [
      { restartDelay: '1m 30s', stopTimeout: '1h30m' },
      { restartDelay: 90_000, stopTimeout: 5_400_000 },
    ],
    [{ stableAfter: '1d' }, { stableAfter: 86_400_000 }],
  ])('become what they mean: %j', (settings, expected) => {
    expect(resolved(settings)).toMatchObject(expected)
  })

  it.each([
    { restartDelay: '-5s' },
    { restartDelay: '5 days' },
    { restartDelay: '700h' },
    { startTimeout: '0s' },
    { maxMemory: '512' },
    { maxMemory: '0M' },
  ])('are refused if they are none: %j', (settings) => {
    expect(() => resolved(settings)).toThrow(/^`p\./)
  })
})
