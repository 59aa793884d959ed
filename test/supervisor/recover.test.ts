import { afterEach, describe, expect, it } from 'vitest'
import { resolveProcess } from '../../src/config/index.ts'
import type { Identity, PidSpace } from '../../src/model/lifecycle/identity.ts'
import { leaderOf } from '../../src/model/lifecycle/phase.ts'
import type { ManagedProcess } from '../../src/model/lifecycle/process.ts'
import { MARKER, type Target } from '../../src/model/tree/members.ts'
import { recoverAll } from '../../src/supervisor/recover.ts'
import { identify } from '../../src/system/process/identity.ts'
import { bootId, pidSpace } from '../../src/system/process/pid-space.ts'
import { alive as isAlive } from '../helpers/processes.ts'
import { executable } from '../helpers/runtimes.ts'
import { endSpawned, spawnFixture, spawnProgram } from '../helpers/spawned.ts'
import { until } from '../helpers/until.ts'
import { identity, live, managedProcess } from '../model/processes.ts'

afterEach(endSpawned)

/** Of this test run alone, so that two at once do not find each other's. */
const FOLDER = `folder${process.pid}`
const ID = `${FOLDER}:web:1`

async function alive(run: number, id = ID): Promise<number> {
  const { pid, stdout } = spawnFixture('sleeper', [], { [MARKER]: `${id}/${run}` })
  await until(() => stdout().includes('sleeper'))
  return pid
}

const targetOf = ({ id, phase, survivors }: ManagedProcess): Target => ({
  id,
  leader: leaderOf(phase),
  known: survivors,
  logs: [],
})
const recover = (processes: ManagedProcess[], space: PidSpace = pidSpace()) =>
  recoverAll(
    { ...space, processes },
    {
      tuixDir: '/none',
      clock: { now: () => 5000 },
      trees: { targetOf, saw() {} },
      resolve: async (input, context) => resolveProcess(input, context),
      folderHash: FOLDER,
    },
  )

const recorded = (state: Partial<ManagedProcess>) => ({ ...managedProcess(state), id: ID })
const up = (leader: Identity): Partial<ManagedProcess> => {
  return { wanted: 'up', run: 2, phase: { type: 'running', live: live({ leader }), rebuilt: false } }
}

describe('what a new supervisor finds', () => {
  it('the leader that the state names', async () => {
    const pid = await alive(2)
    const leader = identify(pid) ?? identity(pid)
    const [web] = await recover([recorded(up(leader))])
    expect(web?.found).toEqual({ leader, run: 2, leftovers: false, rebooted: false })
  })

  it('not the process that has its pid now', async () => {
    const pid = spawnFixture('sleeper').pid
    const leader = { ...(identify(pid) ?? { pid, bootId: '' }), startTime: 1 }
    const [web] = await recover([recorded(up(leader))])
    expect(web?.found).toEqual({ leader: null, run: 2, leftovers: false, rebooted: false })
  })

  it('a run that was never written down', async () => {
    const pid = await alive(3)
    const [web] = await recover([recorded({ run: 2 })])
    expect(web?.found).toMatchObject({ leader: { pid }, run: 3, leftovers: false })
  })

  it('what an earlier run left behind', async () => {
    await alive(1)
    const [web] = await recover([recorded({ run: 2 })])
    expect(web?.found).toMatchObject({ leader: null, leftovers: true })
  })

  it('that the machine was booted since', async () => {
    expect((await recover([recorded({})], { bootId: 'an earlier boot' }))[0]?.found.rebooted).toBe(true)
    expect((await recover([recorded({})], { bootId: '' }))[0]?.found.rebooted).toBe(false)
  })

  it('that the pids are those of another container', async () => {
    const pid = await alive(2)
    const leader = { ...(identify(pid) ?? identity(pid)), pidNamespace: 'pid:[1]' }
    const [web] = await recover([recorded(up(leader))], { bootId: bootId(), pidNamespace: 'pid:[1]' })
    expect(web?.found).toMatchObject({ leader: null, rebooted: true })
    const [older] = await recover([recorded({})], { bootId: bootId() })
    expect(older?.found.rebooted).toBe(false)
  })
})

describe('a process that no state names', () => {
  it('is rebuilt from what the system knows of it', async () => {
    const pid = await alive(4, `${FOLDER}:ghost:9`)
    const [ghost] = await recover([])
    expect(ghost?.process).toMatchObject({
      id: `${FOLDER}:ghost:9`,
      wanted: 'up',
      run: 4,
      phase: { type: 'running', live: { leader: { pid } }, rebuilt: true },
      config: { name: 'ghost', program: expect.stringMatching(/perl$/), cwd: process.cwd() },
    })
    expect(ghost?.found).toMatchObject({ leader: { pid }, run: 4 })
  })

  it('knows that it is one of several, with the name and the number that were declared', async () => {
    const told = { TUIX_INSTANCE: '2', TUIX_DECLARED_INSTANCES: '2' }
    const { stdout } = spawnFixture('sleeper', [], { [MARKER]: `${FOLDER}:ghost-2:9/1`, ...told })
    await until(() => stdout().includes('sleeper'))
    const [second, first] = await recover([])
    const config = { name: 'ghost-2', instanceOf: 'ghost', instances: 2, env: { TUIX_INSTANCE: '2' } }
    expect(second?.process).toMatchObject({ phase: { type: 'running' }, config })
    expect(first).toMatchObject({
      process: {
        phase: { type: 'stopped', why: 'lost' },
        wanted: 'down',
        config: { name: 'ghost-1', instanceOf: 'ghost', instances: 2 },
      },
      found: { leader: null, leftovers: false },
    })
  })

  it('is rebuilt though it has no words', async () => {
    // Bun cannot start anything without a first word.
    const script = `const { spawn } = require('node:child_process')
      const child = spawn('/bin/sleep', ['60'], { argv0: '', detached: true, stdio: 'ignore' })
      child.unref()
      console.log(child.pid)`
    const { stdout, pid } = spawnProgram(executable('node'), ['-e', script], { [MARKER]: `${FOLDER}:mute:9/1` })
    const mute = Number(await until(() => !isAlive(pid) && stdout().trim(), { what: 'the pid of one without words' }))
    expect((await recover([]))[0]?.process).toMatchObject({
      phase: { live: { leader: { pid: mute } } },
      config: { command: 'unknown' },
    })
  })

  it('of another folder is none of ours', async () => {
    await alive(1, 'another:web:1')
    expect(await recover([])).toEqual([])
  })
})
