import { describe, expect, it } from 'vitest'
import { NoAnswerError } from '../../../src/model/errors.ts'
import { failureOf, lastLine } from '../../../src/targets/ssh/failure.ts'

const PLACE = { target: 'prod', host: 'deploy@web1', login: 'ssh deploy@web1' }

function failed(stderr: string, code = 255): Error {
  return failureOf(PLACE, { code, stderr, cut: null })
}

describe('what ssh says', () => {
  it.each([
    'ssh: connect to host web1 port 22: Connection timed out',
    'ssh: connect to host web1 port 22: No route to host',
    'ssh: connect to host web1 port 22: Network is unreachable',
    'ssh: connect to host web1 port 22: Connection refused',
    'kex_exchange_identification: read: Connection reset by peer',
    'Timeout, server web1 not responding.',
    'ssh: Could not resolve hostname web1: Temporary failure in name resolution',
  ])('may be over soon: %s', (said) => {
    const error = failed(`${said}\r\n`)
    expect(error).toBeInstanceOf(NoAnswerError)
    expect(error.message).toBe(`target prod (deploy@web1) cannot be reached: ${said.replace(/^ssh: /, '')}`)
  })

  it.each([
    ['ssh: Could not resolve hostname web1: Name or service not known', 'there is no host of this name'],
    ['deploy@web1: Permission denied (publickey).', 'it does not accept this login'],
    ['Received disconnect: Too many authentication failures', 'it does not accept this login'],
    ['No ED25519 host key is known for web1\r\nHost key verification failed.', 'its host key is not known here'],
    [
      '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\r\nHost key verification failed.',
      'its host key has changed',
    ],
    ['command-line: line 0: Bad configuration option: x', 'ssh failed with code 255'],
  ])('stays until somebody does something: %s', (said, meaning) => {
    const error = failed(said)
    expect(error).not.toBeInstanceOf(NoAnswerError)
    expect(error).toMatchObject({ code: 'unreachable' })
    expect(error.message).toContain(`target prod (deploy@web1): ${meaning}`)
    expect(error.message).toContain(said.replace(/^ssh: |^.*\r\n/, ''))
  })

  it('is quoted as one line that no terminal obeys, and not for ever', () => {
    expect(lastLine('first\r\n\x1b]0;title\x07last\x1b[2J\r\n\n')).toBe(']0;title last [2J')
    expect(lastLine('x'.repeat(1000))).toHaveLength(300)
    expect(lastLine(' \n')).toBe('')
    expect(failed('', 1).message).toBe('target prod (deploy@web1): ssh failed with code 1')
  })
})
