import { realpathSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fixture } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'

let project: Project
beforeEach(() => {
  project = tempProject({ config: [{ name: 'declared', command: 'sleep 1000' }] })
})
afterEach(() => project.dispose())
const ps = (...args: string[]) => project.ps(...args)

describe('run', () => {
  it('starts what no config declares, under a free name', async () => {
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

  it('refuses a name that is taken, and keeps nothing of what cannot be spawned', async () => {
    await ps('run', 'web', '--no-wait', '--', 'sleep', '1000')
    const taken = await ps('run', 'web', '--', 'sleep', '1000')
    expect(taken).toMatchObject({ code: 2, stdout: '' })
    expect(taken.stderr).toBe('error: there is a process named web already; remove it, or choose another name\n')
    expect((await ps('run', 'declared', '--', 'sleep', '1')).stderr).toMatch(
      /^error: declared is declared by the config/,
    )
    const missing = await ps('run', '--', 'no-such-program', 'x')
    expect(missing).toMatchObject({ code: 2, stdout: '' })
    expect(missing.stderr).toContain('no-such-program')
    const names = (await ps('list', '--json')).json().map(({ name }: { name: string }) => name)
    expect(names).toEqual(['web'])
  })
})
