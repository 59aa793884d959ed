import { constants } from 'node:os'
import { describe, expect, it } from 'vitest'
import { SIGNALS, signalOf } from '../../../src/model/config/signals.ts'

/** Other names of the same signals, and some that only a few systems have. */
const LEFT_OUT = ['SIGIOT', 'SIGPOLL', 'SIGSTKFLT', 'SIGPWR', 'SIGUNUSED', 'SIGINFO', 'SIGBREAK', 'SIGLOST']

describe('signals', () => {
  it('are those that the system has', () => {
    const known = Object.keys(constants.signals).filter((name) => !LEFT_OUT.includes(name))
    expect([...SIGNALS].map(String).sort()).toEqual(known.sort())
  })

  it.each(['SIGHUP', 'HUP', 'hup', 'sighup'])('are meant by %s', (word) => {
    expect(signalOf(word)).toBe('SIGHUP')
  })

  it.each(['', 'SIG', 'SIGSIGHUP', '1'])('are not meant by %j', (word) => {
    expect(signalOf(word)).toBeUndefined()
  })
})
