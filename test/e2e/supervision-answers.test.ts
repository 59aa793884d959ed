import { mkdirSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import type { ProcessConfig } from '../../src/model/config/config.ts'
import { control, eventsOf, untilPrompt, untilState, workPerAnswer } from '../helpers/asking.ts'
import { child, running } from '../helpers/children.ts'
import { processesOf, read } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'
import { freePorts } from '../integration/ports.ts'

let project: Project
afterEach(() => project.dispose())

/** Checks often and gives up late, so that it goes on during the whole test. */
const often = { interval: 100, timeout: 400, retries: 1000 }

async function begin(config: ProcessConfig[]): Promise<void> {
  project = tempProject({ config })
  const start = await project.ps('start', '--all', '--no-wait')
  expect([start.code, start.stderr]).toEqual([0, ''])
}

describe('the supervisor answers at once, and says what is going on, during', () => {
  it('checks that are never answered', async () => {
    const ports = await freePorts('http', 'tcp')
    const silent = (port: number) => ({ env: { PORT: String(port) } })
    const url = `http://127.0.0.1:${ports.http}/`
    await begin([
      child('http', 'silent', { ...silent(ports.http), healthCheck: { type: 'http', url, ...often } }),
      child('tcp', 'silent', { ...silent(ports.tcp), healthCheck: { type: 'tcp', port: ports.tcp, ...often } }),
    ])
    const late = 'no answer within 400 ms'
    const stuck = await untilState(project, 'http', ({ healthHistory }) => healthHistory.at(-1)?.detail === late)
    expect(stuck).toMatchObject({ status: 'starting', health: 'starting' })
    await untilPrompt(project)
    // Nobody has to speak for a connection to be there.
    expect(await untilState(project, 'tcp', ({ health }) => health === 'healthy')).toMatchObject({ status: 'running' })
    expect((await project.ps('status', 'http')).stdout).toContain(late)
  })

  it('a health script that forks and hangs, of which nothing outlives the check', async () => {
    const command = 'sleep 1000 & setsid sleep 1000 & echo forked; sleep 1000'
    await begin([child('web', 'sleeper', { healthCheck: { type: 'exec', command, ...often } })])
    const stuck = await untilState(project, 'web', ({ healthHistory }) => healthHistory.length >= 3)
    await untilPrompt(project)
    expect(stuck.healthHistory.at(-1)?.detail).toContain('no answer within 400 ms')
    expect(stuck.healthHistory.at(-1)?.detail).toContain('forked')
    const sleeps = () => processesOf(project.path).filter((pid) => read(`/proc/${pid}/comm`) === 'sleep\n')
    expect(sleeps().length).toBeLessThanOrEqual(3)
    expect((await project.ps('stop', 'web')).code).toBe(0)
    await until(() => sleeps().length === 0, { what: 'the end of the check under way' })
  })

  it('the watching of 20,000 files', async () => {
    project = tempProject({ config: [child('web', 'sleeper', { watch: true, watchDebounce: 100 })] })
    for (let folder = 0; folder < 200; folder++) {
      mkdirSync(project.file(`src/${folder}`), { recursive: true })
      for (let file = 0; file < 100; file++) writeFileSync(project.file(`src/${folder}/${file}.ts`), `${file}`)
    }
    expect((await project.ps('start', 'web', '--no-wait')).code).toBe(0)
    expect(await workPerAnswer(project)).toBeLessThan(200)
    project.write('src/199/99.ts', 'changed')
    await untilState(project, 'web', ({ run, status }) => run === 2 && status === 'running')
    await untilPrompt(project)
    expect(eventsOf(project, 'web').find(({ type }) => type === 'restart')?.message).toBe(
      'restarting: src/199/99.ts changed',
    )
  })

  it('the wait for a port that is taken', async () => {
    project = tempProject({ config: [child('web', 'server', { port: 'auto' })] })
    expect((await project.ps('start', 'web')).code).toBe(0)
    const { port } = await project.state('web')
    expect((await project.ps('stop', 'web')).code).toBe(0)
    const code = `require('node:net').createServer().listen(${port}, '127.0.0.1', () => console.log('taken'))`
    const thief = project.run(['-e', code])
    await until(() => thief.stdout().includes('taken'), { what: 'the port to be taken' })
    await project.ps('start', 'web', '--no-wait')
    const waiting = await untilState(project, 'web', ({ reason }) => reason !== '')
    await untilPrompt(project)
    expect(waiting.reason).toBe(
      `waiting for port ${port}, held by pid ${thief.pid} (${read(`/proc/${thief.pid}/comm`).trim()})`,
    )
  })

  it('the wait for a dependency that never becomes ready', async () => {
    const healthCheck = { type: 'exec', command: 'sleep 1000', ...often } as const
    await begin([
      child('db', 'sleeper', { healthCheck }),
      ...Array.from({ length: 10 }, (_, i) => child(`web-${i}`, 'sleeper', { dependsOn: ['db'] })),
    ])
    await untilState(project, 'db', ({ reason }) => reason !== '')
    await untilPrompt(project)
    const states = (await control(project).list({})).map(({ status, reason }) => `${status} ${reason}`)
    expect(states[0]).toMatch(/^starting no answer within 400 ms( \(\d+\))?$/)
    expect(states.slice(1)).toEqual([...Array(10).fill('starting waiting for db')])
    expect((await project.ps('stop', '--all')).code).toBe(0)
    expect(running(project.path, 'sleeper')).toEqual([])
  })

  it('all of that among fifty processes', async () => {
    const checks = [
      { type: 'exec', command: 'sleep 1000', ...often },
      { type: 'output', outputPattern: /never (said)/.source, ...often },
      { type: 'script', script: 'await new Promise(() => setInterval(() => {}, 1000))', ...often, interval: 2000 },
    ] as const
    await begin([
      ...checks.map((healthCheck, i) => child(`hung-${i}`, 'sleeper', { healthCheck })),
      ...Array.from({ length: 47 }, (_, i) => ({
        name: `idle-${i}`,
        command: 'sleep 1000',
        ...(i % 5 === 0 && { maxMemory: 100, watch: true }),
      })),
    ])
    await untilState(project, 'hung-0', ({ healthHistory }) => healthHistory.length >= 2)
    await untilPrompt(project)
    const states = await control(project).list({})
    expect(states).toHaveLength(50)
    await until(
      async () => (await control(project).list({})).filter(({ status }) => status === 'running').length === 47,
      {
        what: 'all others to run',
      },
    )
    expect((await project.ps('stop', '--all')).code).toBe(0)
  })
})
