import { describe, expect, it } from 'vitest'
import { isAtLeast, levelOf, levelOfEvent } from '../../../src/logs/reading/level.ts'

describe('levelOf', () => {
  const cases: [string, string][] = [
    ['{"level":20,"time":1700000000000,"msg":"pino debug"}', 'debug'],
    ['{"level":30,"time":1700000000000,"msg":"an ERROR is only mentioned"}', 'info'],
    ['{"level":40,"msg":"pino"}', 'warn'],
    ['{"name":"app","hostname":"h","pid":1,"level":50,"msg":"bunyan"}', 'error'],
    ['{"level":60,"msg":"fatal"}', 'error'],
    ['{"level":"warn","message":"winston","service":"x"}', 'warn'],
    ['{"message":"winston, said \\"level\\": \\"error\\"","level":"info"}', 'info'],
    ['{"severity":"CRITICAL","message":"cloud"}', 'error'],
    ['time=2025-01-01T00:00:00Z level=warning msg="logfmt"', 'warn'],
    ['level="error" msg=x', 'error'],
    ['[ERROR] out of luck', 'error'],
    ['2025-01-01 10:00:00 [warn] slow', 'warn'],
    ['[web] [debug] cache hit', 'debug'],
    ['2025-01-01T10:00:00.000Z ERROR  listen failed', 'error'],
    ['  WARN  deprecated', 'warn'],
    ['error: Cannot find module "x"', 'error'],
    ['warn - compiled with warnings', 'warn'],
    ['DEBUG:root:python', 'debug'],
    ['CRITICAL:root:python', 'error'],
    ['\x1b[31merror\x1b[39m: coloured', 'error'],
    ['TypeError: x is not a function', 'error'],
    ['Error [ERR_SOMETHING]: node', 'error'],
    ['Uncaught ReferenceError: y', 'error'],
    ['(node:42) DeprecationWarning: old', 'warn'],
    ['(node:42) [DEP0040] DeprecationWarning: old', 'warn'],
    ['Traceback (most recent call last):', 'error'],
    ['panic: runtime error: index out of range', 'error'],
    ['npm ERR! missing script', 'error'],
    ['npm error missing script', 'error'],
    ['listening on 3000', 'info'],
    ['0 errors, 0 warnings', 'info'],
    ['error-page rendered', 'info'],
    ['GET /error 200', 'info'],
    ['    at Object.<anonymous> (/app/errors.js:1:1)', 'info'],
    ['{"no":"level"}', 'info'],
    ['', 'info'],
  ]
  for (const [line, level] of cases) it(`${level}: ${JSON.stringify(line)}`, () => expect(levelOf(line)).toBe(level))

  it('recognises every name in every format', () => {
    const names = {
      debug: 'debug trace silly verbose',
      warn: 'warn warning',
      error: 'err error crit critical alert emerg fatal panic severe',
    }
    for (const [level, all] of Object.entries(names)) {
      for (const name of all.split(' ')) {
        const said = [
          `[${name}] x`,
          `${name}: x`,
          `lvl=${name} x`,
          `{"severity":"${name}"}`,
          `12:00 ${name.toUpperCase()} x`,
        ]
        for (const line of said) expect([line, levelOf(line)]).toEqual([line, level])
      }
    }
  })

  it('recognises the level of a line that was cut', () => {
    expect(levelOf(`{"level":50,"msg":"${'x'.repeat(100_000)}… (line of 10485760 bytes)`)).toBe('error')
  })
})

describe('events', () => {
  it('have levels too', () => {
    expect(levelOfEvent('crash')).toBe('error')
    expect(levelOfEvent('warning')).toBe('warn')
    expect(levelOfEvent('start')).toBe('info')
  })
})

describe('isAtLeast', () => {
  it('orders debug, info, warn, error', () => {
    expect(isAtLeast('warn', 'warn')).toBe(true)
    expect(isAtLeast('error', 'debug')).toBe(true)
    expect(isAtLeast('info', 'warn')).toBe(false)
  })
})
