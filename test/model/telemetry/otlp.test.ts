import { describe, expect, it } from 'vitest'
import { logsPayload, metricsPayload } from '../../../src/model/telemetry/otlp.ts'
import type { ProcessReading } from '../../../src/model/telemetry/reading.ts'
import { managedProcess, running } from '../processes.ts'

const source = { attributes: { 'service.name': 'web' }, version: '1.2.3' }
const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'web' } }] }
const scope = { name: 'tuix-process-manager', version: '1.2.3' }

describe('OTLP as JSON', () => {
  it('has lines as log records, with times in ns as texts', () => {
    const line = { timestamp: new Date(1_800_000_000_123), level: 'warn', source: 'stderr', message: 'low' } as const
    expect(logsPayload(source, [line], 1_800_000_000_456)).toEqual({
      resourceLogs: [
        {
          resource,
          scopeLogs: [
            {
              scope,
              logRecords: [
                {
                  timeUnixNano: '1800000000123000000',
                  observedTimeUnixNano: '1800000000456000000',
                  severityNumber: 13,
                  severityText: 'WARN',
                  body: { stringValue: 'low' },
                  attributes: [{ key: 'log.iostream', value: { stringValue: 'stderr' } }],
                },
              ],
            },
          ],
        },
      ],
    })
  })

  it.each([
    ['debug', 5],
    ['info', 9],
    ['warn', 13],
    ['error', 17],
  ] as const)('has the severity of %s', (level, severityNumber) => {
    const line = { timestamp: new Date(0), level, source: 'stdout', message: '' } as const
    const [logs] = logsPayload(source, [line], 0).resourceLogs
    expect(logs?.scopeLogs[0]?.logRecords[0]).toMatchObject({ severityNumber })
  })

  const metricsOf = (reading: Partial<ProcessReading>, at = 4000) => {
    const whole = {
      process: running(),
      command: '',
      usage: null,
      cpu: 1.5,
      since: 1000,
      logBytes: {},
      metrics: {},
      ...reading,
    }
    const [first] = metricsPayload([{ ...source, reading: whole }], at).resourceMetrics
    expect(first).toMatchObject({ resource, scopeMetrics: [{ scope }] })
    return first?.scopeMetrics[0]?.metrics ?? []
  }

  it('has what is counted since when, and what is there now', () => {
    const times = { startTimeUnixNano: '1000000000', timeUnixNano: '4000000000' }
    const totals = { restarts: 2, crashes: { exited: 3 } }
    const usage = { memory: 4096.4, descriptors: 7, threads: null }
    const sum = (isMonotonic: boolean, ...dataPoints: object[]) => ({
      aggregationTemporality: 2,
      isMonotonic,
      dataPoints,
    })
    expect(
      metricsOf({ process: running({ totals }), usage, metrics: { depth: 5, state: 'ok', odd: Number.NaN } }),
    ).toEqual([
      { name: 'process.cpu.time', unit: 's', sum: sum(true, { ...times, asDouble: 1.5 }) },
      { name: 'process.memory.usage', unit: 'By', sum: sum(false, { ...times, asInt: '4096' }) },
      {
        name: 'process.open_file_descriptor.count',
        unit: '{file_descriptor}',
        sum: sum(false, { ...times, asInt: '7' }),
      },
      { name: 'process.uptime', unit: 's', gauge: { dataPoints: [{ timeUnixNano: '4000000000', asDouble: 4 }] } },
      { name: 'tuix.process.restarts', unit: '{restart}', sum: sum(true, { ...times, asInt: '2' }) },
      {
        name: 'tuix.process.crashes',
        unit: '{crash}',
        sum: sum(true, { ...times, asInt: '3', attributes: [{ key: 'reason', value: { stringValue: 'exited' } }] }),
      },
      { name: 'tuix.app.depth', unit: '', gauge: { dataPoints: [{ timeUnixNano: '4000000000', asDouble: 5 }] } },
    ])
  })

  it('has only the counts of a process that does not run', () => {
    const names = metricsOf({ process: managedProcess() }).map(({ name }) => name)
    expect(names).toEqual(['process.cpu.time', 'tuix.process.restarts'])
  })
})
