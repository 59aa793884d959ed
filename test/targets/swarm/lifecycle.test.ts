import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Control } from '../../../src/protocol/operations.ts'
import { describeWithSwarm, NODE_IMAGE, SwarmLab } from '../../helpers/swarm.ts'
import { until } from '../../helpers/until.ts'
import { applying, reachLab, service, TICKING } from './shop.ts'

describeWithSwarm('a stack on a Swarm', () => {
  let lab: SwarmLab
  let control: Control
  const web = (env: Record<string, string> = {}) =>
    service('web', TICKING, { env, dependsOn: ['db'], watch: true, deploy: { image: NODE_IMAGE, replicas: 3 } })
  const db = service('db', TICKING)
  const states = async () => (await control.list({})).map(({ name, phase }) => `${name} ${phase}`)

  beforeAll(async () => {
    lab = await SwarmLab.start(2)
    control = await reachLab(lab)
  }, 120_000)
  afterAll(() => lab?.end(), 60_000)

  it('starts what is declared, what is needed first, and names what it cannot carry', async () => {
    const outcomes = await control.apply(applying([web(), db]))
    expect(outcomes.map(({ name, result }) => `${name} ${result}`)).toEqual([
      'db started',
      ...['web-1 started', 'web-2 started', 'web-3 started'],
    ])
    expect(outcomes.flatMap(({ warnings }) => warnings)).toEqual([
      'web: `watch`: containers have no files that change; build a new image',
    ])
    const list = await control.list({})
    expect(list.map(({ name, instanceOf, phase }) => [name, instanceOf, phase])).toEqual([
      ['db', null, 'running'],
      ...['web-1', 'web-2', 'web-3'].map((name) => [name, 'web', 'running']),
    ])
    for (const { host } of list) expect(host).toMatch(/^host[12]$/)
  }, 60_000)

  it('leaves alone what has not changed, and replaces what has', async () => {
    const again = await control.apply(applying([web(), db]))
    expect(again.map(({ result }) => result)).toEqual(['unchanged', 'unchanged', 'unchanged', 'unchanged'])
    const changed = await control.apply(applying([web({ MODE: 'fast' }), db]))
    expect(changed.map(({ name, message }) => `${name}: ${message}`)).toEqual([
      'db: unchanged',
      ...[1, 2, 3].map((slot) => `web-${slot}: restarted: env.MODE changed`),
    ])
  }, 60_000)

  it('brings the old version back when the new one fails', async () => {
    const broken = { ...web({ MODE: 'fast' }), args: ['-e', 'process.exit(3)'] }
    const outcomes = await control.apply(applying([broken, db]))
    const failed = outcomes.find(({ name }) => name === 'web-1')
    expect(failed).toMatchObject({ ok: false, code: 'start-failed' })
    expect(failed?.message).toMatch(/^the new version failed, and the old one runs again: .*exit \(3\)$/)
    await until(async () => (await states()).every((state) => state.endsWith(' running')), {
      timeoutMs: 30_000,
      what: 'the old version',
    })
    expect((await control.apply(applying([web({ MODE: 'fast' }), db]))).every(({ ok }) => ok)).toBe(true)
  }, 90_000)

  it('reloads, restarts, scales, stops, and starts with the number that it had', async () => {
    const replaced = [1, 2, 3].map((slot) => `web-${slot} restarted`)
    const brief = (outcomes: Awaited<ReturnType<Control['stop']>>) =>
      outcomes.map(({ name, ok, result, message }) => `${name} ${ok ? result : message}`)
    expect(brief(await control.reload({ names: ['web'] }))).toEqual(replaced)
    expect(brief(await control.restart({ names: ['web'] }))).toEqual(replaced)
    const kept = ['web-1 already-running', 'web-2 already-running']
    expect(brief(await control.scale({ scale: { web: 2 } }))).toEqual([...kept, 'web-3 removed'])
    expect(brief(await control.stop({ names: ['web'] }))).toEqual(['web-1 stopped', 'web-2 stopped'])
    expect(await states()).toEqual(['db running', 'web-1 stopped', 'web-2 stopped'])
    expect(brief(await control.start({ names: ['web'] }))).toEqual(['web-1 started', 'web-2 started'])
    expect(await control.plan({ action: 'stop', names: ['web'] })).toMatchObject([{ name: 'web-1' }, { name: 'web-2' }])
    expect(brief(await control.start({ names: ['web'] }))).toEqual(kept)
  }, 150_000)

  it('gives every line of the logs once, through a cursor, and while it follows through a break', async () => {
    const page = await control.logs({ names: ['db'], lines: 3 })
    expect(page.logs).toHaveLength(3)
    const numbers: number[] = []
    let cursor = page.cursor
    const numberOf = (message = '') => Number(/\d+/.exec(message)?.[0])
    numbers.push(...page.logs.map(({ message }) => numberOf(message)))
    const read = async (most: number) => {
      const end = new AbortController()
      for await (const item of control.followLogs({ names: ['db'], cursor }, end.signal)) {
        numbers.push(...item.logs.map(({ message }) => numberOf(message)))
        cursor = item.cursor
        if (numbers.length >= most) end.abort()
      }
    }
    await read(20)
    await read(40)
    const next = await control.logs({ names: ['db'], cursor, lines: 2 })
    numbers.push(...next.logs.map(({ message }) => numberOf(message)))
    const [first = 0] = numbers
    expect(numbers).toEqual(numbers.map((_, index) => first + index))
    const found = await control.logs({ names: ['db'], grep: 'TICK 1', lines: 1000 })
    expect(found.logs.length).toBeGreaterThan(0)
    for (const { message } of found.logs) expect(message).toMatch(/^tick 1/)
  }, 60_000)

  it('tells why a replica has ended, and what happens as it happens', async () => {
    const end = new AbortController()
    const events: string[] = []
    let isListening = false
    const listening = (async () => {
      for await (const event of control.events({}, end.signal, () => (isListening = true)))
        events.push(`${event.name} ${event.type} ${event.message}`)
    })()
    await until(() => isListening, { what: 'the stream' })
    const [failed] = await control.apply(applying([web({ MODE: 'fast' }), db, service('job', 'process.exit(4)')]))
    expect(failed?.name).toBe('db')
    await until(() => events.find((event) => /^job crash exited with 4/.test(event)), { what: 'the crash' })
    end.abort()
    await listening
    expect((await control.status({ name: 'job' })).exitCode).toBe(4)
    const past = await control.history({ names: ['job'], types: ['crash'] })
    expect(past[0]).toMatchObject({ name: 'job', type: 'crash', exitCode: 4 })
  }, 60_000)

  it('refuses what a Swarm cannot do, and secrets in settings, with nothing done', async () => {
    const refusal = (asked: Promise<unknown>) =>
      asked.then(
        () => 'done',
        (error: Error) => error.message,
      )
    expect(await refusal(control.pause({ names: ['web'] }))).toMatch(
      /is a Docker Swarm: it cannot pause a service; stop it/,
    )
    expect(await refusal(control.stop({ names: ['web-1'] }))).toMatch(/^`web-1` is one of 2 replicas/)
    const unknown = { name: 'wbe', ok: false, code: 'unknown-process', message: /^no process is named `wbe`; did you/ }
    for (const ask of [control.stop, control.remove, control.restart])
      expect(await ask({ names: ['wbe'] })).toMatchObject([
        { ...unknown, message: expect.stringMatching(unknown.message) },
      ])
    const secret = service('api', TICKING, { env: { API_TOKEN: 'abc12345' } })
    expect(await refusal(control.apply(applying([secret])))).toMatch(
      /^api: `env.API_TOKEN` is a secret .*`deploy.secrets`/,
    )
    const { deploy: _, ...bare } = db
    expect(await refusal(control.apply(applying([bare])))).toMatch(/^db has no image/)
    expect(await states()).toContain('db running')
  }, 60_000)

  it('neither shows nor touches the services of others, and removes its own', async () => {
    await lab.docker([
      'service',
      'create',
      '--detach',
      '--no-resolve-image',
      '--network',
      'host',
      '--name',
      'shop_mine',
      NODE_IMAGE,
      'sleep',
      '600',
    ])
    expect((await control.list({})).map(({ name }) => name)).not.toContain('mine')
    const taken = control.apply(applying([service('mine', TICKING)])).then(
      () => '',
      (error: Error) => error.message,
    )
    expect(await taken).toMatch(/a service named `shop_mine` exists that this project has not made/)
    const gone = await control.remove({ all: true })
    expect(gone.every(({ result }) => result === 'removed')).toBe(true)
    expect(await control.list({})).toEqual([])
    expect(await lab.docker(['service', 'ls', '--format', '{{.Name}}'])).toBe('shop_mine')
  }, 60_000)
})
