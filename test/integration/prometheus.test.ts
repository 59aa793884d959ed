import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { startPrometheus } from '../helpers/prometheus.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'
import { until } from '../helpers/until.ts'
import { WebClient } from '../helpers/web-client.ts'
import { describeWith, program } from './programs.ts'

let project: Project
let ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends) await end()
  ends = []
  await project.dispose()
})

const HOSTILE = `sh -c 'echo "a\\\\b" # \t {x="y"} ü'`

async function opened(): Promise<WebClient> {
  project = tempProject({
    config: [
      child('bad', 'crash', { restartDelay: 300, maxRestartDelay: 300, maxRestarts: 'unlimited' }),
      child('busy', 'spinner'),
      { name: 'odd', command: HOSTILE, autorestart: false },
    ],
  })
  await project.ps('start', '--all')
  return new WebClient((await project.ps('web', '--json')).json())
}

/** Runs a program to its end with this on its stdin. */
function run(name: string, args: string[], input: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const started = spawn(program(name), args)
    let output = ''
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk) => (output += chunk))
    started.on('close', (code) => resolve({ code, output }))
    started.stdin.end(input)
  })
}

describeWith(['prometheus', 'promtool'], 'Prometheus', () => {
  it('finds nothing wrong with the metrics', async () => {
    const web = await opened()
    await project.state('bad')
    const { text } = await web.get('/metrics')
    expect(await run('promtool', ['check', 'metrics'], text)).toEqual({ code: 0, output: '' })
  })

  it('scrapes with the token, and sees no counter go back over a SIGKILL of the supervisor', async () => {
    const web = await opened()
    const { ask, end } = await startPrometheus(project, web.url)
    ends.push(end)
    const first = (query: string) => ask(query).then(([one]) => one)
    const crashes = 'tuix_process_crashes_total{process="bad",reason="exited"}'
    await until(async () => ((await first(crashes))?.value ?? 0) >= 2, { what: 'two crashes', everyMs: 200 })
    expect((await first('tuix_process_info{process="odd"}'))?.labels.command).toBe(HOSTILE)
    const before = (await first(crashes))?.value ?? 0
    const supervisor = await project.killSupervisor()
    await project.ps('list')
    expect(project.supervisor()?.identity.pid).not.toBe(supervisor)
    // At least 4 scrapes of the next supervisor.
    await until(async () => ((await first(crashes))?.value ?? 0) >= before + 3, {
      what: 'further crashes',
      everyMs: 200,
      timeoutMs: 30_000,
    })
    const counters = await ask('count by (__name__) ({__name__=~"tuix_.+_total"})')
    expect(counters.map(({ labels }) => labels.__name__)).toContain('tuix_process_cpu_seconds_total')
    for (const { labels } of counters)
      for (const { value } of await ask(`resets(${labels.__name__}[10m])`)) expect([labels, value]).toEqual([labels, 0])
    // What it makes of the scrapes is what has happened, but for the ends, to which it extrapolates.
    const [grown, increase] = [
      (await first(`${crashes} - min_over_time(${crashes}[10m])`))?.value ?? 0,
      (await first(`increase(${crashes}[10m])`))?.value ?? 0,
    ]
    expect(grown).toBeGreaterThanOrEqual(3)
    expect(increase).toBeGreaterThanOrEqual(grown * 0.9)
    expect(increase).toBeLessThanOrEqual(grown * 1.7 + 2)
    const { panels } = JSON.parse(readFileSync(join(REPOSITORY, 'docs/grafana-dashboard.json'), 'utf8'))
    for (const { title, targets } of panels as { title: string; targets: { expr: string }[] }[]) {
      for (const { expr } of targets) {
        const query = expr.replace('$__rate_interval', '1m').replace('$job', 'tuix').replace('$process', '.+')
        expect([title, (await ask(query)).length > 0]).toEqual([title, true])
      }
    }
    expect((await first('tuix_process_up{process="busy"}'))?.value).toBe(1)
  })
})
