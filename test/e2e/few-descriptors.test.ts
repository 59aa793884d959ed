import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { child, running } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { executable, REPOSITORY } from '../helpers/runtimes.ts'

let project: Project
afterEach(() => project.dispose())

describe('a supervisor that has no descriptors left', () => {
  it('tells what could not be started, and stops everything', async () => {
    project = tempProject({ config: [child('many', 'sleeper', { instances: 90, maxRestarts: 3 })] })
    const command = [executable(), join(REPOSITORY, 'dist/tuix-ps.js'), 'start', 'many', '--no-wait']
    const limited = ['-c', 'ulimit -n 64; exec "$@"', 'sh', ...command]
    await project.run(limited, { program: '/bin/sh' }).finished
    const supervisor = project.supervisor()?.identity.pid
    const { code, stderr } = await project.ps('stop', '--all')
    expect([code, stderr]).toEqual([0, ''])
    expect(running(project.path, 'sleeper')).toEqual([])
    expect(project.supervisor()?.identity.pid).toBe(supervisor)
    expect(project.read('.tuix/supervisor.log')).toBe('')
    expect(project.read('.tuix/events.jsonl')).not.toMatch(/EMFILE|ENFILE/)
  })
})
