import { afterEach, beforeEach, expect, it } from 'vitest'
import { leaderOf } from '../../../src/model/lifecycle/phase.ts'
import { pause, resume } from '../../../src/supervisor/actions/pause.ts'
import { child } from '../../helpers/children.ts'
import { isStopped } from '../../helpers/processes.ts'
import { tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'
import { endReal, type RealProcess, realProcess } from '../real.ts'

let folder: ReturnType<typeof tempFolder>
beforeEach(() => {
  folder = tempFolder('pause')
})
afterEach(async () => {
  await endReal(folder.path)
  folder.remove()
})

/** The answers of one of the two for a single process, in words. */
async function ask(action: typeof pause, { context }: RealProcess): Promise<string> {
  return (await action(context, { all: true })).map(({ message }) => message).join()
}

it('a pause and a resume answer when the tree is as it was asked to be', async () => {
  const real = realProcess(folder.path, child('web', 'sleeper', { minUptime: 300 }))
  const { managed, events } = real
  expect(await ask(pause, real)).toBe('not running')
  expect(await ask(resume, real)).toBe('not running')
  managed.dispatch({ type: 'start', owner: null })
  await until(() => managed.process.phase.type === 'starting', { what: 'a start' })
  expect(await ask(pause, real)).toBe('still starting; pause it when it is ready')
  await until(() => managed.process.phase.type === 'running', { what: 'a run' })
  expect(await ask(resume, real)).toBe('not paused')

  const pid = leaderOf(managed.process.phase)?.pid ?? 0
  expect(await Promise.all([ask(pause, real), ask(pause, real)])).toEqual(['paused', 'already paused'])
  await until(() => isStopped(pid), { what: 'a process that rests' })
  expect(await ask(resume, real)).toBe('resumed')
  await until(() => !isStopped(pid), { what: 'a process that goes on' })

  // The last order counts, however soon it comes after the one before.
  expect(await Promise.all([ask(pause, real), ask(resume, real)])).toEqual(['paused', 'resumed'])
  expect(isStopped(pid)).toBe(false)
  expect(events.map(({ type }) => type)).toEqual(['start', 'ready', 'pause', 'resume', 'pause', 'resume'])
})
