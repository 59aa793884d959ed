import { readdirSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { read } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'

let project: Project
afterEach(() => project.dispose())

const variablesOf = (pid: number | null) =>
  Object.fromEntries(
    read(`/proc/${pid}/environ`)
      .split('\0')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )

it('a process has the environment of the command that started it, its own settings and the marker, and no open file but its logs', async () => {
  project = tempProject({
    config: [
      child('web', 'sleeper'),
      child('api', 'sleeper', { env: { MODE: 'fast' } }),
      { name: 'shell', command: '/bin/sleep 1000' },
    ],
  })
  await project.psWith({ env: { OF_THE_SUPERVISOR: '1', SECRET_OF_FIRST: 'x' } }, 'start', 'web')
  await project.psWith({ env: { OF_THE_COMMAND: '2' } }, 'start', 'api', 'shell')
  const { pid } = await project.state('api')
  const { PATH, HOME, LANG, ...own } = variablesOf(pid)
  expect([PATH !== undefined, HOME, LANG]).toEqual([true, project.path, 'C.UTF-8'])
  expect(own).toEqual({ OF_THE_COMMAND: '2', MODE: 'fast', TUIX_PROCESS_ID: expect.stringMatching(/:api:/) })
  // A shell opens nothing itself: what it has beyond the three is what we left open.
  const { pid: shell } = await project.state('shell')
  expect(readdirSync(`/proc/${shell}/fd`).sort()).toEqual(['0', '1', '2'])
  expect(variablesOf((await project.state('web')).pid)).toHaveProperty('SECRET_OF_FIRST')
  // A restart by another command is by that command's environment.
  await project.psWith({ env: { OF_THE_THIRD: '3' } }, 'restart', 'api')
  const again = variablesOf((await project.state('api')).pid)
  expect(again).toHaveProperty('OF_THE_THIRD')
  expect(again).not.toHaveProperty('OF_THE_COMMAND')
})
