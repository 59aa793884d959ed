import { existsSync, readdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { alive } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'

let project: Project
beforeEach(() => {
  project = tempProject({
    config: {
      processes: [
        child('web', 'sleeper', { group: 'front', logFile: './shared.log', mergeLogs: true }),
        child('api', 'sleeper', { logFile: './shared.log', mergeLogs: true }),
        child('job-a', 'sleeper'),
        child('job-b', 'sleeper'),
      ],
    },
  })
})
afterEach(() => project.dispose())
const ps = (...args: string[]) => project.ps(...args)
const names = async () => {
  const states: { name: string }[] = (await ps('list', '--json')).json()
  return states.map(({ name }) => name)
}

describe('remove', () => {
  it('stops and forgets processes, and names those that the config still declares', async () => {
    await ps('start', '--all')
    const { pid } = await project.state('job-a')
    const removed = await ps('rm', 'job-a')
    expect(removed).toMatchObject({ code: 0, stdout: 'job-a: removed\n' })
    expect(removed.stderr).toMatch(/^still declared in the config: job-a; to start again: .* start job-a\n$/)
    expect(alive(pid ?? 0)).toBe(false)
    expect(await names()).toEqual(['web', 'api', 'job-b'])
    expect(existsSync(project.file('.tuix/logs/job-a.out.log'))).toBe(true)
    expect(await ps('remove', 'nobody')).toMatchObject({ code: 4, stdout: '' })
    expect((await ps('remove')).stderr).toMatch(
      /^error: name the processes to remove, or use --group <name> or --all; available: /,
    )

    project.write('processes.json', [])
    const gone = await ps('remove', '--group', 'front', '--json')
    expect(gone).toMatchObject({ code: 0, stderr: '' })
    expect(gone.json()).toEqual([{ name: 'web', ok: true, result: 'removed', message: 'removed', warnings: [] }])
  })

  it('deletes log files, except those that another process writes', async () => {
    await ps('start', '--all')
    expect((await ps('remove', 'web', 'job-*', '--logs')).stdout).toBe(
      ['web', 'job-a', 'job-b'].map((name) => `${name}: removed, with its logs\n`).join(''),
    )
    expect(existsSync(project.file('shared.log'))).toBe(true)
    expect(readdirSync(project.file('.tuix/logs')).filter((name) => /^(job-|web)/.test(name))).toEqual([])
    expect((await ps('remove', '--all', '--logs')).stdout).toBe('api: removed, with its logs\n')
    expect(existsSync(project.file('shared.log'))).toBe(false)
    expect(await names()).toEqual([])
  })
})
