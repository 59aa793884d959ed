import { describe, expect, it } from 'vitest'
import { resolveProcess } from '../../src/config/process.ts'
import { toWire } from '../../src/config/wire.ts'
import type { ProcessConfig } from '../../src/model/config/config.ts'
import type { HealthCheckConfig } from '../../src/model/config/health-check.ts'
import { ProcessManagerError } from '../../src/model/errors.ts'
import { readSaved } from '../../src/storage/state-file.ts'

const rules = { interval: 30_000, timeout: 5000, retries: 3, startPeriod: 0 }

function resolved(healthCheck: unknown, settings: Partial<ProcessConfig> = {}) {
  return resolveProcess({ name: 'web', command: 'web', ...settings, healthCheck }, { path: '', cwd: '/app' })
}

function refusalOf(healthCheck: unknown, settings: object = {}): string {
  try {
    resolved(healthCheck, settings)
  } catch (error) {
    if (error instanceof ProcessManagerError && error.code === 'config') return error.message
    throw error
  }
  throw new Error('it was accepted')
}

describe('a resolved health check', () => {
  it.each<[HealthCheckConfig, object]>([
    [
      { type: 'output', outputPattern: 'ready' },
      { type: 'output', outputPattern: 'ready', repeat: false, ...rules },
    ],
    [
      { type: 'http', url: 'http://localhost:3000/health' },
      { type: 'http', url: 'http://localhost:3000/health', method: 'GET', expectedStatus: [], headers: {}, ...rules },
    ],
    [
      { type: 'http', url: 'https://[::1]', method: 'HEAD', expectedStatus: 204, headers: { 'X-Probe': '1' } },
      {
        type: 'http',
        url: 'https://[::1]',
        method: 'HEAD',
        expectedStatus: [204],
        headers: { 'X-Probe': '1' },
        ...rules,
      },
    ],
    [
      { type: 'tcp', port: 5432 },
      { type: 'tcp', host: 'localhost', port: 5432, ...rules },
    ],
    [
      { type: 'tcp', host: 'db.internal', port: 5432 },
      { type: 'tcp', host: 'db.internal', port: 5432, ...rules },
    ],
    [
      { type: 'script', script: 'process.exit(0)', timeout: 10_000, retries: 2 },
      { type: 'script', script: 'process.exit(0)', ...rules, timeout: 10_000, retries: 2 },
    ],
    [
      { type: 'exec', command: 'pg_isready', interval: 1, startPeriod: 9 },
      { type: 'exec', command: 'pg_isready', ...rules, interval: 1, startPeriod: 9 },
    ],
  ])('applies every default: %j', (config, expected) => {
    expect(resolved(config).healthCheck).toEqual(expected)
  })

  it('stores a RegExp as JSON, also one from the socket', () => {
    const healthCheck = { type: 'output', outputPattern: /Ready\n\d+/iu, repeat: true } as const
    const pattern = { source: 'Ready\\n\\d+', flags: 'iu' }
    const sent = JSON.parse(JSON.stringify(toWire({ name: 'web', command: 'web', healthCheck })))
    expect(resolved(healthCheck).healthCheck).toMatchObject({ outputPattern: pattern })
    expect(resolved(sent.healthCheck).healthCheck).toMatchObject({ outputPattern: pattern })
  })

  it('is null without a health check, also in an older state', () => {
    const { healthCheck, onUnhealthy, startTimeout, ...older } = resolved(undefined)
    expect({ healthCheck, onUnhealthy, startTimeout }).toEqual({
      healthCheck: null,
      onUnhealthy: 'restart',
      startTimeout: 60_000,
    })
    const state = {
      schema: 1,
      bootId: '',
      processes: [{ id: 'a:web:b', status: 'stopped', wanted: 'down', config: older }],
    }
    expect(readSaved(JSON.stringify(state), 0).processes[0]?.config).toMatchObject({
      healthCheck: null,
      onUnhealthy: 'restart',
      startTimeout: 60_000,
    })
  })
})

