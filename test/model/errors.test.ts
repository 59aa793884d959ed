import { describe, expect, it } from 'vitest'
import { ProcessManagerError } from '../../src/model/errors.ts'

describe('an error', () => {
  it('has a name, a code, a sentence, and the last lines of a log if there are any', () => {
    const error = new ProcessManagerError('start-failed', 'web could not be started', ['one', 'two'])
    expect(error).toBeInstanceOf(Error)
    expect(String(error)).toBe('ProcessManagerError: web could not be started')
    expect([error.code, error.lastLines]).toEqual(['start-failed', ['one', 'two']])
    expect(new ProcessManagerError('usage', 'no').lastLines).toEqual([])
  })
})
