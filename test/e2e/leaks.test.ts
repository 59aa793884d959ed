import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { untilState } from '../helpers/asking.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(() => project.dispose())

/** Descriptors of the supervisor, and what its inotify instances watch. */
function held(): { descriptors: number; watches: number } {
  const folder = `/proc/${project.supervisor()?.identity.pid}`
  const open = readdirSync(`${folder}/fd`)
  const watches = open.reduce((sum, fd) => {
    try {
      return sum + readFileSync(`${folder}/fdinfo/${fd}`, 'utf8').split('\ninotify ').length - 1
    } catch {
      return sum
    }
  }, 0)
  return { descriptors: open.length, watches }
}

it('a process that crashes over and over leaves no descriptor and no watch in the supervisor', async () => {
  const crash = { name: 'crash', command: '/bin/false', restartDelay: 0, maxRestarts: 1_000_000, watch: true }
  project = tempProject({ config: [{ name: 'web', command: '/bin/sleep 1000' }, crash] })
  const crashes = async (count: number) => {
    await project.ps('start', 'crash', '--no-wait')
    await untilState(project, 'crash', ({ restarts }) => restarts >= count)
    await project.ps('stop', 'crash')
  }
  await project.ps('start', 'web')
  await crashes(5)
  const before = held()
  expect(before.watches).toBeGreaterThan(0)
  await crashes(60)
  await until(() => held().descriptors <= before.descriptors && held().watches <= before.watches, {
    what: `${JSON.stringify(before)} to be held again`,
  })
})
