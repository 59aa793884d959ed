import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { SupervisorInfo } from '../../../src/model/views/supervisor-info.ts'
import { pathsOf } from '../../../src/storage/paths.ts'
import { publish } from '../../../src/supervisor/lifetime/endpoint.ts'
import { Home } from '../../../src/supervisor/lifetime/home.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { acquireLock, type Lock } from '../../../src/system/fs/lock.ts'
import { self } from '../../../src/system/process/identity.ts'
import { pidNamespace } from '../../../src/system/process/pid-space.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let temp: TempFolder
beforeEach(() => {
  temp = tempFolder()
})
afterEach(() => temp.remove())

/** What a supervisor of this folder publishes. */
async function parts(folder: string) {
  const own = { identity: self(), pidNamespace: pidNamespace() }
  const home = new Home(folder)
  const lock = (await acquireLock(folder, own, async () => false)) as Lock
  const info: SupervisorInfo = {
    identity: own.identity,
    folder: home.id,
    socket: join(folder, 'control.sock'),
    version: '1.0.0',
    runtime: 'node',
    mode: 'daemon',
    startedAt: 1,
  }
  const api = { headers: {}, largestBody: 0, handle: async () => ({ status: 200, json: null }) }
  return { api, options: { tuixDir: folder, info, clock: systemClock, home }, lock }
}

it('a record that a killed supervisor left is gone before the next one can be asked', async () => {
  const { info: file } = pathsOf(temp.path)
  const { api, options, lock } = await parts(temp.path)
  const { info } = options
  writeFileSync(file, JSON.stringify({ ...info, startedAt: 0 }))
  const published = publish(api, options, lock)
  expect([existsSync(file), existsSync(info.socket)]).toEqual([false, false])
  const endpoint = await published
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(info)
  endpoint.close()
  expect([existsSync(file), existsSync(info.socket)]).toEqual([false, false])
})

it('a project that is renamed while its supervisor begins is not made again at its old path', async () => {
  const [before, after] = [join(temp.path, 'before'), join(temp.path, 'after')]
  const folder = join(before, '.tuix')
  mkdirSync(folder, { recursive: true })
  const { api, options, lock } = await parts(folder)
  renameSync(before, after)
  await expect(publish(api, options, lock)).rejects.toThrow(`${folder} is not there any more`)
  expect(existsSync(before)).toBe(false)
  options.home.close()
})
