import { afterEach, expect, it } from 'vitest'
import { untilState } from '../helpers/asking.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(() => project.dispose())

const message = Buffer.from('Deploy to <prod>?').toString('base64')
/** Says what its input tells it to: a line with a report's pairs for each step. */
const AGENT = `
const { watchFile, readFileSync } = require('node:fs')
const say = () => process.stdout.write('\\x1b]7501;' + readFileSync('say', 'utf8').trim() + '\\x1b\\\\')
watchFile('say', { interval: 50 }, say)
say()
`

it('is shown wherever a process is: what its program says about itself', async () => {
  project = tempProject({
    config: [{ name: 'agent', command: 'node agent.cjs', minUptime: 0 }],
    files: { 'agent.cjs': AGENT, say: 'state=working:progress=40:app=demo' },
  })
  expect((await project.ps('start', 'agent')).code).toBe(0)
  await until(async () => (await project.ps('list')).stdout.includes('running, working 40%'), { what: 'its progress' })
  project.write('say', `state=blocked:kind=permission:msg=${message}`)
  await until(async () => (await project.ps('list')).stdout.includes('running, blocked: Deploy'), {
    what: 'its question',
  })
  const { stdout } = await project.ps('status', 'agent')
  expect(stdout).toContain('running, blocked: Deploy to <prod>?')
  const told = {
    state: 'blocked',
    kind: 'permission',
    message: 'Deploy to <prod>?',
    progress: null,
    app: null,
    title: null,
  }
  expect((await project.state('agent')).program).toEqual(told)
  await project.killSupervisor()
  expect((await project.ps('list', '--json')).json()).toMatchObject([{ name: 'agent', adopted: true, program: told }])
  expect((await project.ps('stop', 'agent')).code).toBe(0)
  expect(await untilState(project, 'agent', ({ status }) => status === 'stopped')).toMatchObject({ program: null })
  // A terminal would take it for a report of ours.
  expect((await project.ps('logs', 'agent')).stdout).not.toContain('\x1b]')
})

it('leaves its result when it has ended', async () => {
  project = tempProject({
    config: [
      {
        name: 'task',
        command: `node -e "process.stdout.write('\\x1b]7501;state=done:msg=${message}\\x07')"`,
        autorestart: false,
      },
    ],
  })
  await project.ps('start', 'task')
  const { program } = await untilState(project, 'task', ({ status }) => status === 'stopped')
  expect(program).toMatchObject({ state: 'done', message: 'Deploy to <prod>?' })
  expect((await project.ps('list')).stdout).toMatch(/completed.*, done: Deploy to <prod>\?/)
})
