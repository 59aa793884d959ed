import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { leaderOf } from '../../../src/model/lifecycle/phase.ts'
import { child, running } from '../../helpers/children.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'
import { endReal, realProcess } from '../real.ts'

let temp: TempFolder
beforeEach(() => {
  temp = tempFolder('spawning')
})
afterEach(async () => {
  await endReal(temp.path)
  temp.remove()
})

const start = { type: 'start', owner: null } as const
const restart = { type: 'restart', owner: null } as const
const stop = { type: 'stop' } as const

describe('orders that come while a spawn is being prepared', () => {
  it('a stop: nothing is spawned', async () => {
    const { managed, logFile } = realProcess(temp.path, child('web', 'sleeper'))
    managed.dispatch(start)
    managed.dispatch(stop)
    await until(() => managed.process.phase.type === 'stopped')
    expect(existsSync(logFile)).toBe(false)
  })

  it('a stop and a start: one is spawned', async () => {
    const { managed } = realProcess(temp.path, child('web', 'sleeper'))
    managed.dispatch(start)
    managed.dispatch(stop)
    managed.dispatch(start)
    await until(() => managed.process.phase.type === 'running')
    expect(running(temp.path, 'sleeper')).toEqual([leaderOf(managed.process.phase)?.pid])
  })

  it('twenty restarts: one is spawned', async () => {
    const { managed } = realProcess(temp.path, child('web', 'sleeper'))
    for (let i = 0; i < 20; i++) managed.dispatch(restart)
    await until(() => managed.process.phase.type === 'running')
    expect(managed.process.run).toBe(2)
    expect(running(temp.path, 'sleeper')).toEqual([leaderOf(managed.process.phase)?.pid])
  })

  it('a release: nothing is spawned, the next supervisor will', async () => {
    const first = realProcess(temp.path, child('web', 'sleeper'))
    first.managed.dispatch(start)
    first.managed.release(process.pid)
    // One that is started later and runs proves that the first had its chance.
    const { managed } = realProcess(temp.path, child('other', 'counter'))
    managed.dispatch(start)
    await until(() => managed.process.phase.type === 'running')
    expect(existsSync(first.logFile)).toBe(false)
  })

  it('a stop while it waits for its port: nothing is spawned', async () => {
    const { managed, events } = realProcess(temp.path, child('web', 'server', { port: 'auto' }))
    managed.dispatch(start)
    await until(() => managed.process.phase.type === 'running')
    const port = managed.process.port ?? 0
    managed.dispatch(stop)
    await until(() => managed.process.phase.type === 'stopped')
    const starts = () => events.filter(({ type }) => type === 'start').length
    const before = starts()

    const holder = createServer()
    await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve))
    managed.dispatch(start)
    await until(() => managed.process.phase.type === 'spawning')
    managed.dispatch(stop)
    await until(() => managed.process.phase.type === 'stopped')
    expect(starts()).toBe(before)
    holder.close()
    expect(running(temp.path, 'server')).toEqual([])
  })
})
