import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { METRICS } from '../../src/model/telemetry/families.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'

const dashboard = JSON.parse(readFileSync(join(REPOSITORY, 'docs/grafana-dashboard.json'), 'utf8'))

interface Panel {
  id: number
  title: string
  targets: { expr: string; legendFormat: string }[]
}

const panels: Panel[] = dashboard.panels
/** Labels of Prometheus itself, and the instance of a process. */
const OTHER_LABELS = ['job', 'instance', 'process_instance']

describe('the dashboard for Grafana', () => {
  it.each(panels.flatMap(({ title, targets }) => targets.map((target) => [title, target] as const)))(
    'asks for metrics and labels that there are: %s',
    (_, { expr, legendFormat }) => {
      const names: string[] = expr.match(/\btuix_\w+/g) ?? []
      const metrics = names.map((name) => METRICS.find((metric) => metric.name === name))
      expect(names).not.toEqual([])
      expect(metrics.map((metric) => metric?.name)).toEqual(names)
      const known = [...OTHER_LABELS, ...metrics.flatMap((metric) => metric?.labels ?? [])]
      const asked = [
        ...expr.matchAll(/(\w+)=~/g),
        ...legendFormat.matchAll(/\{\{(\w+)\}\}/g),
        ...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => [...list.matchAll(/(\w+)/g)]),
      ].map(([, label]) => label)
      expect(asked.filter((label) => !known.includes(label ?? ''))).toEqual([])
      for (const { name, type } of METRICS.filter(({ name }) => names.includes(name)))
        expect([name, /rate\(|increase\(/.test(expr)]).toEqual([name, type === 'counter'])
    },
  )

  it('shows every metric, and has every panel once', () => {
    const asked = JSON.stringify(dashboard)
    expect(METRICS.map(({ name }) => name).filter((name) => !asked.includes(name))).toEqual([
      // Joined by who wants it, and a sign of a fault.
      'tuix_process_info',
      'tuix_supervisor_start_time_seconds',
      'tuix_supervisor_app_series_dropped',
    ])
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  })
})
