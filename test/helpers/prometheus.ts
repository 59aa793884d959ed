import { spawn } from 'node:child_process'
import { program } from '../integration/programs.ts'
import { freePort } from './free-port.ts'
import type { Project } from './project.ts'

type Labels = Record<string, string>

export interface Prometheus {
  /** What it answers to a query now. */
  ask(query: string): Promise<{ labels: Labels; value: number }[]>
  end(): Promise<void>
}

/** A Prometheus that scrapes the supervisor of a project each second, as docs/metrics.md has it. */
export async function startPrometheus(project: Project, address: string): Promise<Prometheus> {
  const port = await freePort()
  const config = `
global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - job_name: tuix
    authorization: { credentials_file: ${project.file('.tuix/web-token')} }
    static_configs: [{ targets: ['${new URL(address).host}'] }]
`
  const args = [
    `--config.file=${project.write('prometheus.yml', config)}`,
    `--storage.tsdb.path=${project.file('tsdb')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]
  const started = spawn(program('prometheus'), args, { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => started.on('close', () => resolve()))
  const ask: Prometheus['ask'] = async (query) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`)
    const { data } = (await response.json()) as { data: { result: { metric: Labels; value: [number, string] }[] } }
    return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
  }
  const end = () => {
    started.kill()
    return ended
  }
  return { ask, end }
}
