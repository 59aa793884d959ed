// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables look like that.
import { parseYAML } from 'confbox/yaml'
import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1'
import { CronJob, Job } from 'kubernetes-models/batch/v1'
import { Service } from 'kubernetes-models/v1'
import { describe, expect, it } from 'vitest'
import { ProcessManagerError } from '../../../src/index.ts'
import type { ProcessConfig } from '../../../src/model/config/config.ts'
import { exported } from './exporting.ts'
import { PROJECT } from './project.ts'

const MODELS = { Deployment, StatefulSet, CronJob, Job, Service }

interface Manifest {
  kind: keyof typeof MODELS
  metadata: { name: string }
  // biome-ignore lint/suspicious/noExplicitAny: asserted on
  spec: any
}

function manifestsOf(processes: ProcessConfig[], image = 'shop:1') {
  const { files, notes } = exported('kubernetes', processes, { image })
  const documents = Object.values(files).flatMap((text) => text.split(/^---$/m))
  return { files, notes, manifests: documents.map((text) => parseYAML<Manifest>(text)) }
}

/** A copy in which every read of a key is noted by its path. */
function recording(value: unknown, read: Set<string>, path = ''): unknown {
  if (typeof value !== 'object' || value === null) return value
  const inner = Object.entries(value).map(([key, each]) => [key, recording(each, read, `${path}/${key}`)])
  const copy = Array.isArray(value) ? inner.map(([, each]) => each) : Object.fromEntries(inner)
  return new Proxy(copy, {
    get(target, key) {
      if (typeof key === 'string') read.add(`${path}/${key}`)
      return target[key]
    },
  })
}

function pathsIn(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [`${path}/${key}`, ...pathsIn(inner, `${path}/${key}`)])
}

/** Throws if the published schema refuses a manifest. The result has all keys that the schema has never looked at: it does not know them. */
function unknownKeys(manifest: Manifest): string[] {
  const read = new Set<string>()
  const model = new MODELS[manifest.kind](manifest as never)
  Object.assign(model, recording(manifest, read))
  model.validate()
  return pathsIn(manifest).filter((path) => path.split('/').length > 2 && !read.has(path))
}

