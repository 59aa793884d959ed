import { describe, expect, it } from 'vitest'
import { parseProcess, resolveProcess, resolveProcesses } from '../../src/config/resolve.ts'
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
      inactive: [],
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

  it('names the settings that do not act yet, those of a watch only if it is on', () => {
    const watch = { watchPaths: ['src'], ignoreWatch: ['dist'], watchDebounce: 100 }
    const limits = { maxMemory: 512, maxCpu: 150 }
    const healthCheck = { type: 'tcp', port: 80 }
    const off = resolveProcess({ ...minimal, ...watch, watch: false }, context)
    expect(off.inactive).toEqual([])
    const on = resolveProcess({ ...minimal, ...limits, ...watch, watch: true, healthCheck }, context)
    expect(on.inactive.sort()).toEqual(
      ['healthCheck', 'ignoreWatch', 'maxCpu', 'maxMemory', 'watch', 'watchDebounce', 'watchPaths'].sort(),
    )
  })
})

describe('resolveProcesses', () => {
  it('keeps where in the file each is', () => {
    const list = [minimal, { name: 'worker', command: 'worker' }]
    const origins = (file?: string) =>
      resolveProcesses(list, { path: 'processes', cwd: '/app', ...(file && { file }) }).map(({ origin }) => origin)
    expect(origins('processes.json')).toEqual(['processes.json: processes[0]', 'processes.json: processes[1]'])
    expect(origins()).toEqual([undefined, undefined])
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
