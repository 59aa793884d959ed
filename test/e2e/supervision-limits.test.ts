import { afterEach, describe, expect, it } from 'vitest'
import { control, eventsOf, untilState } from '../helpers/asking.ts'
import { child, fixture, running } from '../helpers/children.ts'
import { processesOf } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'

let project: Project
afterEach(() => project.dispose())

const crashes = (name: string) => eventsOf(project, name).filter(({ type }) => type === 'crash')

describe('a process over its limit', () => {
  it('is restarted, also when it is a child of npm that takes the memory', async () => {
    project = tempProject({
      config: [{ name: 'app', command: 'npm run leak', maxMemory: 300, restartDelay: 0 }],
      files: { 'package.json': { name: 'app', scripts: { leak: `node ${JSON.stringify(fixture('leaker'))} 400` } } },
    })
    expect((await project.ps('start', 'app')).code).toBe(0)
    const { run: first } = await project.state('app')
    const over = await untilState(project, 'app', ({ run }) => run > first)
    const [crash] = crashes('app')
    expect(crash?.message).toMatch(/^memory \d+ MB over the limit of 300 MB, next try at once/)
    expect(over.restarts).toBe(1)
    expect((await project.ps('stop', 'app')).code).toBe(0)
    expect(processesOf(project.path)).toEqual([project.supervisor()?.identity.pid])
  })

  it('of memory by little is let be', async () => {
    project = tempProject({ config: [child('app', 'leaker', { args: ['10'], maxMemory: 1000, maxCpu: 150 })] })
    expect((await project.ps('start', 'app')).code).toBe(0)
    const { memory, processes, uptime } = await control(project).stats({ name: 'app' })
    expect(memory).toBeGreaterThan(10)
    expect(memory).toBeLessThan(1000)
    expect(processes).toBe(1)
    expect(uptime).toBeGreaterThan(0)
    expect(crashes('app')).toEqual([])
  })

  it('of processor time is restarted when it has been so for a while, not for a peak', async () => {
    project = tempProject({ config: [child('app', 'spinner', { maxCpu: 1, restartDelay: 0 })] })
    expect((await project.ps('start', 'app')).code).toBe(0)
    const { startedAt } = await project.state('app')
    await untilState(project, 'app', ({ run }) => run > 1, 40_000)
    const [crash] = crashes('app')
    expect(crash?.message).toMatch(/^cpu \d+ % over the limit of 1 % for 10 s, next try at once/)
    expect((crash?.time ?? 0) - (startedAt ?? 0)).toBeGreaterThan(10_000)
    expect(running(project.path, 'spinner')).toHaveLength(1)
  })

  it('is left down after too many restarts, with the figures', async () => {
    project = tempProject({ config: [child('app', 'leaker', { args: ['100'], maxMemory: 20, maxRestarts: 0 })] })
    expect((await project.ps('start', 'app')).code).toBe(0)
    const end = await untilState(project, 'app', ({ status }) => status === 'error')
    expect(end.reason).toMatch(/^gave up after 0 restarts: memory \d+ MB over the limit of 20 MB/)
    expect(running(project.path, 'leaker')).toEqual([])
  })
})
