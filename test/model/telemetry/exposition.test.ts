import { describe, expect, it } from 'vitest'
import { expose, type Family, formatFor } from '../../../src/model/telemetry/exposition.ts'

const HOSTILE = 'a"} 1\nother{x="\\'

const FAMILIES: Family[] = [
  { name: 'x_cpu_seconds_total', type: 'counter', help: 'CPU.', samples: [{ labels: { name: HOSTILE }, value: 1.5 }] },
  { name: 'x_info', type: 'info', help: 'It.', samples: [{ labels: {}, value: 1 }] },
  { name: 'x_up', type: 'gauge', help: 'Up.', samples: [] },
  {
    name: 'x_app',
    type: 'unknown',
    help: 'Own.',
    samples: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1e21].map((value, i) => ({
      labels: { i: String(i), b: '' },
      value,
    })),
  },
]

describe('the exposition', () => {
  it('has the text format of Prometheus, in which no label breaks out of its line', () => {
    expect(expose(FAMILIES, 'text')).toBe(
      [
        '# HELP x_cpu_seconds_total CPU.',
        '# TYPE x_cpu_seconds_total counter',
        'x_cpu_seconds_total{name="a\\"} 1\\nother{x=\\"\\\\"} 1.5',
        '# HELP x_info It.',
        '# TYPE x_info gauge',
        'x_info 1',
        '# HELP x_app Own.',
        '# TYPE x_app untyped',
        'x_app{i="0",b=""} +Inf',
        'x_app{i="1",b=""} -Inf',
        'x_app{i="2",b=""} NaN',
        'x_app{i="3",b=""} 1e+21',
        '',
      ].join('\n'),
    )
  })

  it('has OpenMetrics, with the names of families, their units and an end', () => {
    const lines = expose(FAMILIES, 'openmetrics').split('\n')
    expect(lines.slice(0, 6)).toEqual([
      '# TYPE x_cpu_seconds counter',
      '# UNIT x_cpu_seconds seconds',
      '# HELP x_cpu_seconds CPU.',
      'x_cpu_seconds_total{name="a\\"} 1\\nother{x=\\"\\\\"} 1.5',
      '# TYPE x info',
      '# HELP x It.',
    ])
    expect(lines).toContain('# TYPE x_app unknown')
    expect(lines.slice(-2)).toEqual(['# EOF', ''])
  })

  it.each([
    [null, 'text'],
    ['*/*', 'text'],
    ['text/html, application/json', 'text'],
    ['application/openmetrics-text', 'openmetrics'],
    ['application/openmetrics-text; version=1.0.0; charset=utf-8', 'openmetrics'],
    ['application/openmetrics-text;version=0.0.1', 'text'],
    ['application/openmetrics-text;version=1.0.0;q=0', 'text'],
    ['application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.6', 'text'],
    [
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'openmetrics',
    ],
    ['application/openmetrics-text;version=1.0.0;q=nonsense', 'text'],
  ])('is for %s: %s', (accept, format) => {
    expect(formatFor(accept)).toBe(format)
  })
})
