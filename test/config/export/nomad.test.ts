// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables look like that.
import { parse } from '@cdktf/hcl2json'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ProcessConfig } from '../../../src/model/config/config.ts'
import { type ExportFacts, exported } from './exporting.ts'
import { PROJECT } from './project.ts'

// biome-ignore lint/suspicious/noExplicitAny: asserted on
type Hcl = Record<string, any>

/** The jobs as the parser of HashiCorp reads them, by process. A block is a list, one with labels an object of them. */
async function jobsOf(processes: ProcessConfig[], facts: ExportFacts = {}) {
  const { files, notes } = exported('nomad', processes, facts)
  const jobs: Record<string, { id: string; job: Hcl; group: Hcl; task: Hcl }> = {}
  for (const [name, text] of Object.entries(files)) {
    const process = name.replace('.nomad.hcl', '')
    const [[id, [job] = []] = []] = Object.entries<Hcl[]>((await parse(name, text)).job)
    if (id === undefined || !job) throw new Error(`no job in ${name}`)
    const group = job.group[process][0]
    jobs[process] = { id, job, group, task: group.task[process][0] }
  }
  return { files, notes, jobs }
}

/** The blocks and attributes of a job that Nomad documents, as far as exports have them: a name, what may be in it, and whether it has a label. */
const SHAPE: Record<string, string[]> = {
  job: ['type', 'meta', 'periodic', 'group'],
  group: ['count', 'network', 'restart', 'reschedule', 'update', 'service', 'task'],
  periodic: ['crons', 'time_zone', 'prohibit_overlap'],
  network: ['port'],
  port: ['static'],
  restart: ['attempts', 'interval', 'delay', 'mode'],
  reschedule: ['attempts', 'unlimited'],
  update: ['max_parallel', 'canary', 'auto_promote', 'min_healthy_time', 'auto_revert'],
  service: ['name', 'port', 'provider', 'check'],
  check: ['type', 'path', 'protocol', 'method', 'interval', 'timeout', 'header', 'check_restart'],
  check_restart: ['limit', 'grace'],
  task: ['driver', 'kill_signal', 'kill_timeout', 'lifecycle', 'config', 'env', 'template', 'resources', 'logs'],
  lifecycle: ['hook', 'sidecar'],
  config: ['command', 'args', 'work_dir', 'image', 'network_mode', 'ports'],
  template: ['destination', 'env', 'change_mode', 'data'],
  resources: ['cores', 'memory'],
  logs: ['max_files', 'max_file_size'],
}
const LABELLED = ['job', 'group', 'task', 'network.port']
const FREE = ['env', 'meta', 'header']

/** Paths of what the shape does not have. */
function misplaced(type: string, block: Hcl, path = type): string[] {
  return Object.entries(block).flatMap(([name, value]) => {
    if (!SHAPE[type]?.includes(name)) return [`${path}.${name}`]
    if (FREE.includes(name) || (SHAPE[name] === undefined && !LABELLED.includes(name))) return []
    const isBlock = LABELLED.includes(name) || LABELLED.includes(`${type}.${name}`) || Array.isArray(value)
    if (!isBlock) return []
    const blocks: Hcl[] = Array.isArray(value) ? value : Object.values<Hcl[]>(value).flat()
    return blocks.flatMap((inner) => misplaced(name, inner, `${path}.${name}`))
  })
}

