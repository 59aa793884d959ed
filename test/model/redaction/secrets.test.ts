import { describe, expect, it } from 'vitest'
import type { OverLimit, SpawnProblem } from '../../../src/model/lifecycle/causes.ts'
import type { Input } from '../../../src/model/lifecycle/inputs.ts'
import { MASK } from '../../../src/model/redaction/mask.ts'
import { hideInInput, hideValues, secretsOf } from '../../../src/model/redaction/secrets.ts'
import { processDetail } from '../../commands/states.ts'
import { config, identity } from '../processes.ts'

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

  it('are those of URLs in its environment, and all behind the first sign of an option', () => {
    expect(known({}, { DATABASE_URL: 'postgres://app:from-url@h' })).toEqual(['from-url'])
    expect(known({ args: ['--api-key=from=option'] })).toEqual(['from=option'])
  })

  it('are those in the middle of a value, and after a short flag', () => {
    expect(known({}, { CONN: 'Server=db;User Id=sa;Password=from-middle;' })).toEqual(['from-middle'])
    expect(known({ command: 'mysql', args: ['-uroot', '-pfrom-flag'] })).toEqual(['from-flag'])
    expect(known({ args: ['--connection-string=Server=x;Pwd=from-option;'] })).toEqual(['from-option'])
  })

  it('are those of headers alone that are named so, without their scheme', () => {
    const headers = {
      Accept: 'application/json',
      Authorization: 'basic from-header',
      'X-Api-Key': 'key basic from-key',
    }
    expect(known({ healthCheck: { type: 'http', url: 'http://localhost', headers } })).toEqual([
      'key basic from-key',
      'from-header',
    ])
  })

  it('have six characters at least', () => {
    expect(known({}, { API_TOKEN: 'sixsix', SSH_KEY: 'fives' })).toEqual(['sixsix'])
  })

  it('are not what is too short, or stands under another name, too', () => {
    expect(known({}, { PASS: 'on', POSTGRES_USER: 'postgres', POSTGRES_PASSWORD: 'postgres' })).toEqual([])
  })

  it('of several lines are known line by line', () => {
    expect(known({}, { TLS_KEY: 'first-line\n  second-line\n' })).toEqual([
      'first-line\n  second-line\n',
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
    expect(hideInInput({ type: 'stop' }, hide)).toEqual({ type: 'stop' })
    const start: Input = { type: 'start', config: config({ command: 'hunter2' }), owner: null }
    expect(hideInInput(start, hide)).toBe(start)
  })

  /** Every input that carries text of others, with a secret in each of its texts. */
  const text = 'about hunter2'
  const member = { pid: 9, name: text }
  const problems: SpawnProblem[] = [
    { type: 'no-program', program: text },
    { type: 'no-interpreter', program: text },
    { type: 'not-found', program: text },
    { type: 'not-executable', program: text },
    { type: 'no-shebang', program: text },
    { type: 'port-taken', port: 80, holder: member },
    { type: 'system', detail: text },
  ]
  const over = (snapshot: OverLimit['snapshot']): Input => ({
    type: 'over-limit',
    run: 1,
    cause: { type: 'over-limit', of: 'memory', used: 2, limit: 1, snapshot },
  })
  const inputs: Input[] = [
    { type: 'abandon', cause: { type: 'refused', detail: text } },
    { type: 'abandon', cause: { type: 'dependency', name: 'db', what: 'failed', detail: text } },
    { type: 'blocked', run: 1, by: { type: 'port', port: 80, holder: member } },
    ...problems.map((problem): Input => ({ type: 'spawn-failed', run: 1, problem, transient: false })),
    { type: 'killed', run: 1, survivors: [{ identity: identity(9), name: text }] },
    { type: 'health', run: 1, result: { at: 1, ok: false, took: 2, detail: text } },
    over({ detail: text }),
  ]

  it.each(inputs)('takes secrets out of $type, before it becomes a state or an event: %j', (input) => {
    const hidden = hideInInput(input, (from) => hideValues(from, ['hunter2']))
    expect(JSON.stringify(input)).toContain('hunter2')
    expect(JSON.stringify(hidden)).not.toContain('hunter2')
    expect(JSON.parse(JSON.stringify(hidden).replaceAll(MASK, 'hunter2'))).toEqual(input)
  })

  it('is the same for every input there is: what is no text of others is left alone', () => {
    const facts: Input[] = [
      { type: 'file-changed', run: 1, files: ['a.ts'], at: 1 },
      { type: 'exited', run: 1, code: 1, signal: null },
      { type: 'ready-timeout', run: 1, awaited: 'healthy', within: 1 },
      over({ file: '/logs/web.heapsnapshot' }),
      over(null),
    ]
    for (const input of facts) expect(hideInInput(input, () => MASK)).toEqual(input)
  })
})
