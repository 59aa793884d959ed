import { existsSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import type { ProcessConfig, ProcessManagerConfig } from '../../src/model/config/config.ts'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'
import { WebClient } from '../helpers/web-client.ts'

let project: Project
afterEach(() => project.dispose())

async function opened(config: ProcessManagerConfig | ProcessConfig[]): Promise<WebClient> {
  project = tempProject({ config })
  await project.ps('start', '--all')
  return new WebClient((await project.ps('web', '--json')).json())
}

/** The series of a scrape by their text, without those of the supervisor. */
async function scrape(web: WebClient, headers: Record<string, string> = {}): Promise<Map<string, number>> {
  const { status, text } = await web.get('/metrics', headers)
  expect([status, text.split('\n')[0]?.slice(0, 6)]).toEqual([200, '# HELP'])
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(series.map((line) => [line.replace(/ \S+$/, ''), Number(line.replace(/^.* /, ''))]))
}

/** A scrape that is not the one of a moment ago. */
function scrapeUntil(web: WebClient, isRight: (series: Map<string, number>) => boolean, what: string) {
  return until(
    async () => {
      const series = await scrape(web)
      return isRight(series) ? series : undefined
    },
    { what, everyMs: 200 },
  )
}

const CRASHES = 'tuix_process_crashes_total{process="bad",reason="exited"}'
const RESTARTS = 'tuix_process_restarts_total{process="bad"}'
const CPU = 'tuix_process_cpu_seconds_total{process="busy"}'
const LOGGED = 'tuix_process_log_bytes_total{process="bad",stream="stdout"}'

describe('/metrics', () => {
  it('needs the token, unless the config says that it is open, and then also knows its host', async () => {
    const web = await opened([child('web', 'sleeper')])
    expect((await web.get('/metrics', { authorization: '' })).status).toBe(401)
    expect((await scrape(web)).get('tuix_process_up{process="web"}')).toBe(1)
    project.write('processes.json', { web: { openMetrics: true }, processes: [child('web', 'sleeper')] })
    await project.ps('apply')
    expect((await web.get('/metrics', { authorization: '' })).status).toBe(200)
    expect((await web.get('/metrics', { authorization: '', origin: 'http://evil.com' })).status).toBe(403)
    expect(await web.raw('GET /metrics HTTP/1.1\r\nhost: evil.com\r\nconnection: close\r\n\r\n')).toMatch(/ 403 /)
    for (const path of ['/metrics/', '/metrics/../v1/processes', '/v1/processes'])
      expect((await web.get(path, { authorization: '' })).status, path).toBe(401)
  })

  it('speaks OpenMetrics to who asks for it', async () => {
    const web = await opened([child('web', 'sleeper')])
    const url = new URL('/metrics', web.url)
    const authorization = `Bearer ${project.read('.tuix/web-token').trim()}`
    const typed = async (accept: string) => {
      const response = await fetch(url, { headers: { authorization, accept } })
      return [response.headers.get('content-type'), (await response.text()).endsWith('# EOF\n')]
    }
    expect(await typed('application/openmetrics-text; version=1.0.0')).toEqual([
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
      true,
    ])
    expect(await typed('*/*')).toEqual(['text/plain; version=0.0.4; charset=utf-8', false])
  })

  it('has counters that go on after a SIGKILL of the supervisor, with what happened while nobody scraped', async () => {
    const web = await opened([
      child('bad', 'crash', { restartDelay: 50, maxRestartDelay: 50, maxRestarts: 'unlimited' }),
      child('busy', 'spinner'),
    ])
    const isFull = (series: Map<string, number>) => (series.get(CPU) ?? 0) > 0.1 && (series.get(CRASHES) ?? 0) > 2
    const before = await scrapeUntil(web, isFull, 'some crashes and some CPU time')
    const { restarts } = await project.state('bad')
    await project.killSupervisor()
    await project.ps('stop', 'bad')
    const after = await scrapeUntil(web, () => true, 'the listener of the next supervisor')
    for (const [series, value] of before)
      if (series.includes('_total')) expect(after.get(series), series).toBeGreaterThanOrEqual(value)
    expect(after.get(RESTARTS)).toBeGreaterThanOrEqual(restarts)
    // Each run has written one line, and none is counted twice.
    const logged = project.read('.tuix/logs/bad.out.log')
    expect(after.get(LOGGED)).toBe(logged.length)
    expect(after.get(CRASHES)).toBeLessThanOrEqual(logged.split('\n').length - 1)
    // The adopted process has used some more, and nothing is counted twice: it works for a fifth of its time.
    const { uptime } = await project.state('busy')
    expect(after.get(CPU)).toBeLessThan(uptime * 0.6 + 1)
  })

  it('counts the CPU of runs that have ended, and the bytes of logs that were emptied', async () => {
    const web = await opened([child('busy', 'spinner')])
    const before = await scrapeUntil(web, (series) => (series.get(CPU) ?? 0) > 0.1, 'some CPU time')
    const logged = 'tuix_process_log_bytes_total{process="busy",stream="stdout"}'
    expect(before.get(logged)).toBeGreaterThan(0)
    await project.ps('stop', 'busy')
    await project.ps('flush', 'busy')
    const down = await scrapeUntil(web, (series) => series.get('tuix_process_up{process="busy"}') === 0, 'the stop')
    expect(down.get(CPU)).toBeGreaterThanOrEqual(before.get(CPU) ?? 0)
    expect(down.get(logged)).toBe(before.get(logged))
    expect(down.has('tuix_process_open_fds{process="busy"}')).toBe(false)
    await project.ps('start', 'busy')
    await scrapeUntil(web, (series) => (series.get(CPU) ?? 0) > (down.get(CPU) ?? 0), 'the CPU of the next run')
  })

  it('ends the series of a removed process, and begins new ones for its name', async () => {
    const web = await opened([child('bad', 'crash', { autorestart: false }), child('web', 'sleeper')])
    await scrapeUntil(web, (series) => series.get(CRASHES) === 1, 'the crash')
    await project.ps('remove', 'bad')
    const without = await scrapeUntil(web, (series) => !series.has(CRASHES), 'the removal')
    expect([...without.keys()].filter((series) => series.includes('"bad"'))).toEqual([])
    expect(JSON.parse(project.read('.tuix/metrics.json')).accounts).not.toHaveProperty('bad')
    await project.ps('start', 'bad')
    await scrapeUntil(web, (series) => series.get(CRASHES) === 1, 'the crash of the new one')
  })

  it('has what processes report, the tree and the health of each, and the number of an instance', async () => {
    const sent = ['ready', { type: 'metric', name: 'queue.length', value: 7 }, { type: 'metric', token: 'x' }]
    const script = `for (const one of ${JSON.stringify(sent)}) process.send(one); setInterval(() => {}, 1e9)`
    const web = await opened([
      { name: 'app', command: process.execPath, args: ['-e', script], ipc: true },
      child('web', 'sleeper', { instances: 2, healthCheck: { type: 'exec', command: 'true', interval: 100 } }),
    ])
    const healthy = 'tuix_process_health{process="web",process_instance="2"}'
    const series = await scrapeUntil(
      web,
      (all) => all.get('tuix_app_queue_length{process="app"}') === 7 && all.get(healthy) === 1,
      'the metric and the health',
    )
    expect([...series.keys()].filter((name) => name.includes('token'))).toEqual([])
    for (const name of ['open_fds', 'threads', 'resident_memory_bytes'])
      expect(series.get(`tuix_process_${name}{process="app"}`), name).toBeGreaterThan(0)
  })

  it('is answered by a supervisor with damaged counts, which begin again', async () => {
    const web = await opened([child('busy', 'spinner')])
    await scrapeUntil(web, (series) => (series.get(CPU) ?? 0) > 0, 'some CPU time')
    await project.killSupervisor()
    writeFileSync(project.file('.tuix/metrics.json'), '{"accounts":{"":[]')
    await project.ps('list')
    await scrapeUntil(web, (series) => series.has(CPU), 'a scrape')
  })
})

it('nothing is measured or written where nobody scrapes', async () => {
  await opened([child('web', 'sleeper')])
  expect(existsSync(project.file('.tuix/metrics.json'))).toBe(false)
})
