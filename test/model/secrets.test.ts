import { describe, expect, it } from 'vitest'
import { MASK } from '../../src/model/mask.ts'
import { hideInInput, hideValues, secretsOf } from '../../src/model/secrets.ts'
import { processDetail } from '../commands/states.ts'

const known = (config: object, environment: Record<string, string> = {}) =>
  secretsOf(processDetail(config).config, environment)

describe('the secrets of a process', () => {
  it('are those of its environment, its arguments and its health check, longest first', () => {
    const healthCheck = { type: 'http', url: 'http://localhost', headers: { Authorization: 'Bearer from-header' } }
    const args = ['--token', 'from-flag', '--api-key=from-option', 'redis://:from-url@h']
    expect(known({ args, healthCheck }, { API_TOKEN: 'from-environment', MODE: 'production' })).toEqual([
      'from-environment',
      'from-option',
      'from-header',
      'from-flag',
      'from-url',
    ])
  })

  it('are not what is too short, or stands under another name, too', () => {
    expect(known({}, { PASS: 'on', POSTGRES_USER: 'postgres', POSTGRES_PASSWORD: 'postgres' })).toEqual([])
  })

  it('of several lines are known line by line', () => {
    expect(known({}, { TLS_KEY: 'first-line\nsecond-line\n' })).toEqual([
      'first-line\nsecond-line\n',
      'second-line',
      'first-line',
    ])
  })
})

describe('hiding', () => {
  it('takes every occurrence out', () => {
    expect(hideValues('a hunter2 b hunter2', ['hunter2'])).toBe(`a ${MASK} b ${MASK}`)
  })

  it('is for the words of inputs, and leaves their facts', () => {
    const hide = (text: string) => hideValues(text, ['hunter2'])
    const result = { at: 1, ok: false, took: 2, detail: 'hunter2 refused' }
    expect(hideInInput({ type: 'health', run: 1, result }, hide)).toEqual({
      type: 'health',
      run: 1,
      result: { ...result, detail: `${MASK} refused` },
    })
    expect(hideInInput({ type: 'late', run: 1, message: 'no hunter2' }, hide)).toMatchObject({ message: `no ${MASK}` })
    expect(hideInInput({ type: 'stop' }, hide)).toEqual({ type: 'stop' })
  })
})
