import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProcessConfig } from '../../src/model/config/config.ts'
import { child } from '../helpers/children.ts'
import { alive, read } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'

const web = (env: Record<string, string>) => child('web', 'sleeper', { env })
const declare = (...processes: ProcessConfig[]) => project.write('processes.json', processes)

let project: Project
beforeEach(() => {
  project = tempProject()
})
afterEach(() => project.dispose())
const ps = (...args: string[]) => project.ps(...args)
const states = async (): Promise<Record<string, { pid: number | null; drift: string[] }>> => {
  const list: { name: string; pid: number | null; drift: string[] }[] = (await ps('list', '--json')).json()
  return Object.fromEntries(list.map(({ name, ...state }) => [name, state]))
}

describe('a config that has changed', () => {
  it('is told of what a start leaves out, but not of what it removes itself', async () => {
    const jobs = (instances: number) => child('job', 'sleeper', { instances })
    declare(jobs(3), web({}))
    await ps('start', '--all')
    declare(jobs(2))
    const { stdout, stderr } = await ps('start', '--all')
    expect(stdout).toMatch(/^job-3: removed: no longer declared$/m)
    expect(stderr).toMatch(/^warning: no longer declared, so left out: web; remove with: tuix-ps apply$/m)
    expect(Object.keys(await states()).sort()).toEqual(['job-1', 'job-2', 'web'])
  })

  it('is reported by list and status, and applied exactly by restart: added, changed and removed settings', async () => {
    declare(web({ KEPT: '1', CHANGED: 'old', REMOVED: '1' }))
    await ps('start', 'web')
    expect(await ps('list')).toMatchObject({ code: 0, stderr: '' })
    declare(web({ KEPT: '1', CHANGED: 'new-value', ADDED: '1' }))
    const told = 'web (env.CHANGED, env.REMOVED, env.ADDED); apply it with: tuix-ps apply'
    expect((await ps('list')).stderr).toBe(`config changed: ${told}\n`)
    expect((await ps('status', 'web')).stdout).toMatch(
      /^ +config +changed: env\.CHANGED, env\.REMOVED, env\.ADDED; apply it with: tuix-ps restart web$/m,
    )
    expect((await ps('status', 'web', '--json')).json().drift).toEqual(['env.CHANGED', 'env.REMOVED', 'env.ADDED'])
    // A start of something else takes in what is declared, and leaves what runs as it is.
    await ps('start', 'web')
    expect((await ps('list')).stderr).toContain('config changed: web')

    await ps('restart', 'web')
    expect(await ps('list')).toMatchObject({ code: 0, stderr: '' })
    const { web: after } = await states()
    const environment = read(`/proc/${after?.pid}/environ`).split('\0')
    expect(environment).toEqual(expect.arrayContaining(['KEPT=1', 'CHANGED=new-value', 'ADDED=1']))
    expect(environment.filter((line) => line.startsWith('REMOVED='))).toEqual([])
    expect(after?.drift).toEqual([])
  })
})

describe('apply', () => {
  it('keeps unchanged processes, restarts changed ones, starts new ones, and removes undeclared ones', async () => {
    const same = child('same', 'sleeper')
    const old = child('old', 'sleeper')
    declare(same, web({ PORT: '1' }), old)
    expect((await ps('up')).code).toBe(0)
    const other = project.file('other.json')
    writeFileSync(other, JSON.stringify([child('foreign', 'sleeper')]))
    await ps('start', 'foreign', '--config', other)
    const before = await states()

    declare(child('new', 'sleeper'), same, web({ PORT: '2' }))
    const plan = await ps('apply', '--dry-run', '--json')
    expect(plan.json()).toEqual([
      { name: 'old', action: 'remove', changes: [] },
      { name: 'new', action: 'start', changes: [] },
      { name: 'same', action: 'keep', changes: [] },
      { name: 'web', action: 'restart', changes: ['env.PORT'] },
    ])
    expect((await states()).old?.pid).toBe(before.old?.pid)

    const applied = await ps('apply')
    expect(applied).toMatchObject({ code: 0, stderr: '' })
    // Each as soon as it is there, so in no order.
    expect(
      applied.stdout
        .replace(/ \(pid \d+\)/g, '')
        .trim()
        .split('\n')
        .sort(),
    ).toEqual([
      'new: started',
      'old: removed: no longer declared',
      'same: unchanged',
      'web: restarted: env.PORT changed',
    ])
    const after = await states()
    // In the order of the config, and what others declare where it was.
    expect(Object.keys(after)).toEqual(['new', 'same', 'foreign', 'web'])
    expect([after.same?.pid, after.foreign?.pid]).toEqual([before.same?.pid, before.foreign?.pid])
    expect(after.web?.pid).not.toBe(before.web?.pid)
    expect(alive(before.old?.pid)).toBe(false)
    expect((await ps('apply')).stdout).toMatch(/^new: unchanged .*\nsame: unchanged .*\nweb: unchanged .*\n$/)
  })

  it('changes nothing if the config is invalid', async () => {
    declare(web({}), child('db', 'sleeper'))
    await ps('up')
    const before = await states()
    const wrong: ProcessConfig[][] = [
      [{ ...web({ A: '1' }), instances: -1 }],
      [child('web', 'sleeper', { dependsOn: ['x'] })],
      [child('web', 'sleeper', { dependsOn: ['api'] }), child('api', 'sleeper', { dependsOn: ['web'] })],
    ]
    for (const processes of wrong) {
      declare(...processes)
      expect(await ps('apply')).toMatchObject({ code: 2, stdout: '' })
    }
    project.write('processes.json', '[')
    expect(await ps('apply')).toMatchObject({ code: 2, stdout: '' })
    const after = await states()
    expect([after.web?.pid, after.db?.pid]).toEqual([before.web?.pid, before.db?.pid])
  })
})
