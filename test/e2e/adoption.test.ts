import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { ProcessState } from '../../src/model/views/state.ts'
import { child, daemons, running } from '../helpers/children.ts'
import { alive } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(() => project.dispose())

const TEN = Array.from({ length: 10 }, (_, i) => `counter-${i}`)

/** The numbers that a counter has written so far, its last, perhaps unfinished line left out. */
function numbersOf(name: string): number[] {
  return project.read(`.tuix/logs/${name}.out.log`).split('\n').slice(0, -1).map(Number)
}

describe('a supervisor that is killed', () => {
  it('leaves its process to the next one, which neither restarts nor doubles it', async () => {
    project = tempProject({ config: [child('web', 'server')] })
    expect((await project.ps('start', 'web')).code).toBe(0)
    const before = await project.state('web')
    const killed = await project.killSupervisor()
    expect(alive(before.pid)).toBe(true)

    const after = await project.state('web')
    expect(after).toMatchObject({ pid: before.pid, status: 'running', adopted: true, restarts: 0, run: before.run })
    expect(project.supervisor()?.identity.pid).not.toBe(killed)
    expect((await project.ps('start', 'web')).stdout).toContain('already running')
    expect(running(project.path, 'server')).toEqual([before.pid])

    expect((await project.ps('stop', 'web')).code).toBe(0)
    expect(running(project.path, 'server')).toEqual([])
  })

  it('goes on restarting an adopted process that dies', async () => {
    project = tempProject({ config: [child('web', 'server', { restartDelay: 50 })] })
    await project.ps('start', 'web')
    await project.killSupervisor()
    const { pid } = await project.state('web')
    process.kill(pid ?? 0, 'SIGKILL')
    const again = await until(async () => {
      const state = await project.state('web')
      return state.status === 'running' && state.pid !== pid ? state : undefined
    })
    expect(again).toMatchObject({ restarts: 1, adopted: false })
    expect(again.lastExit?.code ?? null).toBe(null)
    expect(running(project.path, 'server')).toEqual([again.pid])
  })

  it('costs ten children that write all the time no line and no life', async () => {
    project = tempProject({ config: TEN.map((name) => child(name, 'counter', { args: ['10'] })) })
    expect((await project.ps('start', '--all')).code).toBe(0)
    const before: ProcessState[] = (await project.ps('list', '--json')).json()
    await project.killSupervisor()

    const written = new Map(TEN.map((name) => [name, numbersOf(name).length]))
    const grown = (name: string) => numbersOf(name).length > (written.get(name) ?? 0) + 100
    await until(() => TEN.every(grown), { what: '100 more lines of each while nobody supervises' })
    const after: ProcessState[] = (await project.ps('list', '--json')).json()
    const pids = (states: ProcessState[]) => states.map(({ name, pid }) => `${name} ${pid}`)
    expect(pids(after)).toEqual(pids(before))
    expect(after.every(({ status, adopted }) => status === 'running' && adopted)).toBe(true)
    expect((await project.ps('stop', '--all')).code).toBe(0)
    expect(running(project.path, 'counter')).toEqual([])

    for (const name of TEN) {
      const numbers = numbersOf(name)
      expect(numbers.findIndex((number, i) => number !== i)).toBe(-1)
      const shown = (await project.ps('logs', name, '-n', '1000000')).stdout.match(/^\d+$/gm)?.map(Number)
      expect(shown).toEqual(numbers)
    }
  })

  it('is killed while it starts things: each process runs once afterwards, and a stop leaves none', async () => {
    const names = ['one', 'two', 'three', 'four', 'five']
    project = tempProject({ config: names.map((name) => child(name, 'sleeper')) })
    for (const delay of [0, 5, 10, 20, 40]) {
      const start = project.startPs({}, 'start', '--all', '--no-wait')
      await until(() => daemons(project.path).length > 0, { everyMs: 1, what: 'a supervisor' })
      await sleep(delay)
      for (const pid of daemons(project.path)) process.kill(pid, 'SIGKILL')
      await start.finished

      expect((await project.ps('start', '--all')).code).toBe(0)
      const states: ProcessState[] = (await project.ps('list', '--json')).json()
      expect(states.map(({ pid }) => pid).sort()).toEqual(running(project.path, 'sleeper').sort())
      expect(states).toHaveLength(5)

      expect((await project.ps('stop', '--all')).code).toBe(0)
      expect(running(project.path, 'sleeper')).toEqual([])
      await project.killSupervisor()
    }
  })
})

describe('a state that names a pid which now belongs to another', () => {
  /** Declares `web` as running under a pid that is a bystander's, with its identity changed a little. */
  async function mistake(change: { startTime?: number; bootId?: string }) {
    project = tempProject({ config: [child('web', 'server', { autorestart: false })] })
    await project.ps('start', 'web')
    const supervisor = project.supervisor()
    const { pid } = await project.state('web')
    await project.killSupervisor()
    process.kill(pid ?? 0, 'SIGKILL')

    const bystander = project.run(['-e', 'setInterval(() => {}, 60_000)'])
    const stat = readFileSync(`/proc/${bystander.pid}/stat`, 'utf8')
    const startTime = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
    const saved = JSON.parse(project.read('.tuix/state.json'))
    const own = { pid: bystander.pid, startTime, bootId: supervisor?.identity.bootId }
    expect(saved.processes[0].phase.live.leader.pid).toBe(pid)
    saved.processes[0].phase.live.leader = { ...own, ...change }
    project.write('.tuix/state.json', saved)
    return bystander
  }

  for (const [what, change] of [
    ['start time', { startTime: 1 }],
    ['boot id', { bootId: '00000000-0000-0000-0000-000000000000' }],
  ] as const) {
    it(`is seen by the ${what}: not shown as running, and never signalled`, async () => {
      const bystander = await mistake(change)
      const web = await project.state('web')
      expect(web.pid).not.toBe(bystander.pid)
      expect((await project.ps('stop', '--all')).code).toBe(0)
      expect((await project.state('web')).status).toBe('stopped')
      expect(alive(bystander.pid)).toBe(true)
      bystander.kill('SIGKILL')
      await bystander.finished
    })
  }
})

describe('what a crash leaves behind', () => {
  it('does not keep the next start from working', async () => {
    project = tempProject({ config: [child('web', 'server')] })
    await project.ps('start', 'web')
    const { pid } = await project.state('web')
    await project.killSupervisor()
    process.kill(pid ?? 0, 'SIGKILL')

    const start = await project.ps('start', 'web')
    expect([start.code, start.stderr]).toEqual([0, ''])
    const again = await project.state('web')
    expect(running(project.path, 'server')).toEqual([again.pid])
  })
})
