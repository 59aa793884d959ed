import { Writable } from 'node:stream'
import { Effect } from 'effect'
import pino from 'pino'
import { describe, expect, it, vi } from 'vitest'
import { feedLogger, type Logger } from '../../src/manager/logger.ts'
import type { ProcessEvent } from '../../src/model/lifecycle/events.ts'
import type { ProcessLog } from '../../src/model/views/logs.ts'
import { until } from '../helpers/until.ts'

const CRASH: ProcessEvent = { time: 1, name: 'web', type: 'crash', run: 2, message: 'exited with 1', exitCode: 1 }
const LINE: ProcessLog = { timestamp: new Date(1), level: 'warn', message: 'slow', source: 'stdout', name: 'web' }

/** Everything that a logger with plain methods was told. */
function recorder() {
  const told: unknown[][] = []
  const method =
    (level: string) =>
    (...args: unknown[]) =>
      void told.push([level, ...args])
  const logger = { debug: method('debug'), info: method('info'), warn: method('warn'), error: method('error') }
  return { logger, told }
}

/** Feeds a logger some events and lines; resolves with the warnings when all were told. */
async function feed(logger: Logger, events: ProcessEvent[], lines: ProcessLog[] = []): Promise<string[]> {
  const warnings: string[] = []
  await feedLogger(logger, {
    async *events(listening) {
      yield* events
      listening()
    },
    onLine: (listener) => lines.forEach((line) => void listener(line)),
    warn: (message) => warnings.push(message),
  })
  return warnings
}

describe('a logger', () => {
  it('is told the sentence, the facts, and how bad it is', async () => {
    const { logger, told } = recorder()
    const event = (type: ProcessEvent['type'], message = 'm'): ProcessEvent => ({ ...CRASH, type, message })
    await feed(logger, [
      CRASH,
      event('start'),
      event('restart'),
      event('hook'),
      event('warning'),
      { ...event('health', 'healthy'), health: 'healthy' },
      { ...event('health', 'unhealthy: no answer'), health: 'unhealthy' },
      { ...event('release'), name: '' },
    ])
    expect(told[0]).toEqual(['error', 'web: exited with 1', { process: 'web', event: 'crash', run: 2, exitCode: 1 }])
    expect(told.map(([level]) => level)).toEqual(['error', 'info', 'warn', 'debug', 'warn', 'info', 'warn', 'info'])
    expect(told.at(-1)?.[1]).toBe('supervisor: m')
  })

  it('is told lines at their own level, and none of the supervisor, which come as events', async () => {
    const { logger, told } = recorder()
    await feed(logger, [], [LINE, { ...LINE, source: 'system' }])
    expect(told).toEqual([['warn', 'web: slow', { process: 'web', source: 'stdout' }]])
  })

  it('may be pino, which takes the facts first', async () => {
    let text = ''
    const sink = new Writable({
      write(chunk, _, done) {
        text += chunk
        done()
      },
    })
    await feed(pino(sink), [CRASH])
    await until(() => text !== '', { what: "pino's line" })
    expect(JSON.parse(text)).toMatchObject({ level: 50, msg: 'web: exited with 1', process: 'web', exitCode: 1 })
  })

  it('may be the console, where the sentence is enough', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {})
    try {
      await feed(console, [CRASH])
      expect(error.mock.calls).toEqual([['web: exited with 1']])
    } finally {
      error.mockRestore()
    }
  })

  it('may answer with Effects, which are run', async () => {
    const { logger, told } = recorder()
    const lazy = (level: keyof typeof logger) => (message: string) => Effect.sync(() => logger[level](message))
    await feed({ debug: lazy('debug'), info: lazy('info'), warn: lazy('warn'), error: lazy('error') }, [CRASH])
    await until(() => told.length > 0, { what: 'the effect to be run' })
    expect(told).toEqual([['error', 'web: exited with 1']])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('disk full')
      },
    ],
    ['rejects', () => Promise.reject(new Error('disk full'))],
  ] as const)('that %s disturbs nobody, and is told of once', async (_, error) => {
    const { logger } = recorder()
    const warnings = await feed({ ...logger, error }, [CRASH, CRASH])
    await until(() => warnings.length > 0, { what: 'the warning' })
    expect(warnings).toEqual(['the logger failed: disk full'])
  })
})
