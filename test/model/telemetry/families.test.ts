import { describe, expect, it } from 'vitest'
import type { Family } from '../../../src/model/telemetry/exposition.ts'
import { familiesOf, METRICS } from '../../../src/model/telemetry/families.ts'
import type { ProcessReading, Reading } from '../../../src/model/telemetry/reading.ts'
import { EVERY_PHASE, live, managedProcess, runExit, running } from '../processes.ts'

function reading(process = running(), facts: Partial<ProcessReading> = {}): ProcessReading {
  const usage = { memory: 4096, descriptors: 3, threads: 2 }
  const logBytes = { stdout: 10, stderr: 0 }
  return { process, command: 'node x', cpu: 1.5, since: 0, usage, logBytes, metrics: {}, ...facts }
}

function families(...processes: ProcessReading[]): Family[] {
  const supervisor = { version: '1', runtime: 'node', mode: 'daemon', startedAt: 5000, cpu: 2, since: 0, memory: 9 }
  return familiesOf({ at: 0, supervisor: supervisor as Reading['supervisor'], processes })
}

function samples(name: string, ...processes: ProcessReading[]) {
  return families(...processes).find((family) => family.name === name)?.samples
}

const value = (name: string, process: ProcessReading) => samples(name, process)?.map((sample) => sample.value)

describe('the metrics of a process', () => {
  it('have its declared name, and the number of an instance', () => {
    const instance = running({}, { name: 'web-2', instanceOf: 'web' })
    expect(samples('tuix_process_up', reading(), reading(instance))).toEqual([
      { labels: { process: 'web' }, value: 1 },
      { labels: { process: 'web', process_instance: '2' }, value: 1 },
    ])
  })

  it.each(Object.values(EVERY_PHASE))('say whether it is up: $type', (phase) => {
    const isUp = phase.type === 'running' || phase.type === 'paused'
    expect(value('tuix_process_up', reading(managedProcess({ phase })))).toEqual([Number(isUp)])
  })

  it('have all reasons of crashes from the first scrape on, so that the first crash is an increase', () => {
    const process = running({ totals: { restarts: 4, crashes: { unhealthy: 2 } } })
    expect(value('tuix_process_restarts_total', reading(process))).toEqual([4])
    expect(
      samples('tuix_process_crashes_total', reading(process))?.map(({ labels, value }) => [labels.reason, value]),
    ).toEqual([
      ['exited', 0],
      ['unhealthy', 2],
      ['not-ready', 0],
      ['over-limit', 0],
      ['spawn-failed', 0],
    ])
  })

  it('leave out what is unknown', () => {
    const down = reading(managedProcess(), { usage: null, logBytes: {} })
    const names = [
      'start_time_seconds',
      'resident_memory_bytes',
      'open_fds',
      'threads',
      'last_exit_code',
      'log_bytes_total',
    ]
    for (const name of names) expect(samples(`tuix_process_${name}`, down), name).toEqual([])
    expect(value('tuix_process_last_exit_code', reading(running({ lastExit: runExit({ code: 3 }) })))).toEqual([3])
    expect(value('tuix_process_last_exit_code', reading(running({ lastExit: runExit({ code: null }) })))).toEqual([])
    expect(
      value('tuix_process_open_fds', reading(running(), { usage: { memory: 1, descriptors: null, threads: 1 } })),
    ).toEqual([])
  })

  it.each([
    ['healthy', 1],
    ['unhealthy', 0],
    ['starting', -1],
  ] as const)('say its health: %s is %d', (status, number) => {
    const health = { status, failures: 0, successes: 0, history: [] } as never
    const phase = { type: 'running', live: live({ health }), rebuilt: false } as const
    expect(value('tuix_process_health', reading(running({ phase })))).toEqual([number])
    expect(value('tuix_process_health', reading())).toEqual([-1])
  })

  it('are those that the documentation lists, in its order', () => {
    const all = families(reading(running({ lastExit: runExit() })))
    expect(all.map(({ name }) => name)).toEqual(METRICS.map(({ name }) => name))
    for (const [i, { labels }] of METRICS.entries())
      for (const sample of all[i]?.samples ?? []) expect(Object.keys(sample.labels).sort()).toEqual([...labels].sort())
  })
})

describe('what processes report', () => {
  it('has names that Prometheus takes, the numbers only, and each name once for a process', () => {
    const metrics = { 'queue.länge': 3, 'queue-länge': 4, state: 'ok', 'a"}\n': 1, [`x${'y'.repeat(9999)}`]: 2 }
    const own = families(
      reading(running(), { metrics }),
      reading(running({}, { name: 'db' }), { metrics: { queue_l_nge: 5 } }),
    ).filter(({ name }) => name.startsWith('tuix_app_'))
    expect(own.map(({ name }) => name.slice(0, 30))).toEqual([
      'tuix_app_queue_l_nge',
      'tuix_app_a___',
      `tuix_app_x${'y'.repeat(20)}`,
    ])
    expect(own[0]?.samples).toEqual([
      { labels: { process: 'web' }, value: 3 },
      { labels: { process: 'db' }, value: 5 },
    ])
    for (const { name, type } of own) expect([type, /^[a-z0-9_]{1,250}$/.test(name)]).toEqual(['unknown', true])
  })

  it('has at most 1,000 series, and says how many there are besides', () => {
    const metrics = Object.fromEntries(Array.from({ length: 700 }, (_, i) => [`m${i}`, i]))
    const [one, two] = [reading(running(), { metrics }), reading(running({}, { name: 'db' }), { metrics })]
    const own = families(one, two).filter(({ name }) => name.startsWith('tuix_app_'))
    expect(own.flatMap((family) => family.samples)).toHaveLength(1000)
    expect(samples('tuix_supervisor_app_series_dropped', one, two)).toEqual([{ labels: {}, value: 400 }])
    expect(samples('tuix_supervisor_app_series_dropped', one)).toEqual([{ labels: {}, value: 0 }])
  })
})
