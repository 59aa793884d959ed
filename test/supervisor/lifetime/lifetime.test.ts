import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pathsOf } from '../../../src/storage/paths.ts'
import type { SupervisorContext } from '../../../src/supervisor/context.ts'
import { Activity } from '../../../src/supervisor/lifetime/activity.ts'
import { type Endpoint, publish } from '../../../src/supervisor/lifetime/endpoint.ts'
import { Lifetime } from '../../../src/supervisor/lifetime/lifetime.ts'
import { Owners } from '../../../src/supervisor/lifetime/owners.ts'
import type { Effects } from '../../../src/supervisor/managed.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { acquireLock, type Lock } from '../../../src/system/fs/lock.ts'
import { self } from '../../../src/system/process/identity.ts'
import { pidNamespace } from '../../../src/system/process/pid-space.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'
import { managedProcess, running } from '../../model/processes.ts'
import { type TestSupervisor, testSupervisor } from '../supervisor.ts'

const api = { headers: {}, largestBody: 0, handle: async () => ({ status: 200, json: null }) }

let temp: TempFolder
/** The state folder. */
let folder: string
let supervisor: TestSupervisor
let context: SupervisorContext
let lock: Lock
let endpoint: Endpoint
let lifetime: Lifetime
let busy: boolean[]
/** Where the folder was moved to, for each release. */
let releases: (string | null)[]
let isAbandoned: boolean

beforeEach(async () => {
  temp = tempFolder('lifetime')
  folder = join(temp.path, 'app/.tuix')
  mkdirSync(folder, { recursive: true })
  const effects = { clock: systemClock, changed() {}, emit() {}, redact: (_: unknown, text: string) => text }
  supervisor = testSupervisor({ tuixDir: folder, effects: () => effects as unknown as Effects })
  context = supervisor.context
  Object.assign(context.store, { abandon: () => (isAbandoned = true) })
  isAbandoned = false
  busy = []
  releases = []
  lock = (await lockFor(process.pid)) as Lock
  endpoint = await publish(api, context, lock)
  lifetime = new Lifetime({
    context,
    endpoint,
    owners: new Owners(context.processes, self()),
    activity: new Activity(context.processes, context.clock, (isBusy) => busy.push(isBusy)),
    onReleased: (movedTo) => releases.push(movedTo),
  })
})
afterEach(() => {
  lifetime.close()
  endpoint.close()
  temp.remove()
})

/** The lock of the folder, for a supervisor with this pid. */
function lockFor(pid: number) {
  const own = { identity: { ...self(), pid }, pidNamespace: pidNamespace() }
  return acquireLock(folder, own, async ({ identity }) => identity.pid !== pid)
}

describe('a supervisor', () => {
  it('that is asked for a release reports it once, and leaves its processes and its lock to the next one', async () => {
    const managed = context.registry.add(running({ owner: self() }))
    context.releaseAsked.emit()
    expect(supervisor.events.map(({ type }) => type)).toEqual(['release'])
    expect(releases).toEqual([null])
    expect([pathsOf(folder).info, context.info.socket].filter(existsSync)).toEqual([])
    managed.dispatch({ type: 'stop' })
    expect(managed.process).toMatchObject({ phase: { type: 'running' }, wanted: 'up', owner: null })
    lifetime.close()
    expect(releases).toEqual([null])
    expect('release' in (await lockFor(process.pid))).toBe(true)
  })

  it('restores its files and the log folder when somebody deletes them', async () => {
    for (const file of [pathsOf(folder).info, context.info.socket]) rmSync(file)
    await until(() => existsSync(context.info.socket) && existsSync(pathsOf(folder).info))
    await until(() => existsSync(context.logs.folder))
    expect(JSON.parse(readFileSync(pathsOf(folder).info, 'utf8'))).toEqual(context.info)
  })

  it('that loses its folder to another supervisor writes nothing there any more', async () => {
    rmSync(lock.file)
    expect('release' in (await lockFor(process.ppid))).toBe(true)
    rmSync(pathsOf(folder).info)
    await until(() => releases.length === 1)
    expect(isAbandoned).toBe(true)
    expect(existsSync(pathsOf(folder).info)).toBe(false)
  })
  it('that was renamed with its project lets go, and leaves its lock to the next one there', async () => {
    const managed = context.registry.add(running())
    const moved = join(temp.path, 'renamed')
    renameSync(join(temp.path, 'app'), moved)
    await until(() => releases.length === 1)
    expect(releases).toEqual([join(moved, '.tuix')])
    expect(isAbandoned).toBe(true)
    expect(readdirSync(temp.path)).toEqual(['renamed'])
    expect(readdirSync(join(moved, '.tuix')).filter((name) => /^supervisor/.test(name))).toEqual([])
    managed.dispatch({ type: 'stop' })
    expect(managed.process.wanted).toBe('up')
    folder = join(moved, '.tuix')
    expect('release' in (await lockFor(process.pid))).toBe(true)
  })

  it('needs no successor in a renamed project where nothing runs', async () => {
    renameSync(join(temp.path, 'app'), join(temp.path, 'renamed'))
    await until(() => releases.length === 1)
    expect(releases).toEqual([null])
  })

  it('whose project is deleted says so, stops everything after a grace time, and makes nothing again', async () => {
    const managed = context.registry.add(managedProcess({ wanted: 'up', phase: { type: 'waiting', for: 'db' } }))
    rmSync(join(temp.path, 'app'), { recursive: true })
    await until(() => supervisor.events.length > 0)
    expect(supervisor.events).toMatchObject([
      { type: 'warning', message: `${join(temp.path, 'app')} was deleted: its processes are stopped in 5 s` },
    ])
    expect(managed.process.wanted).toBe('up')
    await until(() => releases.length === 1)
    expect(managed.process).toMatchObject({ wanted: 'down', phase: { type: 'stopped' } })
    expect(readdirSync(temp.path)).toEqual([])
  })
})
