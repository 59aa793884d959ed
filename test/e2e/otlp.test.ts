import { existsSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProcessConfig } from '../../src/model/config/config.ts'
import { child } from '../helpers/children.ts'
import { attributesIn, linesIn, type OtlpReceiver, otlpReceiver } from '../helpers/otlp-receiver.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

let project: Project
let receiver: OtlpReceiver
beforeEach(async () => {
  receiver = await otlpReceiver()
})
afterEach(async () => {
  await project.dispose()
  await receiver.close()
})

const paths = () => receiver.requests.map(({ path }) => path)
const lines = (service: string) => linesIn(receiver.requests, service)
const events = () => project.read('.tuix/events.jsonl')
const told = (words: string) =>
  events()
    .split('\n')
    .filter((line) => line.includes(words))

/** Starts processes with an endpoint in their config, where it holds for every supervisor. */
async function started(processes: ProcessConfig[], env: Record<string, string> = {}): Promise<void> {
  const otel = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_METRIC_EXPORT_INTERVAL: '300', ...env }
  project = tempProject({ config: { defaults: { env: otel, restartDelay: 100 }, processes } })
  await project.ps('start', '--all')
}

/** A process that writes these lines and stays. */
function writes(name: string, text: string, config: Partial<ProcessConfig> = {}): ProcessConfig {
  return { name, command: 'perl', args: ['-e', `$| = 1; ${text}; sleep 1000`], otlp: true, ...config }
}

/** Each number from 0 on up to at least `last`, and no other: none is missing. Some may have come twice. */
async function countedTo(last: number): Promise<void> {
  await until(() => lines('counter').includes(String(last)), { what: `line ${last}`, timeoutMs: 40_000 })
  const numbers = lines('counter').map(Number)
  expect([...new Set(numbers)].sort((a, b) => a - b).slice(0, last + 1)).toEqual(
    Array.from({ length: last + 1 }, (_, i) => i),
  )
}

