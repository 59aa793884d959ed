import { afterEach, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'

const WEB = `
import http from 'node:http'
console.log('listening')
http.createServer((_, answer) => answer.end('ok')).listen(process.env.PORT)
`
const FAIL = 'console.error("Error: no database"); process.exit(7)'

let project: Project
afterEach(() => project.dispose())
const ps = (...args: string[]) => project.ps(...args)

it('ensure starts a process or reuses it, and tells where it is, as one object', async () => {
  const web = { name: 'web', command: `${process.execPath} web.mjs`, port: 'auto' as const }
  const healthCheck = { type: 'http' as const, url: '/health' }
  project = tempProject({ config: [{ ...web, healthCheck }], files: { 'web.mjs': WEB } })
  const first = await ps('ensure', 'web', '--json')
  expect(first.code).toBe(0)
  const found = first.json()
  const { port } = found
  expect(found).toEqual({
    ...{ name: 'web', url: `http://localhost:${port}`, port, pid: expect.any(Number) },
    ...{ readyMs: expect.any(Number), cursor: expect.any(String) },
  })
  expect((await ps('logs', 'web', '--cursor', found.cursor)).stdout).toBe('')
  const second = await ps('ensure', 'web')
  expect(second).toMatchObject({ code: 0, stderr: '' })
  expect(second.stdout).toMatch(
    new RegExp(`^web: ready at http://localhost:${port} \\(pid ${found.pid}\\) after [\\d.]+m?s\\n$`),
  )
})

it('ensure tells for each of several processes why it is not up, and exits as start does', async () => {
  project = tempProject({
    config: [
      child('worker', 'sleeper'),
      { name: 'bad', command: process.execPath, args: ['-e', FAIL], maxRestarts: 0, minUptime: 5000 },
      { name: 'job', command: 'true', autorestart: false },
    ],
  })
  const { code, json } = await ps('ensure', 'worker', 'bad', 'job', '--json')
  expect(code).toBe(1)
  const [worker, bad, job] = json()
  expect(worker).toMatchObject({ name: 'worker', url: null, port: null, pid: expect.any(Number) })
  expect(worker).not.toHaveProperty('error')
  expect(bad).toMatchObject({
    ...{ name: 'bad', url: null, readyMs: null },
    error: { code: 'start-failed', message: expect.stringContaining('exited with 7'), lastError: 'Error: no database' },
  })
  expect(job).toMatchObject({ name: 'job', pid: null, url: null })
  expect(job).not.toHaveProperty('error')

  const plain = await ps('ensure', 'bad')
  expect(plain).toMatchObject({ code: 1, stdout: '' })
  expect(plain.stderr).toMatch(/^bad: .*exited with 7[^\n]*\n(?:.*\n)*? {2}Error: no database\n/)
  expect((await ps('ensure', 'nobody')).code).toBe(4)
  expect((await ps('ensure')).code).toBe(2)
})

it('ensure waits for one that runs and is unhealthy, at most for the time of --timeout', async () => {
  project = tempProject({
    config: [
      {
        ...child('web', 'sleeper'),
        healthCheck: { type: 'exec', command: 'test -e fine', interval: 100, startPeriod: 20_000 },
      },
    ],
    files: { fine: '' },
  })
  await ps('start', 'web')
  expect((await ps('ensure', 'web')).code).toBe(0)
  project.write('processes.json', project.read('processes.json'))
  await ps('pause', 'web')
  const paused = await ps('ensure', 'web', '--json', '--timeout', '300ms')
  expect(paused.code).toBe(124)
  expect(paused.json()).toMatchObject({
    name: 'web',
    error: { code: 'timeout', message: expect.stringContaining('paused') },
  })
})

it('ensure is content with a job that has completed for what depends on it', async () => {
  project = tempProject({
    config: [
      { name: 'job', command: process.execPath, args: ['-e', 'setTimeout(() => {}, 600)'] },
      { ...child('web', 'sleeper'), dependsOn: { job: 'completed' } },
    ],
  })
  const { code, stderr, json } = await ps('ensure', 'web', '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(json()).toEqual([
    expect.objectContaining({ name: 'job', pid: null }),
    expect.objectContaining({ name: 'web', pid: expect.any(Number) }),
  ])
})