describe('manifests of Kubernetes', () => {
  const { files, notes, manifests } = manifestsOf(PROJECT)
  const find = (kind: string, name: string) => {
    const found = manifests.find((each) => each.kind === kind && each.metadata.name === name)
    if (!found) throw new Error(`no ${kind} ${name}`)
    return found
  }
  const containerOf = ({ spec }: Manifest) => spec.template.spec.containers[0]

  it('are what the published schemas allow, without any key that they do not know', () => {
    expect(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Deployment db',
      'Service db',
      'Job migrate',
      'Deployment web',
      'Service web',
      'StatefulSet worker',
      'Service worker',
      'CronJob report',
    ])
    expect(manifests.flatMap(unknownKeys)).toEqual([])
  })

  it('would be refused with a key that the schemas do not know', () => {
    const manifest = structuredClone(find('Deployment', 'web'))
    containerOf(manifest).livenesProbe = { periodSeconds: 3 }
    expect(unknownKeys(manifest)).toContain('/spec/template/spec/containers/0/livenesProbe')
    containerOf(manifest).ports = 'http'
    expect(() => unknownKeys(manifest)).toThrow(/ports/)
  })

  it('have a file for each process', () => {
    expect(Object.keys(files)).toEqual(['db.yaml', 'migrate.yaml', 'web.yaml', 'worker.yaml', 'report.yaml'])
  })

  it('probe as the health check says', () => {
    const probe = { httpGet: { path: '/health?full=1', port: 3000, httpHeaders: [{ name: 'X-From', value: 'probe' }] } }
    const regular = { ...probe, periodSeconds: 30, timeoutSeconds: 2, failureThreshold: 1 }
    expect(containerOf(find('Deployment', 'web'))).toMatchObject({
      startupProbe: { ...probe, periodSeconds: 1, failureThreshold: 60 },
      readinessProbe: regular,
      livenessProbe: regular,
    })
    expect(containerOf(find('Deployment', 'db')).readinessProbe).toMatchObject({
      tcpSocket: { port: 6379 },
      periodSeconds: 5,
    })
    const worker = containerOf(find('StatefulSet', 'worker'))
    expect(worker.readinessProbe.exec).toEqual({ command: ['/bin/sh', '-c', 'test -f /tmp/ok'] })
    expect(worker).not.toHaveProperty('livenessProbe')
  })

  it('stop as the config says', () => {
    const { spec } = find('Deployment', 'web').spec.template
    expect(spec).toMatchObject({ os: { name: 'linux' }, terminationGracePeriodSeconds: 8 })
    expect(spec.containers[0].lifecycle).toEqual({
      preStop: { exec: { command: ['/bin/sh', '-c', 'TUIX_PID=1; kill -USR1 $TUIX_PID; sleep 1'] } },
      stopSignal: 'SIGINT',
    })
  })

  it('wait for what listens, and name what they cannot wait for', () => {
    expect(find('Deployment', 'web').spec.template.spec.initContainers).toEqual([
      { name: 'wait-for-db', image: 'busybox:1.37', command: ['sh', '-c', 'until nc -z db 6379; do sleep 1; done'] },
    ])
    expect(notes).toContain('web: `dependsOn.migrate` is not carried over: a pod cannot wait for the end of a Job')
  })

  it('have variables: values in which nothing is replaced, neighbours by name, secrets by reference, numbers', () => {
    expect(containerOf(find('Deployment', 'web')).env).toEqual([
      { name: 'CACHE', value: 'redis://db:6379' },
      { name: 'LITERAL', value: '$$(HOME) ${HOME} $$$$ $5 %{x} {{y}}' },
      { name: 'OTHER', value: 'http://localhost:9999' },
      { name: 'PORT', value: '3000' },
    ])
    expect(notes.join('\n')).toContain('web: `env.OTHER` names localhost:9999')
    const fieldRef = { fieldPath: "metadata.labels['apps.kubernetes.io/pod-index']" }
    expect(containerOf(find('StatefulSet', 'worker')).env).toEqual([
      { name: 'WEB_URL', value: 'http://web:3000/jobs' },
      { name: 'PORT', value: '8080' },
      { name: 'API_TOKEN', valueFrom: { secretKeyRef: { name: 'worker-secrets', key: 'API_TOKEN' } } },
      { name: 'TUIX_INSTANCE', valueFrom: { fieldRef } },
      { name: 'SHARD', valueFrom: { fieldRef } },
    ])
    expect(find('StatefulSet', 'worker').spec).toMatchObject({ replicas: 2, ordinals: { start: 0 } })
  })

  it('mount the secrets of the cluster where Docker has them', () => {
    const { spec } = find('Deployment', 'web').spec.template
    expect(spec.containers[0].volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)).toEqual([
      '/run/secrets/tls-key',
      '/etc/license',
    ])
    expect(spec.volumes).toHaveLength(2)
  })

  it('have limits, replicas, and a strategy', () => {
    expect(containerOf(find('Deployment', 'db')).resources).toEqual({ limits: { cpu: '1500m', memory: '256Mi' } })
    expect(find('Deployment', 'web').spec).toMatchObject({
      replicas: 3,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 2 } },
    })
    expect(notes).toContain('web: `deploy.update.monitor` is not carried over: a Deployment waits for readiness alone')
  })

  it('run jobs and schedules', () => {
    expect(find('Job', 'migrate').spec).toMatchObject({
      backoffLimit: 10,
      template: { spec: { restartPolicy: 'OnFailure' } },
    })
    expect(find('CronJob', 'report').spec).toMatchObject({
      schedule: '*/15 3 * * 1-5',
      timeZone: 'Europe/Berlin',
      concurrencyPolicy: 'Forbid',
      jobTemplate: { spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never' } } } },
    })
  })
})

