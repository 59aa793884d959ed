import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { untilState } from '../helpers/asking.ts'
import { freePort } from '../helpers/free-port.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(() => project.dispose())

/** A copy of one of the fixtures, as somebody has it who comes from another tool. */
function comeFrom(fixture: string): void {
  project = tempProject()
  cpSync(join(REPOSITORY, 'test/fixtures/import', fixture), project.path, { recursive: true })
}

/** What is told of a file: each line up to the reason, without the file. */
function warnings(stderr: string): string[] {
  return stderr
    .trim()
    .split('\n')
    .map((line) => line.replace(/^warning: [\w.-]+: ([^`]*`[^`]*`).*$/, '$1'))
}

const saysIn = (name: string, text: string) =>
  until(async () => (await project.ps('logs', name)).stdout.includes(text), { what: `${text} in the log of ${name}` })

describe('a PM2 ecosystem file', () => {
  it('of a single script runs unchanged; notes come at a start, not with list', async () => {
    comeFrom('single')
    const config = ['--config', 'ecosystem.config.js']
    const started = await project.ps('start', '--all', ...config)
    expect(started).toMatchObject({ code: 0, stdout: expect.stringMatching(/^api-server: started/) })
    expect(warnings(started.stderr)).toEqual(['`deploy`', 'api-server: `log_date_format`'])
    await saysIn('api-server', 'good morning (development)')
    expect(await project.ps('list', ...config)).toMatchObject({ code: 0, stderr: '' })
    const { config: resolved } = (await project.ps('status', 'api-server', '--json')).json()
    expect(resolved).toMatchObject({
      maxMemory: 300,
      stopSignal: 'SIGINT',
      stopTimeout: 3000,
      origin: 'ecosystem.config.js: apps[0]',
    })
    expect(await project.ps('stop', '--all')).toMatchObject({ code: 0 })
    expect(project.read('logs/out.log')).toContain('closing')
  })

  it('of a cluster has instances with ports of their own', async () => {
    comeFrom('cluster')
    // Its own, since a forwarder really listens there.
    const shared = await freePort()
    project.write('ecosystem.config.cjs', project.read('ecosystem.config.cjs').replace('PORT: 3000', `PORT: ${shared}`))
    const started = await project.ps('start', '--all', '--config', 'ecosystem.config.cjs')
    expect(started.code).toBe(0)
    const names = started.stdout.split('\n').flatMap((line) => /^(.*): started/.exec(line)?.[1] ?? [])
    expect(names.sort()).toEqual(['web-1', 'web-2', 'web-proxy'])
    expect(warnings(started.stderr)).toEqual(['web: `time`', 'web: `merge_logs`', 'web: `exec_mode`'])
    await saysIn('web', 'instance 2 in development')
    const { port, config } = (await project.ps('status', 'web-2', '--json')).json()
    expect(config).toMatchObject({ ipc: true, startTimeout: 20_000 })
    expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('2')
    await project.ps('restart', 'web', '--config', 'ecosystem.config.cjs', '--profile', 'production')
    await saysIn('web', 'instance 2 in production')
  })

  it('of ten apps runs them all, on their schedules, and restarts what changes', async () => {
    comeFrom('ten')
    const started = await project.ps('start', '--all', '--config', 'ecosystem.json')
    expect(started.code).toBe(0)
    expect(warnings(started.stderr)).toEqual([
      'docs: `ignore_watch`',
      'docs: `watch_options`',
      'cache: `cron_restart`',
      'metrics: `uid`',
      'metrics: `colour`',
    ])
    const states: { name: string; status: string; group: string | null; reason: string; restarts: number }[] = (
      await project.ps('list', '--json')
    ).json()
    const running = states.filter(({ status }) => status === 'running').map(({ name }) => name)
    expect(running).toEqual(['web', 'api', 'docs', 'mailer', 'queue', 'events', 'cache', 'metrics'])
    expect(states.filter(({ reason }) => reason === 'scheduled').map(({ name }) => name)).toEqual(['nightly', 'hourly'])
    expect(states.filter(({ group }) => group === 'jobs').map(({ name }) => name)).toEqual([
      'mailer',
      'queue',
      'events',
    ])
    await saysIn('mailer', `mailer in ${project.path}`)

    project.write('service.js', `${project.read('service.js')}\n// changed\n`)
    for (const name of ['api', 'docs']) {
      await untilState(project, name, ({ run, status }) => run > 1 && status === 'running')
    }
    expect(await project.state('web')).toMatchObject({ restarts: 0 })
  })
})

describe('a process-compose file', () => {
  it('with probes starts each process when what it needs is there', async () => {
    comeFrom('compose-web')
    const port = await freePort()
    const env = { API_PORT: String(port), DATA_DIR: project.path }
    const started = await project.psWith({ env }, 'start', '--all', '--config', 'process-compose.yaml')
    expect(started).toMatchObject({ code: 0 })
    expect(warnings(started.stderr)).toEqual([
      '`log_location`',
      'api: `liveness_probe`',
      'api: `availability.exit_on_end`',
    ])
    expect(await project.state('database')).toMatchObject({ status: 'running', health: 'healthy' })
    expect(await project.state('api')).toMatchObject({ status: 'running', health: 'healthy' })
    expect(await project.state('migrate')).toMatchObject({ status: 'stopped', exitCode: 0, reason: 'completed' })
    expect((await project.ps('logs', 'migrate')).stdout).toMatch(/migrating for test\nmigrated\n/)
    expect(await (await fetch(`http://127.0.0.1:${port}/health`)).text()).toBe('test')
    expect((await project.ps('stop', '--all')).code).toBe(0)
  })

  it('with replicas, templates and log lines runs as well, but what is disabled', async () => {
    comeFrom('compose-jobs')
    const started = await project.ps('start', '--all', '--config', 'process-compose.yml')
    expect(started.code).toBe(0)
    expect(warnings(started.stderr)).toEqual([
      'message-broker: `processes`',
      'worker: `replicas`',
      'message-broker: `shutdown.parent_only`',
      'worker: `availability.restart`',
      'worker: `log_configuration.rotation.max_age_days`',
      'shell: `is_tty`',
      'shell: `readines_probe`',
    ])
    expect(await project.state('wipe')).toMatchObject({ status: 'stopped', run: 0 })
    await saysIn('worker-1', 'hello from the template')
    await saysIn('worker-1', 'worker 1 on mail, 3 tries')
    expect(existsSync(project.file('worker-0.log'))).toBe(true)
    expect(await project.state('message-broker')).toMatchObject({ health: 'healthy', group: 'infra' })
    await untilState(project, 'report', ({ status, exitCode }) => status === 'stopped' && exitCode === 3)
    expect((await project.ps('logs', 'report')).stdout).toContain('two words')
  })
})

describe('what a config module prints', () => {
  const prints = [
    "console.log('loading'); console.info('i'); console.debug('d'); console.dir({ a: 1 }); console.table([1])",
    "console.group('g'); console.count(); console.groupEnd(); process.stdout.write('raw\\n')",
  ].join('\n')
  const app = "{ apps: [{ name: 'a', script: 'sleep', args: '100' }] }"

  it.each([
    ['ecosystem.config.js', `${prints}\nmodule.exports = ${app}`],
    ['ecosystem.config.cjs', `${prints}\nmodule.exports = ${app}`],
    ['ecosystem.config.mjs', `await 0\n${prints}\nexport default ${app}`],
    ['tuix.config.ts', `${prints}\nexport default { processManager: { processes: { a: { command: 'sleep 100' } } } }`],
    [
      'tuix.config.mjs',
      `await 0\n${prints}\nexport default { processManager: { processes: { a: { command: 'sleep 100' } } } }`,
    ],
  ])('goes to stderr, since stdout is for the result: %s', async (file, text) => {
    project = tempProject({ files: { [file]: text } })
    const planned = await project.psWith({}, 'start', '--all', '--dry-run', '--json', '--config', file)
    expect(planned.json()).toMatchObject([{ name: 'a', action: 'start' }])
    expect(planned.stderr).toMatch(/^loading\ni\nd\n[\s\S]*raw\n/)
    if (!file.startsWith('ecosystem')) return
    const converted = await project.psWith({}, 'import', file)
    expect(JSON.parse(converted.stdout)).toMatchObject({ processes: [{ name: 'a' }] })
    expect(converted.stderr).toContain('loading')
  })
})
