import { afterEach, beforeEach, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { processesOf } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'

let project: Project
beforeEach(() => {
  project = tempProject({
    config: [
      child('web', 'sleeper', { dependsOn: ['db'] }),
      child('db', 'sleeper'),
      child('many', 'sleeper', { instances: 2 }),
    ],
  })
})
afterEach(() => project.dispose())
const ps = (...args: string[]) => project.ps(...args)
const lines = async (...args: string[]) => {
  const { code, stdout, stderr } = await ps(...args, '--dry-run')
  expect([code, stderr]).toEqual([0, ''])
  return stdout.split('\n').slice(0, -1)
}

it('a dry run prints what would be done, in order, and does nothing', async () => {
  expect(await lines('start', 'web')).toEqual(['db: would be started, for web', 'web: would be started'])
  expect(await ps('start', 'wbe', '--dry-run')).toMatchObject({
    code: 4,
    stderr: 'error: no process is named `wbe`; did you mean `web`?\n',
  })
  expect(await lines('scale', 'many=1')).toEqual(['many-1: would be started'])
  expect(await ps('down', '--dry-run')).toMatchObject({ code: 0, stdout: '', stderr: 'nothing to stop\n' })
  // Nobody was needed for that.
  expect(project.supervisor()).toBeNull()
  expect(processesOf(project.path)).toEqual([])

  await ps('start', '--all')
  const before = (await ps('list', '--json')).json().map(({ pid }: { pid: number }) => pid)
  expect(await lines('start', 'web')).toEqual(['web: already running'])
  expect(await lines('restart', 'web', 'db')).toEqual(['db: would be restarted', 'web: would be restarted'])
  expect(await lines('reload', 'many')).toEqual(['many-1: would be restarted', 'many-2: would be restarted'])
  expect(await lines('stop', 'db', 'web')).toEqual(['web: would be stopped', 'db: would be stopped'])
  expect(await lines('scale', 'many=3')).toEqual([
    'many-1: already running',
    'many-2: already running',
    'many-3: would be started',
  ])
  expect(await lines('remove', 'many')).toEqual(['many-1: would be removed', 'many-2: would be removed'])
  expect((await ps('stop', 'w*', '--dry-run', '--json')).json()).toEqual([{ name: 'web', action: 'stop', changes: [] }])
  expect((await ps('list', '--json')).json().map(({ pid }: { pid: number }) => pid)).toEqual(before)
})
