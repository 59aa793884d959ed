import { describe, expect, it } from 'vitest'
import { otlpSettings, pairsIn, retryDelay } from '../../../src/model/telemetry/otlp-settings.ts'

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' }
const target = (url: string, more = {}) => ({ url, headers: {}, timeout: 10_000, ...more })

describe('what is sent by OTLP', () => {
  it('takes both, a config that says so and an endpoint', () => {
    const nothing = { logs: null, metrics: null, problem: null }
    expect(otlpSettings(undefined, ENDPOINT)).toEqual(nothing)
    expect(otlpSettings(true, {})).toEqual(nothing)
    expect(otlpSettings(true, { OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toEqual(nothing)
    expect(otlpSettings(true, { ...ENDPOINT, OTEL_SDK_DISABLED: 'true' })).toEqual(nothing)
    const logs = target('http://collector:4318/v1/logs')
    const metrics = target('http://collector:4318/v1/metrics', { interval: 60_000 })
    expect(otlpSettings(true, ENDPOINT)).toEqual({ logs, metrics, problem: null })
    expect(otlpSettings('logs', ENDPOINT)).toEqual({ logs, metrics: null, problem: null })
    expect(otlpSettings('metrics', ENDPOINT)).toEqual({ logs: null, metrics, problem: null })
    expect(otlpSettings(true, { ...ENDPOINT, OTEL_LOGS_EXPORTER: 'none' })).toEqual({ ...nothing, metrics })
    expect(otlpSettings(true, { ...ENDPOINT, OTEL_METRICS_EXPORTER: 'none' })).toEqual({ ...nothing, logs })
    expect(otlpSettings(true, { ...ENDPOINT, OTEL_METRICS_EXPORTER: 'console, otlp' })).toMatchObject({ metrics })
  })

  it('has the settings of all signals, and before them those of one', () => {
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://all/base',
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://logs/as/it/is',
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b, x=1',
      OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'x=2',
      OTEL_EXPORTER_OTLP_TIMEOUT: '5000',
      OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: '700',
      OTEL_METRIC_EXPORT_INTERVAL: '2000',
    }
    expect(otlpSettings(true, environment)).toEqual({
      logs: { url: 'http://logs/as/it/is', headers: { 'api-key': 'a b', x: '2' }, timeout: 5000 },
      metrics: {
        url: 'https://all/base/v1/metrics',
        headers: { 'api-key': 'a b', x: '1' },
        timeout: 700,
        interval: 2000,
      },
      problem: null,
    })
  })

  it.each(['0', '-5', 'soon', '1e99', ''])('has its defaults instead of the time %j', (time) => {
    const environment = { ...ENDPOINT, OTEL_EXPORTER_OTLP_TIMEOUT: time, OTEL_METRIC_EXPORT_INTERVAL: time }
    expect(otlpSettings('metrics', environment).metrics).toMatchObject({ timeout: 10_000, interval: 60_000 })
  })

  it.each([
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
      'OTEL_EXPORTER_OTLP_ENDPOINT must be an address that begins with http:// or https://',
    ],
    [{ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://a b' }, /^OTEL_EXPORTER_OTLP_LOGS_ENDPOINT must be an address/],
    [
      { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      /^OTEL_EXPORTER_OTLP_PROTOCOL is grpc, which is not spoken here/,
    ],
    [{ ...ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: 'a b=c' }, 'OTEL_EXPORTER_OTLP_HEADERS has "a b", which is no header'],
    [
      { ...ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: 'a=c%0d%0ax: y' },
      'OTEL_EXPORTER_OTLP_HEADERS has "a", which is no header',
    ],
  ] as [Record<string, string>, string | RegExp][])('is nothing with %j', (environment, words) => {
    const { logs, metrics, problem } = otlpSettings(true, environment)
    expect([logs, metrics]).toEqual([null, null])
    expect(problem).toMatch(words)
  })
})

it('pairs are separated by commas and percent-encoded', () => {
  expect(pairsIn('a=1, b = x%2Cy=z ,,c,=d,e=%zz')).toEqual({ a: '1', b: 'x,y=z', e: '%zz' })
  expect(Object.keys(pairsIn('__proto__=x'))).toEqual(['__proto__'])
  expect(pairsIn()).toEqual({})
})

describe('the time until the next attempt', () => {
  it('doubles up to a minute, and differs among many', () => {
    expect([0, 1, 2, 3, 6, 99].map((attempt) => retryDelay(attempt, undefined, 1))).toEqual([
      1000, 2000, 4000, 8000, 60_000, 60_000,
    ])
    expect(retryDelay(2, undefined, 0)).toBe(2000)
  })

  it('is that which the receiver has asked for, within bounds', () => {
    expect([3000, 0, -9, 1e12].map((after) => retryDelay(5, after, 1))).toEqual([3000, 1000, 1000, 600_000])
  })
})
