import { describe, expect, it } from 'vitest'
import { resolveProcess } from '../../../src/config/process.ts'
import { specOf } from '../../../src/model/swarm/spec.ts'
import { refuseSecrets, unmapped } from '../../../src/model/swarm/unmapped.ts'

function declared(settings: object, deploy: object = {}) {
  const config = resolveProcess({ name: 'web', command: 'node server.mjs', ...settings }, { path: '', cwd: '/' })
  return { config, deploy: { image: 'web:1', ...deploy } }
}

const options = {
  stack: 'shop',
  replicas: 2,
  isStopped: false,
  replacement: 'rolling',
  force: 0,
  secrets: new Map(),
  hash: () => 'r1',
} as const

describe('a process as a service', () => {
  it('has nothing to say if everything is carried over', () => {
    expect(
      unmapped(
        declared({ port: 3000, env: { OWN: 'http://localhost:3000' }, autorestart: 'on-failure', group: 'api' }),
      ),
    ).toEqual([])
  })

  it.each([
    [{ watch: true }, 'watch'],
    [{ ipc: true }, 'ipc'],
    [{ hooks: { onStop: 'x' } }, 'hooks'],
    [{ schedule: '* * * * *' }, 'schedule'],
    [{ stopCommand: 'x' }, 'stopCommand'],
    [{ stopExitCodes: [3] }, 'stopExitCodes'],
    [{ logFile: '/a' }, 'logFile'],
    [{ maxMemory: 100 }, 'maxMemory'],
    [{ maxCpu: 50 }, 'maxCpu'],
    [{ port: 'auto' }, 'port'],
    [{ env: { API: 'http://127.0.0.1:3000' } }, 'env.API'],
    [{ args: ['--api', 'localhost:3000'] }, 'args'],
    [{ healthCheck: { type: 'output', outputPattern: 'up' } }, 'healthCheck'],
  ])('names what is otherwise there: %j', (settings, key) => {
    const told = unmapped(declared(settings))
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(new RegExp(`^web: \`${key}\`: \\w`))
  })

  it('holds no value that is masked elsewhere', () => {
    expect(() => refuseSecrets(declared({ env: { DB_PASSWORD: 'abc', MODE: 'fast' } }))).toThrow(
      /^web: `env.DB_PASSWORD` is a secret/,
    )
    expect(() => refuseSecrets(declared({ command: 'node', args: ['--token', 'abc123'] }))).toThrow(
      /^web: `command` is a secret/,
    )
    expect(() => refuseSecrets(declared({ env: { MODE: 'fast' } }))).not.toThrow()
  })

  it('does not start a new replica before the old one ends where both need one port of the host', () => {
    const orderOf = (settings: object, deploy: object) => specOf(declared(settings, deploy), options).UpdateConfig.Order
    expect(orderOf({ port: 80 }, {})).toBe('start-first')
    expect(orderOf({ port: 80 }, { networks: ['host'] })).toBe('stop-first')
    expect(orderOf({}, { networks: ['host'] })).toBe('start-first')
    expect(orderOf({ port: 80 }, { networks: ['host'], update: { order: 'start-first' } })).toBe('start-first')
  })

  it('has limits in bytes and cores, and durations in ns', () => {
    const { TaskTemplate } = specOf(declared({ maxMemory: 64, maxCpu: 150, stopTimeout: 2000 }), options)
    expect(TaskTemplate.Resources.Limits).toEqual({ MemoryBytes: 67_108_864, NanoCPUs: 1_500_000_000 })
    expect(TaskTemplate.ContainerSpec.StopGracePeriod).toBe(2_000_000_000)
  })

  it('leaves no template in a variable that Swarm would replace', () => {
    const { TaskTemplate } = specOf(declared({ env: { FORMAT: '{{x}}' } }), options)
    expect(TaskTemplate.ContainerSpec.Env).toEqual(['FORMAT={{"{{"}}x}}'])
  })
})