describe('OTLP', () => {
  it('carries the output of a process, with its level, stream, time and resource, and without its secrets', async () => {
    const begun = Date.now()
    const text = String.raw`print "\e[32mhello\e[0m hunter2-the-secret\n"; print STDERR "ERROR password=topsecret\n"`
    await started([writes('web', text, { instances: 2, env: { DB_PASSWORD: 'hunter2-the-secret' } })], {
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test,api.key=abcdefgh,note=hunter2-the-secret',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=from%20env',
    })
    await until(() => lines('web').length === 4, { what: 'the lines of both instances' })
    const [request] = receiver.requests.filter(({ path }) => path === '/v1/logs')
    expect(request?.headers).toMatchObject({ 'content-type': 'application/json', 'x-key': 'from env' })
    const [{ resource, scopeLogs }] = request?.body.resourceLogs ?? []
    const attributes = attributesIn(resource.attributes)
    expect(attributes).toMatchObject({ 'service.name': 'web', 'deployment.environment': 'test' })
    expect(attributes['host.name']).not.toBe('')
    expect(attributes['api.key']).toBe('••••')
    expect(attributes.note).toBe('••••')
    expect(scopeLogs[0].scope).toEqual({ name: 'tuix-process-manager', version: expect.any(String) })
    const records = scopeLogs[0].logRecords
    expect(records).toHaveLength(2)
    const out = records.find((record: { severityText: string }) => record.severityText === 'INFO')
    expect(out).toMatchObject({ severityNumber: 9, body: { stringValue: 'hello ••••' } })
    expect(attributesIn(out.attributes)).toEqual({ 'log.iostream': 'stdout' })
    const error = records.find((record: { severityText: string }) => record.severityText === 'ERROR')
    expect(error).toMatchObject({ severityNumber: 17, body: { stringValue: 'ERROR password=••••' } })
    for (const time of [out.timeUnixNano, out.observedTimeUnixNano]) {
      expect(time).toMatch(/^\d+$/)
      expect(Number(time) / 1e6).toBeGreaterThan(begun - 1000)
      expect(Number(time) / 1e6).toBeLessThan(Date.now() + 1000)
    }
    const instances = new Set(
      receiver.requests
        .map(({ body }) => JSON.stringify(body))
        .flatMap((body) => /"service.instance.id","value":\{"stringValue":"([^"]+)"/.exec(body)?.[1] ?? []),
    )
    expect(instances.size).toBe(2)
    expect(JSON.stringify(receiver.requests)).not.toMatch(/hunter2-the|topsecret|abcdefgh/)
  })

  it('carries metrics by the names of the conventions, whole numbers as texts', async () => {
    await started([writes('web', '', { otlp: 'metrics' }), child('bad', 'crash', { otlp: true })])
    const named = () =>
      receiver.requests
        .filter(({ path }) => path === '/v1/metrics')
        .flatMap(({ body }) => body.resourceMetrics)
        // biome-ignore lint/suspicious/noExplicitAny: the shape of the answer is what is tested.
        .map((one: any) => ({
          service: attributesIn(one.resource.attributes)['service.name'],
          metrics: one.scopeMetrics[0].metrics,
        }))
    const metric = (service: string, name: string) =>
      named()
        .filter((one) => one.service === service)
        .flatMap(({ metrics }) => metrics)
        .findLast((one) => one.name === name)
    await until(() => metric('bad', 'tuix.process.crashes') && metric('web', 'process.cpu.time'), {
      what: 'the metrics',
    })
    expect(metric('web', 'process.cpu.time')).toMatchObject({
      unit: 's',
      sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ asDouble: expect.any(Number) }] },
    })
    const memory = metric('web', 'process.memory.usage')
    expect(memory).toMatchObject({ unit: 'By', sum: { isMonotonic: false } })
    expect(memory.sum.dataPoints[0]).toEqual({
      startTimeUnixNano: expect.stringMatching(/^\d{19}$/),
      timeUnixNano: expect.stringMatching(/^\d{19}$/),
      asInt: expect.stringMatching(/^\d+$/),
    })
    expect(metric('web', 'process.open_file_descriptor.count').unit).toBe('{file_descriptor}')
    expect(metric('web', 'process.uptime').gauge.dataPoints[0].asDouble).toBeGreaterThan(0)
    const [crash] = metric('bad', 'tuix.process.crashes').sum.dataPoints
    expect(attributesIn(crash.attributes)).toEqual({ reason: 'exited' })
    expect(lines('web')).toEqual([])
  })

  it('sends nothing that no config asks for, nor what a variable forbids', async () => {
    await started([
      writes('quiet', String.raw`print "none\n"`, { otlp: false }),
      writes('metric', String.raw`print "none\n"`, { env: { OTEL_LOGS_EXPORTER: 'none' } }),
    ])
    await until(() => paths().filter((path) => path === '/v1/metrics').length > 2, { what: 'metrics' })
    expect(JSON.stringify(receiver.requests)).not.toContain('quiet')
    expect(paths()).not.toContain('/v1/logs')
    expect(existsSync(project.file('.tuix/otlp.json'))).toBe(false)
  })

  it('takes the endpoint of the command that starts a process, also after a SIGKILL of the supervisor', async () => {
    project = tempProject({ config: [child('counter', 'counter', { otlp: 'logs', args: ['50'] })] })
    await project.psWith({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } }, 'start', 'counter')
    await countedTo(10)
    await project.killSupervisor()
    await project.psWith({}, 'list')
    await countedTo(lines('counter').length + 20)
  })

  it('loses no line over a receiver that is away, hangs or is busy, and over SIGKILLs of the supervisor', async () => {
    receiver.respond = (response) => void response.writeHead(503).end()
    await started([child('counter', 'counter', { otlp: 'logs', args: ['20'] })], { OTEL_EXPORTER_OTLP_TIMEOUT: '500' })
    await until(() => receiver.requests.length >= 2, { what: 'a second attempt' })
    expect(receiver.requests[0]?.body.resourceLogs[0].scopeLogs).toEqual(
      receiver.requests[1]?.body.resourceLogs[0].scopeLogs,
    )
    await project.killSupervisor()
    // What was answered with 503 does not count.
    receiver.requests.length = 0
    receiver.respond = () => {}
    await project.ps('list')
    await until(() => receiver.requests.length >= 2, { what: 'an attempt after one that hung' })
    const { port } = receiver
    await receiver.close()
    await project.killSupervisor()
    await project.ps('list')
    await until(() => /logs cannot be sent to \S+: nobody listens there; trying again/.test(events()), {
      what: 'the warning',
    })
    receiver = await otlpReceiver(port)
    await countedTo(100)
    // The cursor of a request is on disk when the next one comes, a second later.
    const until100 = receiver.requests.length
    await until(() => receiver.requests.length >= until100 + 2, { what: 'two more requests' })
    const sent = receiver.requests.length
    await project.killSupervisor()
    await project.ps('list')
    await countedTo(lines('counter').length + 50)
    const [first] = linesIn(receiver.requests.slice(sent), 'counter')
    expect(Number(first)).toBeGreaterThan(100)
  })

  it('waits as long as a receiver asks', async () => {
    const times: number[] = []
    receiver.respond = (response) => {
      times.push(Date.now())
      response.writeHead(times.length === 1 ? 429 : 200, { 'retry-after': '3' }).end()
    }
    await started([writes('web', String.raw`print "line\n"`, { otlp: 'logs' })])
    await until(() => times.length === 2, { what: 'the second attempt' })
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(2900)
  })

  it('drops what a receiver refuses, tells it once, and goes on', async () => {
    receiver.respond = (response) => void response.writeHead(400).end()
    await started([child('counter', 'counter', { otlp: 'logs', args: ['200'] })])
    await until(() => receiver.requests.length >= 3, { what: 'three requests' })
    receiver.respond = (response) => void response.end()
    const refused = receiver.requests.length
    await until(() => receiver.requests.length > refused + 1, { what: 'further requests' })
    const numbers = lines('counter').map(Number)
    expect(numbers).toEqual(numbers.map((_, i) => i))
    expect(told('logs cannot be sent to')).toHaveLength(1)
    expect(events()).toContain('HTTP 400; what it refuses is dropped')
  })

  it('tells once of an endpoint that is none, and the processes run all the same', async () => {
    await started([writes('one', ''), writes('two', '')], { OTEL_EXPORTER_OTLP_ENDPOINT: 'user:secret-word@collector' })
    await until(() => events().includes('OTEL_EXPORTER_OTLP_ENDPOINT must be'), { what: 'the warning' })
    expect((await project.state('two')).status).toBe('running')
    expect(told('nothing is sent by OTLP')).toHaveLength(1)
    expect(events()).not.toContain('secret-word')
    expect(receiver.requests).toEqual([])
  })

  it('sends the last words of a run, of a stopped process and of a removed one', async () => {
    const words = (name: string) =>
      child(name, 'greeter', { otlp: 'logs', args: [`bye of ${name}`, '0'], autorestart: false })
    await started([words('one'), words('two')])
    await project.ps('remove', 'two')
    await until(() => lines('one').includes('bye of one') && lines('two').includes('bye of two'), { what: 'the words' })
  })

  it('begins with the run for which it was switched on, and ends when it is switched off', async () => {
    const words = (text: string) => `print "${text}\\n"`
    await started([writes('web', words('before'), { otlp: false })])
    const declare = (text: string, otlp: boolean) =>
      project.write('processes.json', [
        writes('web', words(text), { otlp, env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } }),
      ])
    declare('during', true)
    await project.ps('apply')
    await until(() => lines('web').length > 0, { what: 'a line' })
    declare('after', false)
    await project.ps('apply')
    declare('again', true)
    await project.ps('apply')
    await until(() => lines('web').includes('again'), { what: 'the line after it was switched on again' })
    expect(new Set(lines('web'))).toEqual(new Set(['during', 'again']))
  })

  it('begins with the run that is the first to have an endpoint', async () => {
    const text = String.raw`print "$ENV{WORD}\n"`
    project = tempProject({ config: [writes('web', text, { otlp: 'logs' }), writes('other', '', { otlp: 'logs' })] })
    await project.psWith({ env: { WORD: 'before', OTEL_EXPORTER_OTLP_ENDPOINT: undefined } }, 'start', '--all')
    await until(async () => (await project.ps('logs', 'web')).stdout.includes('before'), { what: 'its first words' })
    await project.psWith({ env: { WORD: 'after', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } }, 'restart', 'web')
    await until(() => lines('web').length > 0, { what: 'a line' })
    expect(lines('web')).toEqual(['after'])
  })

  it('begins anew with the present run if what it had sent is damaged', async () => {
    await started([writes('web', String.raw`print "line\n"`, { otlp: 'logs' })])
    await until(() => lines('web').length === 1, { what: 'the line' })
    await project.killSupervisor()
    const { cursors } = JSON.parse(project.read('.tuix/otlp.json'))
    const [id] = Object.keys(cursors)
    project.write('.tuix/otlp.json', { cursors: { [id ?? '']: 'nonsense', other: 7 } })
    await project.ps('list')
    await until(() => lines('web').length === 2, { what: 'the line once more' })
    expect(events()).not.toContain('internal error')
  })

  it('keeps no app alive that has nothing else to do, also if the receiver hangs', async () => {
    receiver.respond = () => {}
    project = tempProject()
    const web = writes('web', String.raw`print "line\n"`, {
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_OTLP_TIMEOUT: '600000' },
    })
    const app = project.app(`
import { existsSync } from 'node:fs'
import { createProcessManager } from 'tuix/process-manager'
const manager = await createProcessManager({ tuixDir: '.tuix' })
await manager.start(${JSON.stringify(web)})
while (!existsSync('asked')) await new Promise((resolve) => setTimeout(resolve, 20))
await manager.stop('web')
`)
    await until(() => receiver.requests.length > 0, { what: 'the request that is never answered' })
    project.write('asked', '')
    expect(await app.finished).toMatchObject({ code: 0, stderr: '' })
  })

  it('gives children a name of their service, unless they have one', async () => {
    const text = String.raw`print "name=$ENV{OTEL_SERVICE_NAME}\n"`
    await started([
      writes('web', text, { instances: 2 }),
      writes('named', text, { env: { OTEL_SERVICE_NAME: 'own' } }),
      writes('attribute', text, { env: { OTEL_RESOURCE_ATTRIBUTES: 'a=b,service.name=theirs' } }),
      writes('off', text, { otlp: false }),
    ])
    await until(() => lines('web').length === 2 && lines('own').length > 0 && lines('theirs').length > 0, {
      what: 'the lines',
    })
    expect(lines('web')).toEqual(['name=web', 'name=web'])
    expect(lines('own')).toEqual(['name=own'])
    expect(lines('theirs')).toEqual(['name='])
    expect((await project.ps('logs', 'off')).stdout).toMatch(/name=$/m)
  })
})