describe('schedules in Kubernetes', () => {
  const scheduleOf = (schedule: string): string =>
    manifestsOf([{ name: 'report', command: 'node report.mjs', schedule }]).manifests[0]?.spec.schedule

  it.each([
    ['@midnight', '0 0 * * *'],
    ['0 6 * * 7', '0 6 * * 0'],
    ['0 6 * * 5-7', '0 6 * * 5,6,0'],
    ['0 0 6 * * MON', '0 6 * * MON'],
  ])('%s is %s', (schedule, written) => {
    expect(scheduleOf(schedule)).toBe(written)
  })

  it.each([
    ['0 0 L * *', '`L`'],
    ['0 0 * * MON#2', '`MON#2`'],
    ['*/10 * * * * *', 'the seconds `*/10`'],
  ])('%s is refused by name', (schedule, what) => {
    const sentence = `process report: ${what} in its \`schedule\` ${what.startsWith('the') ? 'have' : 'has'} no equivalent in a CronJob`
    expect(() => scheduleOf(schedule)).toThrow(new ProcessManagerError('config', sentence))
  })
})

describe('the port of a process', () => {
  const port = (process: Partial<ProcessConfig>) => {
    const { manifests } = manifestsOf([{ name: 'web', command: 'node web.mjs', ...process }])
    return manifests[0]?.spec.template.spec.containers[0].ports?.[0].containerPort
  }

  it.each<[Partial<ProcessConfig>, number | undefined]>([
    [{ port: 3000, env: { PORT: '4000' } }, 3000],
    [{ env: { PORT: '4000' } }, 4000],
    [{ env: { PORT: 'none' } }, undefined],
    [{ healthCheck: { type: 'tcp', port: 6379 } }, 6379],
    [{ healthCheck: { type: 'tcp', host: 'db.example.com', port: 6379 } }, undefined],
    [{ healthCheck: { type: 'http', url: 'http://127.0.0.1:8080/health' } }, 8080],
    [{ healthCheck: { type: 'http', url: 'https://localhost/health' } }, 443],
    [{ healthCheck: { type: 'http', url: 'http://example.com/health' } }, undefined],
    [{}, undefined],
  ])('of %j is %s', (process, expected) => {
    expect(port(process)).toBe(expected)
  })
})

describe('what is restarted after a failure', () => {
  it.each<[string, Partial<ProcessConfig>, string]>([
    ['alone is a job', {}, 'Job'],
    ['and listens is a server', { port: 80 }, 'Deployment'],
    ['and is checked is a server', { healthCheck: { type: 'exec', command: 'true' } }, 'Deployment'],
    ['never is a job, although it listens', { port: 80, autorestart: false }, 'Job'],
  ])('%s', (_, process, kind) => {
    const { manifests, notes } = manifestsOf([
      { name: 'web', command: 'node web.mjs', autorestart: 'on-failure', ...process },
    ])
    expect(manifests[0]?.kind).toBe(kind)
    expect(notes.some((note) => note.includes('`autorestart`'))).toBe(kind === 'Deployment')
  })
})

describe('names in Kubernetes', () => {
  it('are those of hosts, and two that would be the same are refused', () => {
    const api: ProcessConfig = { name: 'My_API.v2', command: 'node api.mjs' }
    const { manifests, notes } = manifestsOf([api])
    expect(manifests[0]?.metadata.name).toBe('my-api-v2')
    expect(notes).toEqual(['My_API.v2: `name` is my-api-v2 there'])
    expect(() => manifestsOf([api, { ...api, name: 'my-api-v2' }])).toThrow(
      'My_API.v2 and my-api-v2 would both be named my-api-v2 in Kubernetes',
    )
  })
})

describe('a process without an image', () => {
  it.each(['compose', 'swarm', 'kubernetes'] as const)('is refused by %s, by name', (format) => {
    const one: ProcessConfig[] = [{ name: 'web', command: 'node web.mjs' }]
    const images = 'add `deploy: { image: … }`, or give one for all with --image'
    expect(() => exported(format, one)).toThrow(`web has no image: ${images}`)
    expect(() => exported(format, [...one, { name: 'api', command: 'x' }])).toThrow(
      `web, api have no images: ${images}`,
    )
  })
})