describe('jobs of Nomad', () => {
  let made: Awaited<ReturnType<typeof jobsOf>>
  const of = (name: string) => made.jobs[name] ?? expect.fail(`no job ${name}`)
  beforeAll(async () => {
    made = await jobsOf(
      PROJECT.map(({ deploy, ...process }) =>
        process.name === 'web' ? { ...process, ...(deploy && { deploy }) } : process,
      ),
    )
  })

  it('are HCL of the documented shape', () => {
    expect(Object.keys(made.files)).toEqual(PROJECT.map(({ name }) => `${name}.nomad.hcl`))
    expect(Object.values(made.jobs).flatMap(({ job }) => misplaced('job', job))).toEqual([])
    expect(misplaced('job', { group: { web: [{ kind: 1, task: { web: [{ environment: 1 }] } }] } })).toEqual([
      'job.group.kind',
      'job.group.task.environment',
    ])
  })

  it('run programs of the host, or containers if there is an image', () => {
    expect(of('db').task).toMatchObject({
      driver: 'raw_exec',
      config: [{ command: '/usr/bin/redis-server', args: ['--port', '6379'], work_dir: '/srv/shop' }],
    })
    expect(of('migrate').task.config[0].args).toEqual(['-c', 'node migrate.mjs && echo "done $HOME"'])
    expect(of('web').task).toMatchObject({
      driver: 'docker',
      config: [{ image: 'shop:1', command: 'node', ports: ['http'] }],
    })
  })

  it('have variables: values in which nothing is replaced, the port that Nomad picks, secrets from its variables', () => {
    // The parser leaves escapes as they are.
    expect(of('web').task.env[0]).toMatchObject({ LITERAL: '$(HOME) $${HOME} $$ $5 %%{x} {{y}}', PORT: '3000' })
    expect(of('worker').task.env[0]).toEqual({
      WEB_URL: 'http://127.0.0.1:3000/jobs',
      PORT: '${NOMAD_PORT_http}',
      TUIX_INSTANCE: '${NOMAD_ALLOC_INDEX}',
      SHARD: '${NOMAD_ALLOC_INDEX}',
    })
    expect(of('worker').task.template[0]).toEqual({
      destination: '${NOMAD_SECRETS_DIR}/secrets.env',
      env: true,
      data: '{{ with nomadVar "nomad/jobs/shop-worker" }}\nAPI_TOKEN={{ .API_TOKEN }}\n{{ end }}\n',
    })
    expect(made.notes).toContain(
      'worker: `env` has secrets; put them with: nomad var put nomad/jobs/shop-worker API_TOKEN=…',
    )
  })

  it('have checks that restart what is unhealthy', () => {
    expect(of('web').group.service).toEqual([
      {
        name: 'shop-web',
        port: 'http',
        provider: 'nomad',
        check: [
          {
            type: 'http',
            path: '/health?full=1',
            interval: '30s',
            timeout: '1500ms',
            header: [{ 'X-From': ['probe'] }],
            check_restart: [{ limit: 1, grace: '1m' }],
          },
        ],
      },
    ])
    expect(made.notes).toContain('worker: `healthCheck` is not carried over: only Consul runs scripts as checks')
  })

  it('restart, and run on hosts, as the config says', () => {
    expect(of('db').group.restart).toEqual([{ attempts: 10, interval: '341s', delay: '1s', mode: 'fail' }])
    expect(of('web').group).toMatchObject({
      count: 3,
      update: [{ max_parallel: 2, min_healthy_time: '10s', auto_revert: true }],
    })
    expect(of('web').task).toMatchObject({ kill_signal: 'SIGINT', kill_timeout: '7500ms' })
    expect(of('worker').task.resources).toEqual([{ cores: 2 }])
  })

  it('wait for the services of others', () => {
    const wait = of('web').group.task['wait-for-db'][0]
    expect(wait).toMatchObject({ driver: 'docker', lifecycle: [{ hook: 'prestart', sidecar: false }] })
    expect(wait.template[0].data).toBe('{{ range nomadService "shop-db" }}{{ .Address }} {{ .Port }}\n{{ end }}\n')
  })

  it('run at times', () => {
    expect(of('report').job).toMatchObject({
      type: 'batch',
      periodic: [{ crons: ['*/15 3 * * 1-5'], time_zone: 'Europe/Berlin', prohibit_overlap: true }],
    })
  })

  it('have the seconds of a schedule as the first of seven fields', async () => {
    const { jobs } = await jobsOf([{ name: 'tick', command: 'true', schedule: '*/10 * * * * MON' }])
    expect(jobs.tick?.job.periodic[0].crons).toEqual(['*/10 * * * * MON *'])
  })

  it('keep every text as it is', async () => {
    const text = 'a "b" \\ ${c} %{d} \n e \t ü'
    const { jobs } = await jobsOf([{ name: 'web', command: 'node', args: [text], env: { 'A.B': text } }])
    const written = text.replaceAll('${', () => '$${').replaceAll('%{', '%%{')
    expect(jobs.web?.task.config[0].args).toEqual([written])
    expect(jobs.web?.task.env).toEqual({ 'A.B': written })
  })
})
