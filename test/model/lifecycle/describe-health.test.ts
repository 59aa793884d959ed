import { describe, expect, it } from 'vitest'
import { resolveHealthCheck } from '../../../src/config/resolve/health.ts'
import type { HealthCheckSettings } from '../../../src/model/config/health-check.ts'
import type { Measured } from '../../../src/model/config/units.ts'
import { checksSoFar, lastCheck } from '../../../src/model/lifecycle/describe-health.ts'
import { foldHealth, newHealth } from '../../../src/model/lifecycle/health.ts'
import { live, managedProcess } from '../processes.ts'

/** A starting process after so many checks that found this. */
function starting(check: Measured<HealthCheckSettings>, details: string[], port: number | null = null) {
  const healthCheck = resolveHealthCheck(check)
  const results = details.map((detail, at) => ({ at, ok: false, took: 1, detail }))
  const health = results.reduce((before, result) => foldHealth(before, result, healthCheck, 0), newHealth(0))
  return managedProcess({ port, phase: { type: 'starting', live: live({ health }) } }, { healthCheck })
}

const HTTP = { type: 'http', url: 'http://me:secret@localhost:4000/health?token=secret' } as const

describe('what a health check has found', () => {
  it('is told with the address, and how often', () => {
    const refused = Array<string>(12).fill('connection refused')
    expect(checksSoFar(starting(HTTP, refused))).toBe('http://localhost:4000/health connection refused (12)')
    expect(checksSoFar(starting(HTTP, ['HTTP 503']))).toBe('http://localhost:4000/health HTTP 503')
    expect(lastCheck(starting(HTTP, refused))).toBe('http://localhost:4000/health connection refused')
  })

  it.each<[Measured<HealthCheckSettings>, string]>([
    [{ type: 'http', url: '/health' }, 'http://localhost:27001/health no'],
    [{ type: 'tcp' }, 'localhost:27001 no'],
    [{ type: 'tcp', host: 'db', port: 5432 }, 'db:5432 no'],
    [{ type: 'exec', command: 'curl --token secret' }, 'no'],
  ])('names the address that was asked: %j', (check, text) => {
    expect(lastCheck(starting(check, ['no'], 27_001))).toBe(text)
  })

  it('names the pattern that the output is searched for, before a check has failed', () => {
    const check = { type: 'output', outputPattern: /listening on \d+/i } as const
    expect(lastCheck(starting(check, []))).toBe('/listening on \\d+/i was not seen yet')
    expect(checksSoFar(starting({ type: 'output', outputPattern: 'ready' }, []))).toBe('"ready" was not seen yet')
    expect(lastCheck(starting(check, ['not within 30 s']))).toBe('not within 30 s')
  })

  it('names the port that its environment says where it has none of its own', () => {
    const process = starting({ type: 'tcp' }, ['no'])
    const env = { PORT: '4000' }
    expect(lastCheck({ ...process, config: { ...process.config, env } })).toBe('localhost:4000 no')
  })

  it('is one line of many, and nothing before the first', () => {
    const script = { type: 'script', script: 'x' } as const
    expect(checksSoFar(starting(script, ['exited with 1\nat line 1', 'exited with 2\nat line 2']))).toBe(
      'exited with 2 (2)',
    )
    expect(checksSoFar(starting(script, []))).toBe('')
    // As a supervisor of an older version has saved it.
    const health = { ...newHealth(0), history: [{ at: 0, ok: false, took: 1, detail: 'no' }] }
    expect(checksSoFar(managedProcess({ phase: { type: 'starting', live: live({ health }) } }))).toBe('no')
    expect(checksSoFar(starting(script, ['', '']))).toBe('')
    expect(lastCheck(managedProcess())).toBe(null)
  })
})
