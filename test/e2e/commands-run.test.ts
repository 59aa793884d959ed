import { realpathSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fixture } from '../helpers/children.ts'
import { processesOf, read } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

let project: Project
beforeEach(() => {
  project = tempProject({ config: [{ name: 'declared', command: 'sleep 1000' }] })
})
afterEach(() => project.dispose())
const ps = (...args: string[]) => project.ps(...args)

describe('run', () => {
  it('starts a program that is not in the config, under a free name', async () => {
    const program = ['perl', fixture('sleeper')]
    const first = await ps('run', 'web', '--env', 'LEVEL=debug', '--group', 'extra', '--', ...program, '--json')
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toMatch(/^web: started \(pid \d+\)\n$/)
    const { config } = (await ps('status', 'web', '--json')).json()
    expect(config).toMatchObject({ args: [fixture('sleeper'), '--json'], env: { LEVEL: 'debug' }, group: 'extra' })
    expect(config.cwd).toBe(realpathSync(project.path))

    expect((await ps('run', '--no-wait', '--', 'sleep', '1000')).stdout).toMatch(/^sleep: /)
    expect((await ps('run', '--no-wait', '--', 'sleep 1000')).stdout).toMatch(/^sleep-2: /)
    await ps('stop', 'web')
    expect((await ps('start', 'web')).stdout).toMatch(/^web: started/)
  })

  it('runs a line with shell syntax in a shell, all of which a stop ends', async () => {
    const line = 'echo begin > out.txt && sleep 1001 | sleep 1002; echo end >> out.txt'
    expect(await ps('run', 'line', '--', line)).toMatchObject({ code: 0 })
    await until(async () => (await ps('tree', 'line')).stdout.includes('sleep 1002'), { what: 'the tree of the shell' })
    expect(await ps('stop', 'line')).toMatchObject({ code: 0 })
    expect(project.read('out.txt')).toMatch(/^begin\n/)
    expect(processesOf(project.path).filter((pid) => read(`/proc/${pid}/cmdline`).includes('sleep'))).toEqual([])
  })

  it('refuses a name that is taken, and does not keep a program that cannot be spawned', async () => {
    await ps('run', 'web', '--no-wait', '--', 'sleep', '1000')
    const taken = await ps('run', 'web', '--', 'sleep', '1000')
    expect(taken).toMatchObject({ code: 2, stdout: '' })
    expect(taken.stderr).toBe('error: a process named web already exists; remove it, or choose another name\n')
    expect((await ps('run', 'declared', '--', 'sleep', '1')).stderr).toMatch(
      /^error: declared is declared in the config/,
    )
    const missing = await ps('run', '--', 'no-such-program', 'x')
    expect(missing).toMatchObject({ code: 2, stdout: '' })
    expect(missing.stderr).toContain('no-such-program')
    const names = (await ps('list', '--json')).json().map(({ name }: { name: string }) => name)
    expect(names).toEqual(['web'])
  })
})
