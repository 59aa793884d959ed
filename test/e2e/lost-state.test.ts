import { rmSync, truncateSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import type { ProcessState } from '../../src/model/views/state.ts'
import { eventsOf } from '../helpers/asking.ts'
import { child, running } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'

let project: Project
afterEach(() => project.dispose())

const FILE = '.tuix/state.json'
const COPY = '.tuix/state.json.bak'

/** Three run where the config declares two, and one of them is stopped. */
async function scaled(): Promise<void> {
  project = tempProject({ config: [child('web', 'sleeper', { instances: 2, minUptime: 50 })] })
  expect((await project.ps('start', 'web')).code).toBe(0)
  expect((await project.ps('scale', 'web=3')).code).toBe(0)
  expect((await project.ps('stop', 'web-2')).code).toBe(0)
}

const states = async () => (await project.ps('list', '--json')).json() as ProcessState[]
const told = async () => (await states()).map(({ name, wanted, pid }) => ({ name, wanted, pid }))
const counts = async () => [(await states()).map(({ status }) => status), running(project.path, 'sleeper').length]

describe('after the supervisor was killed and its state was lost', () => {
  it('everything is known from the copy: what runs, what was stopped, what no config declares', async () => {
    await scaled()
    expect((await project.ps('run', 'extra', '--', 'sleep', '1000')).code).toBe(0)
    expect((await project.ps('stop', 'extra')).code).toBe(0)
    const before = await told()
    await project.killSupervisor()
    truncateSync(project.file(FILE), 100)
    expect(await told()).toEqual(before)
    expect(eventsOf(project, '').at(-1)?.message).toMatch(/unusable .+; the state was restored from its copy$/)

    // It may not have written the file again when it was killed.
    await project.killSupervisor()
    rmSync(project.file(FILE), { force: true })
    expect(await told()).toEqual(before)
    expect((await project.ps('start', 'web')).code).toBe(0)
    expect((await states()).filter(({ instanceOf, status }) => instanceOf && status === 'running')).toHaveLength(3)
  })

  it('with its copy, instances go on under the name and the number that were declared', async () => {
    await scaled()
    const [first, , third] = await told()
    await project.killSupervisor()
    for (const file of [FILE, COPY]) rmSync(project.file(file), { force: true })
    expect((await told()).sort((a, b) => a.name.localeCompare(b.name))).toEqual([
      first,
      { name: 'web-2', wanted: 'down', pid: null },
      third,
    ])
    expect((await project.ps('start', 'web')).code).toBe(0)
    expect(await counts()).toEqual([['running', 'running', 'running'], 3])
    expect((await project.ps('restart', 'web')).code).toBe(0)
    expect(await counts()).toEqual([['running', 'running', 'running'], 3])
    expect((await project.ps('scale', 'web=1')).code).toBe(0)
    expect(await counts()).toEqual([['running'], 1])
  })
})

describe('a state from before a process was removed and declared again', () => {
  it.each(['it ran', 'it was stopped'])('does not make it run twice, where %s', async (before) => {
    project = tempProject({ config: [child('web', 'sleeper')] })
    expect((await project.ps('start', 'web')).code).toBe(0)
    if (before === 'it was stopped') expect((await project.ps('stop', 'web')).code).toBe(0)
    const older = project.read(FILE)
    expect((await project.ps('remove', 'web')).code).toBe(0)
    expect((await project.ps('start', 'web')).code).toBe(0)
    const declared = await told()
    await project.killSupervisor()
    for (const file of [FILE, COPY]) project.write(file, older)
    expect(await told()).toEqual(declared)
    expect((await project.ps('restart', 'web')).code).toBe(0)
    expect(await counts()).toEqual([['running'], 1])
  })
})

describe('what a command has declared', () => {
  it('is known to the next supervisor, though nothing was started for it', async () => {
    project = tempProject({ config: [child('web', 'sleeper'), child('api', 'sleeper')] })
    expect((await project.ps('start', 'web')).code).toBe(0)
    await project.killSupervisor()
    for (const file of [FILE, COPY]) rmSync(project.file(file), { force: true })
    expect((await project.ps('start', 'web')).stdout).toContain('already running')
    const before = await told()
    expect(before.map(({ name }) => name).sort()).toEqual(['api', 'web'])
    await project.killSupervisor()
    expect(await told()).toEqual(before)
  })
})

describe('a state that this version does not know in parts', () => {
  it('costs what is not known, and nothing else', async () => {
    const healthCheck = { type: 'exec', command: 'true' } as const
    project = tempProject({ config: [child('web', 'sleeper', { healthCheck }), child('other', 'sleeper')] })
    expect((await project.ps('start', '--all')).code).toBe(0)
    const before = await told()
    await project.killSupervisor()
    for (const name of [FILE, COPY]) {
      const saved = JSON.parse(project.read(name))
      saved.processes[0].config.healthCheck = { type: 'oracle' }
      project.write(name, saved)
    }
    expect(await told()).toEqual(before)
    expect(eventsOf(project, '').at(-1)?.message).toMatch(/the rest was kept, web goes on without `healthCheck`$/)
    expect((await project.ps('stop', '--all')).code).toBe(0)
  })
})
