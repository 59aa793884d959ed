import { existsSync, readdirSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ProcessEvent } from '../../../src/model/lifecycle/events.ts'
import { CrashReporter } from '../../../src/supervisor/crashes/crash-reporter.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'
import { managedProcess } from '../../model/processes.ts'
import { testSupervisor } from '../supervisor.ts'
import { settled, VirtualClock } from '../virtual-clock.ts'

let temp: TempFolder
let clock: VirtualClock
let reporter: CrashReporter
let crash: (run: number, delay?: number) => void
let warnings: () => string[]
beforeEach(() => {
  temp = tempFolder()
  clock = new VirtualClock()
  const { context, events } = testSupervisor({ tuixDir: temp.path, clock })
  warnings = () => events.filter(({ type }) => type === 'warning').map(({ message }) => message)
  const process = managedProcess({}, { cwd: temp.path })
  const managed = { process, environment: {} }
  reporter = new CrashReporter({
    ...context,
    processes: { find: () => managed } as never,
    redaction: { redact: (_: unknown, text: string) => text } as never,
    version: '1.0.0',
  })
  crash = (run, delay) => {
    managed.process = { ...process, run, failures: run }
    const cause = { type: 'exited', code: 1, signal: null, lasted: 5 } as const
    reporter.heard({ time: run, name: 'web', type: 'crash', run, message: '', cause, delay } as ProcessEvent)
  }
})
afterEach(() => temp.remove())

const reports = () => (existsSync(`${temp.path}/crashes`) ? readdirSync(`${temp.path}/crashes`).sort() : [])
const untilReports = (...ids: string[]) =>
  until(() => JSON.stringify(reports()) === JSON.stringify(ids), { what: ids.join(', ') })

it('writes the first of hundreds of crashes at once, and then the last one of five seconds', async () => {
  for (let run = 1; run <= 300; run++) crash(run, 0)
  await untilReports('web-1')
  await settled()
  await clock.pass(4999)
  await settled()
  expect(reports()).toEqual(['web-1'])
  await clock.pass(1)
  await untilReports('web-1', 'web-300')
  // The last attempt is told at once.
  crash(301, 0)
  crash(302)
  await untilReports('web-1', 'web-302')
  expect(warnings()).toEqual([])
})

it('writes nothing when the supervisor has ended', async () => {
  crash(1, 0)
  await untilReports('web-1')
  crash(2, 0)
  reporter.close()
  await clock.pass(10_000)
  await settled()
  expect(reports()).toEqual(['web-1'])
  expect(clock.pending).toBe(0)
})
