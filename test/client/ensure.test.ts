import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readInfo } from '../../src/client/discover.ts'
import { ensureSupervisor } from '../../src/client/ensure.ts'
import { findSupervisor } from '../../src/client/find.ts'
import type { Launcher } from '../../src/client/launch.ts'
import { readState } from '../../src/client/read-state.ts'
import { MARKER } from '../../src/model/tree/members.ts'
import type { SupervisorInfo } from '../../src/model/views/supervisor-info.ts'
import type { Control } from '../../src/protocol/operations.ts'
import { copyOf, pathsOf } from '../../src/storage/paths.ts'
import { writeSaved } from '../../src/storage/state-file.ts'
import { createApi } from '../../src/supervisor/http/api.ts'
import type { Listening } from '../../src/supervisor/http/handler.ts'
import { listen } from '../../src/supervisor/http/listen.ts'
import { self } from '../../src/system/process/identity.ts'
import { endSpawned, spawnZombie } from '../helpers/spawned.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'
import { managedProcess } from '../model/processes.ts'

let temp: TempFolder
let warnings: string[]
let listening: Listening[]
let released: string[]
beforeEach(() => {
  temp = tempFolder('ensure')
  warnings = []
  listening = []
  released = []
})
afterEach(async () => {
  await endSpawned()
  for (const one of listening) one.close()
  temp.remove()
})

/** A supervisor of this version, as far as one who looks for it can tell; when it is released, `next` takes its place. */
async function supervisor(
  version: string,
  mode: SupervisorInfo['mode'] = 'daemon',
  next?: () => Promise<void>,
): Promise<void> {
  const info: SupervisorInfo = {
    identity: self(),
    socket: join(temp.path, `${version}.sock`),
    version,
    runtime: 'node',
    mode,
    startedAt: 0,
  }
  const control: Partial<Control> = {
    info: async () => info,
    async release() {
      released.push(version)
      await next?.()
      return { released: true }
    },
  }
  listening.push(
    await listen(createApi({ control: control as Control, version, activity: { requests() {} } }), info.socket),
  )
  writeFileSync(pathsOf(temp.path).info, JSON.stringify(info))
}

/** A daemon that is this script; it is given the folder as its last argument. */
function daemon(script: string): Launcher {
  const file = join(temp.path, 'daemon.mjs')
  writeFileSync(file, script)
  return { program: process.execPath, args: [file] }
}

const noDaemon: Launcher = { program: '/no/such/daemon', args: [] }
const ensure = (version: string, launcher = noDaemon) =>
  ensureSupervisor({ tuixDir: temp.path, version, launcher, warn: (message) => warnings.push(message) })

describe('a running supervisor', () => {
  it.each(['1.0.0', '1.0.1', '2.0.0'])('of version %s serves a client of 1.0.0', async (version) => {
    await supervisor(version)
    expect(await (await ensure('1.0.0')).info({})).toMatchObject({ version })
    expect([warnings, released]).toEqual([[], []])
  })

  it('that is an older daemon is replaced, with one warning', async () => {
    await supervisor('1.0.0', 'daemon', () => supervisor('1.1.0'))
    expect(await (await ensure('1.1.0')).info({})).toMatchObject({ version: '1.1.0' })
    expect(released).toEqual(['1.0.0'])
    expect(warnings).toEqual([
      'replacing the supervisor of version 1.0.0 with version 1.1.0; the processes keep running',
    ])
  })

  it('that does not exit at once is asked again, without another warning', async () => {
    await supervisor('1.0.0', 'daemon', async () => {
      if (released.length < 3) throw new Error('not yet')
      await supervisor('1.1.0')
    })
    await ensure('1.1.0')
    expect(released).toHaveLength(3)
    expect(warnings).toHaveLength(1)
  })

  it('that is older but runs in an app is kept, with a warning', async () => {
    await supervisor('1.0.0', 'embedded')
    expect(await (await ensure('1.1.0')).info({})).toMatchObject({ version: '1.0.0' })
    expect(released).toEqual([])
    expect(warnings).toEqual([
      'the supervisor runs in an app with version 1.0.0, older than 1.1.0; restart that app to upgrade',
    ])
  })
})

describe('a launched daemon', () => {
  it('gets the folder and its own output file, but no marker of a surrounding process', async () => {
    const launcher = daemon(`
      console.log(JSON.stringify([process.argv.at(-1), process.env.${MARKER} ?? null, process.cwd()]))
      process.exit(3)`)
    const before = process.env[MARKER]
    process.env[MARKER] = 'f00d:web:1/1'
    try {
      await expect(ensure('1.0.0', launcher)).rejects.toMatchObject({ code: 'unreachable' })
    } finally {
      if (before === undefined) delete process.env[MARKER]
      else process.env[MARKER] = before
    }
    expect(JSON.parse(readFileSync(pathsOf(temp.path).output, 'utf8'))).toEqual([temp.path, null, '/'])
  })

  it('that fails is quoted with its last line', async () => {
    const launcher = daemon(`console.error('one'); console.error('the disk is full'); process.exit(3)`)
    await expect(ensure('1.0.0', launcher)).rejects.toThrow('the supervisor could not be started: the disk is full')
  })

  it('that cannot be executed causes an error at once', async () => {
    await expect(ensure('1.0.0')).rejects.toMatchObject({ code: 'unreachable' })
  })

  it('that exits because another was first is no failure: the other one is found', async () => {
    const launcher = daemon('process.exit(0)')
    const found = ensure('1.0.0', launcher)
    await supervisor('1.0.0')
    expect(await (await found).info({})).toMatchObject({ version: '1.0.0' })
  })
})

describe('the files of a folder', () => {
  it('do not count a killed supervisor, even if the system still accepts its connections', async () => {
    await supervisor('1.0.0')
    const { info } = pathsOf(temp.path)
    const record = JSON.parse(readFileSync(info, 'utf8'))
    expect(await findSupervisor(temp.path)).toEqual(record)
    writeFileSync(info, JSON.stringify({ ...record, identity: await spawnZombie() }))
    expect(await findSupervisor(temp.path)).toBeNull()
  })

  it.each(['', '{}', 'null', '{"socket":"x"}', '{"socket":1,"identity":{"pid":1}}'])(
    'supervisor.json of %j names nobody',
    (text) => {
      writeFileSync(pathsOf(temp.path).info, text)
      expect(readInfo(temp.path)).toBeNull()
    },
  )

  it('name no supervisor without a file or folder', () => {
    expect(readInfo(temp.path)).toBeNull()
    expect(readInfo(join(temp.path, 'none'))).toBeNull()
  })

  it('give the processes of the last state, and none of an invalid one', () => {
    expect(readState(temp.path)).toEqual([])
    writeFileSync(pathsOf(temp.path).state, writeSaved([managedProcess({ run: 3 })], { bootId: 'boot' }))
    expect(readState(temp.path)).toMatchObject([{ run: 3 }])
    writeFileSync(pathsOf(temp.path).state, '{"schema":1')
    expect(readState(temp.path)).toEqual([])
    writeFileSync(copyOf(pathsOf(temp.path).state), writeSaved([managedProcess({ run: 4 })], { bootId: 'boot' }))
    expect(readState(temp.path)).toMatchObject([{ run: 4 }])
  })
})
