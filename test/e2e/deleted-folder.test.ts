import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import type { Finished } from '../helpers/running.ts'
import { executable, REPOSITORY } from '../helpers/runtimes.ts'

let project: Project
beforeEach(() => {
  project = tempProject({ config: [child('web', 'sleeper')] })
})
afterEach(() => project.dispose())

/** `tuix-ps ARGS` in a folder that is deleted first. */
function there(...args: string[]): Promise<Finished> {
  const command = [executable(), join(REPOSITORY, 'dist/tuix-ps.js'), ...args]
  const script = 'folder=$(mktemp -d ./gone-XXXXXX); cd "$folder"; rmdir "../$folder"; exec "$@"'
  return project.run(['-c', script, 'sh', ...command], { program: '/bin/sh' }).finished
}

describe('in a folder that was deleted', () => {
  it('help, version and completion work', async () => {
    for (const args of [['--help'], ['--version'], ['list', '--help'], ['completion', 'bash']]) {
      const { code, stdout, stderr } = await there(...args)
      expect([args, code, stderr, stdout !== '']).toEqual([args, 0, '', true])
    }
  })

  it('commands with absolute paths work', async () => {
    const config = project.file('processes.json')
    expect(await there('start', 'web', '--config', config)).toMatchObject({ code: 0, stderr: '' })
    const { code, stdout } = await there('list', '-q', '--tuix-dir', project.file('.tuix'))
    expect([code, stdout]).toEqual([0, 'web\n'])
    expect((await there('stop', 'web', '--config', config)).code).toBe(0)
  })

  it.each([['list'], ['start', 'web'], ['list', '--config', 'processes.json'], ['init'], ['run', '--', 'true']])(
    'others say so: %s',
    async (...args) => {
      const stderr = 'error: the current folder was deleted; go to another one, or give absolute paths\n'
      expect(await there(...args)).toMatchObject({ code: 2, stdout: '', stderr })
    },
  )
})
