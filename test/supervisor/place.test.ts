import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { SupervisorInfo } from '../../src/model/control.ts'
import { pathsOf } from '../../src/model/paths.ts'
import { occupy } from '../../src/supervisor/place.ts'
import { systemClock } from '../../src/system/clock.ts'
import { pidNamespace, self } from '../../src/system/identity.ts'
import { acquireLock, type Lock } from '../../src/system/lock.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'

let temp: TempFolder
beforeEach(() => {
  temp = tempFolder()
})
afterEach(() => temp.remove())

it('a record that a killed supervisor left is gone before the next one can be asked', async () => {
  const { info: file } = pathsOf(temp.path)
  const own = { identity: self(), pidNamespace: pidNamespace() }
  const lock = (await acquireLock(temp.path, own, async () => false)) as Lock
  const info: SupervisorInfo = {
    identity: own.identity,
    socket: join(temp.path, 'control.sock'),
    version: '1.0.0',
    runtime: 'node',
    mode: 'daemon',
    startedAt: 1,
  }
  writeFileSync(file, JSON.stringify({ ...info, startedAt: 0 }))
  const api = { version: '1.0.0', handle: async () => ({ status: 200, json: null }) }
  const occupied = occupy({ tuixDir: temp.path, info, lock, api, clock: systemClock, restored() {}, lost() {} })
  expect([existsSync(file), existsSync(info.socket)]).toEqual([false, false])
  const place = await occupied
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(info)
  place.leave()
  expect([existsSync(file), existsSync(info.socket)]).toEqual([false, false])
})
