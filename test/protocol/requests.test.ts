import { describe, expect, it } from 'vitest'
import { ProcessManagerError } from '../../src/model/errors.ts'
import type { Operation } from '../../src/protocol/operations.ts'
import { jsonOf, PARSERS } from '../../src/protocol/requests.ts'
import { type Asked, INPUTS } from './samples.ts'

const environment = { PATH: '/bin' }
const owner = { pid: 1, startTime: 2, bootId: 'boot' }

function refusalOf(name: Operation, input: Record<string, unknown>): string {
  try {
    PARSERS[name].parse(input)
  } catch (error) {
    expect(error).toBeInstanceOf(ProcessManagerError)
    expect(error).toMatchObject({ code: 'usage' })
    return (error as Error).message
  }
  return 'accepted'
}

describe('the parser of', () => {
  it.each(Object.keys(INPUTS) as Asked[])('%s takes everything that its input can have, as it is', (name) => {
    expect<unknown>(PARSERS[name].parse(jsonOf(JSON.stringify(INPUTS[name])))).toEqual(INPUTS[name])
  })

  it.each([
    ['stop', {}],
    ['stop', { names: [], timeout: 0 }],
    ['flush', { group: 'constructor' }],
    ['start', { environment }],
    ['start', { environment: {}, processes: [null, 5], defaults: {} }],
    ['start', { environment, defaults: { autoRestart: false, maxRestarts: 0, restartDelay: 0 } }],
    ['send', { name: 'web', message: null }],
    ['list', {}],
    ['events', {}],
  ] as [Operation, Record<string, unknown>][])('%s takes %j', (name, input) => {
    expect<unknown>(PARSERS[name].parse(input)).toEqual(input)
  })

  it.each([
    ['stop', { names: 'web' }, '`names` must be a list of strings'],
    ['stop', { names: ['web', 1] }, '`names` must be a list of strings'],
    ['stop', { group: ['api'] }, '`group` must be a string'],
    ['stop', { all: 'yes' }, '`all` must be true or false'],
    ['stop', { all: true, timeout: -1 }, '`timeout` must be a number of milliseconds'],
    ['stop', { all: true, timeout: '5' }, '`timeout` must be a number of milliseconds'],
    ['stop', { all: true, timeout: null }, '`timeout` must be a number of milliseconds'],
    ['start', { environment: { PORT: 3000 } }, '`environment` must be an object of strings'],
    ['start', { environment, processes: {} }, '`processes` must be a list'],
    ['start', { environment, checkedBy: 1 }, '`checkedBy` must be a string'],
    ['start', { environment, origins: { web: 1 } }, '`origins` must be an object of strings'],
    ['start', { environment, source: null }, '`source` must be a string'],
    ['start', { environment, wait: 0 }, '`wait` must be true or false'],
    ['start', { environment, defaults: [] }, '`defaults` must be an object'],
    [
      'start',
      { environment, defaults: { autoRestart: 'never' } },
      '`defaults.autoRestart` must be true, false or "on-failure"',
    ],
    [
      'start',
      { environment, defaults: { maxRestarts: 'x' } },
      '`defaults.maxRestarts` must be a whole number from 0 to 1000000, or "unlimited"',
    ],
    [
      'start',
      { environment, defaults: { restartDelay: -1 } },
      '`defaults.restartDelay` must be a whole number of milliseconds',
    ],
    [
      'start',
      { environment, defaults: { restartDelays: 1 } },
      'unknown key `defaults.restartDelays`; did you mean `restartDelay`?',
    ],
    ['start', { environment, owner: { pid: 1 } }, '`owner` must be a process identity'],
    ['start', { environment, owner: { ...owner, pid: '1' } }, '`owner` must be a process identity'],
    ['scale', { environment, scale: { web: 0 } }, '`scale` must be an object of whole numbers from 1 to 1000'],
    ['remove', { all: true, logs: 'yes' }, '`logs` must be true or false'],
    ['signal', { all: true }, '`signal` must be the name of a signal, such as SIGHUP'],
    ['signal', { all: true, signal: 'HUP' }, '`signal` must be the name of a signal, such as SIGHUP'],
    ['send', { name: 'web' }, '`message` must be a JSON value'],
    ['list', { reveal: 'yes' }, '`reveal` must be true or false'],
  ] as [Operation, Record<string, unknown>, string][])('%s refuses %j: %s', (name, input, message) => {
    expect(refusalOf(name, input)).toBe(message)
  })

  it.each([
    ['stop', { nmes: ['web'] }, 'unknown key `nmes`; did you mean `names`?'],
    ['stop', { all: true, logs: true }, 'unknown key `logs`; available: names, group, all, timeout, comesBack'],
    ['flush', { all: true, force: true }, 'unknown key `force`; available: names, group, all'],
    ['info', { reveal: true }, 'unknown key `reveal`; available: none'],
    ['stop', { constructor: 1 }, 'unknown key `constructor`; available: names, group, all, timeout, comesBack'],
    [
      'stop',
      JSON.parse('{"__proto__":1}'),
      'unknown key `__proto__`; available: names, group, all, timeout, comesBack',
    ],
  ] as [Operation, Record<string, unknown>, string][])(
    '%s refuses what it does not know: %j',
    (name, input, message) => {
      expect(refusalOf(name, input)).toBe(message)
    },
  )
})

it.each(['', '{"names":', '[]', 'null', '1', '"x"'])('a body must be a JSON object, not %j', (text) => {
  expect(() => jsonOf(text)).toThrow('the body must be a JSON object')
})