describe('a health check is rejected for', () => {
  const http = { type: 'http', url: 'http://localhost' }
  const status = 'an HTTP status from 200 to 599, or a list of them'
  it.each<[what: string, healthCheck: unknown, sentence: string]>([
    [
      'a setting of another type',
      { type: 'tcp', port: 80, url: 'http://x' },
      '`healthCheck.url` belongs to a health check of type "http", not "tcp"',
    ],
    [
      'repeat where nothing is read',
      { ...http, repeat: true },
      '`healthCheck.repeat` belongs to a health check of type "output", not "http"',
    ],
    [
      'both kinds of script',
      { type: 'exec', command: 'true', script: '1' },
      '`healthCheck.script` belongs to a health check of type "script", not "exec"',
    ],
    ['no command', { type: 'exec' }, '`healthCheck.command` is missing: a health check of type "exec" needs it'],
    [
      'a port that no URL can have',
      { type: 'http', url: 'http://localhost:99999' },
      '`healthCheck.url` must be an http:// or https:// address',
    ],
    ['no status', { ...http, expectedStatus: 99 }, `\`healthCheck.expectedStatus\` must be ${status}, not 99`],
    ['an empty list', { ...http, expectedStatus: [] }, `\`healthCheck.expectedStatus\` must be ${status}, not a list`],
    [
      'a header that is two',
      { ...http, headers: { A: 'b\r\nC: d' } },
      '`healthCheck.headers.A` must be text that an HTTP header can hold',
    ],
    [
      'no name of a header',
      { ...http, headers: { 'A b': 'c' } },
      '`healthCheck.headers` must have names of HTTP headers as keys, not "A b"',
    ],
  ])('%s', (_, healthCheck, sentence) => {
    expect(refusalOf(healthCheck)).toBe(sentence)
  })

  it('an unknown reaction to being unhealthy', () => {
    expect(refusalOf(undefined, { onUnhealthy: 'kill' })).toBe(
      '`onUnhealthy` must be one of "restart", "none", not "kill"',
    )
    expect(refusalOf(undefined, { startTimeout: 0 })).toBe(
      '`startTimeout` must be a whole number of milliseconds from 1 to 2147483647, not 0',
    )
  })
})

describe("the process's own port", () => {
  const auto = { port: 'auto' } as const
  const http = (url: string) => ({ type: 'http', url })

  it.each<[object, Partial<ProcessConfig>]>([
    [http('/health'), auto],
    [http('/health'), { port: 3000 }],
    [http('/health'), { env: { PORT: '3000' } }],
    [http(`http://localhost:\${PORT}/health`), auto],
    [http(`https://[::1]:\${PORT:-3000}`), auto],
    [{ type: 'tcp' }, auto],
    // Another server, on this machine or elsewhere.
    [http('http://localhost:9000'), { port: 3000 }],
    [http('http://db.internal:9000'), auto],
    [{ type: 'tcp', host: 'db.internal', port: 5432 }, auto],
    [http('http://localhost'), auto],
  ])('may be meant: %j %j', (healthCheck, settings) => {
    expect(() => resolved(healthCheck, settings)).not.toThrow()
  })

  it.each([
    [http('/health'), {}, '`healthCheck.url` means the port of the process, which has no `port`'],
    [http(`http://localhost:\${PORT}`), {}, '`healthCheck.url` means the port of the process, which has no `port`'],
    [
      http('http://127.0.0.1:3000/health'),
      auto,
      '`healthCheck.url` must be a path such as "/health", without the port 3000: the process has `port: auto`',
    ],
    [
      { type: 'tcp', port: 3000 },
      auto,
      '`healthCheck.port` must be left out: the process has `port: auto`, and another one each time',
    ],
  ])('is refused where it is none, or another: %j %j', (healthCheck, settings, sentence) => {
    expect(refusalOf(healthCheck, settings)).toBe(sentence)
  })
})
