import { describe, expect, it } from 'vitest'
import { moment, oneOf, pattern, spanWithUnit, timeSpan, wholeNumber } from '../../../commands/shared/flag-values.ts'
import { namedBy, selectionOf } from '../../../commands/shared/selection.ts'
import { NOW, processState } from '../states.ts'

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['5000', 5000],
    ['0', 0],
  ])('%s is %d ms', (text, ms) => {
    expect(timeSpan('--timeout', text)).toBe(ms)
  })

  it.each(['', 'soon', '5 sec', '-5s', '5x', '1.s', 's'])('%j is refused', (text) => {
    expect(() => timeSpan('--timeout', text)).toThrow(/^--timeout must be a time such as 30s, .*, not /)
  })

  it('needs a unit in --context, where a plain number looks like a number of lines', () => {
    expect(spanWithUnit('--context', '5s')).toBe(5000)
    expect(() => spanWithUnit('--context', '5')).toThrow('--context must be a time such as 5s or 500ms, not 5')
  })
})

describe('a point in time', () => {
  it.each([
    ['10m', NOW - 600_000],
    ['9:08', new Date(2031, 4, 4, 9, 8).getTime()],
    ['09:08:07', new Date(2031, 4, 4, 9, 8, 7).getTime()],
    ['2031-05-03', new Date(2031, 4, 3).getTime()],
    ['2031-05-03 09:08', new Date(2031, 4, 3, 9, 8).getTime()],
    ['2031-05-03T09:08:07.5', new Date(2031, 4, 3, 9, 8, 7, 500).getTime()],
    ['2031-05-03T09:08:07Z', Date.UTC(2031, 4, 3, 9, 8, 7)],
    ['2031-05-03T09:08:07+02:00', Date.UTC(2031, 4, 3, 7, 8, 7)],
  ])('%s', (text, time) => {
    expect(moment('--since', text, NOW)).toBe(time)
  })

  it.each(['yesterday', '25:00', '12:60', '2031-13-01', '31.5.2031', '600'])('%s is refused', (text) => {
    expect(() => moment('--since', text, NOW)).toThrow(/^--since must be a time such as 10m \(ago\), .*, not /)
  })
})

describe('other values', () => {
  it('are refused with a correct value', () => {
    expect(wholeNumber('--lines', '007')).toBe(7)
    expect(() => wholeNumber('--lines', '1.5')).toThrow('--lines must be a whole number, not 1.5')
    expect(oneOf('--level', 'warn', ['warn', 'error'])).toBe('warn')
    expect(() => oneOf('--level', 'eror', ['warn', 'error'])).toThrow(
      '--level must be one of warn, error, not eror; did you mean `error`?',
    )
    expect(pattern('--grep', 'a.c', true)).toEqual(/a.c/i)
    expect(() => pattern('--grep', '(', false)).toThrow(/^--grep must be a regular expression, not \(: /)
  })
})

describe('names', () => {
  const states = [
    processState({ name: 'web-1', instanceOf: 'web' }),
    processState({ name: 'web-2', instanceOf: 'web' }),
    processState({ name: 'db' }),
  ]
  const named = async (...names: string[]) => (await namedBy(names, states)).map(({ name }) => name)

  it('stand for a process or all of its instances, each once', async () => {
    expect(await named('db', 'web', 'web-2')).toEqual(['db', 'web-1', 'web-2'])
    expect(await named('web-2')).toEqual(['web-2'])
  })

  it('are refused if unknown, with the nearest known name', async () => {
    await expect(named('wbe')).rejects.toThrow('no process is named `wbe`; did you mean `web`?')
  })

  it('may be globs, each of which must match something', async () => {
    expect(await named('web-*', 'db')).toEqual(['web-1', 'web-2', 'db'])
    expect(await named('w?b')).toEqual(['web-1', 'web-2'])
    expect(await named('!web*')).toEqual(['db'])
    expect(await named('{db,web-2}')).toEqual(['web-2', 'db'])
    await expect(named('api-*')).rejects.toThrow('no process matches api-*; available: web-1, web, web-2, db')
  })

  it('are not looked up unless there is a glob', async () => {
    const nobody = () => Promise.reject(new Error('was asked'))
    expect(await selectionOf({ names: ['web', 'api'], flags: {} }, nobody)).toEqual({ names: ['web', 'api'] })
    expect(await selectionOf({ names: [], flags: {} }, nobody)).toBeUndefined()
  })
})
