import { describe, expect, it } from 'vitest'
import { type AlertInput, nextLook, step } from '../../../src/model/alerts/alerts.ts'
import { slackBody, webhookBody } from '../../../src/model/alerts/messages.ts'
import type { AlertMessage, OpenAlert } from '../../../src/model/alerts/open-alert.ts'
import type { AlertRule } from '../../../src/model/config/alerts.ts'
import type { ProcessEvent } from '../../../src/model/lifecycle/events.ts'

const STABLE = 10_000

/** Rules in virtual time, and a supervisor that is replaced after every step: all that it knows goes through JSON. */
class World {
  now = 1000
  open: OpenAlert[] = []
  readonly messages: AlertMessage[] = []
  readonly rules: Map<string, AlertRule>
  readonly up = new Set<string>()

  constructor(...rules: Partial<AlertRule>[]) {
    this.rules = new Map(
      rules.map((rule, index) => [
        `r${index}`,
        { on: ['crash'], processes: null, to: { command: 'cat' }, after: 0, repeat: null, resolve: true, ...rule },
      ]),
    )
  }

  input(input: AlertInput): void {
    const { open, messages } = step(JSON.parse(JSON.stringify(this.open)), this.rules, input, this.now)
    this.open = open
    this.messages.push(...messages)
  }

  event(event: Partial<ProcessEvent>, oom: 'limit' | 'probably' | null = null): void {
    const whole = { time: this.now, name: 'web', type: 'crash', run: 1, message: '', ...event } as ProcessEvent
    if (whole.type === 'ready') this.up.add(whole.name)
    if (whole.type === 'crash') this.up.delete(whole.name)
    this.input({ type: 'event', event: whole, base: 'declared', stableAfter: STABLE, oom })
  }

  crash(name = 'web', code = 1): void {
    this.event({ name, cause: { type: 'exited', code, signal: null, lasted: 5 } })
  }

  ready(name = 'web'): void {
    this.event({ name, type: 'ready' })
  }

  /** Lets time pass, with a look at each time that was planned. */
  pass(ms: number): void {
    const end = this.now + ms
    for (let next = nextLook(this.open, this.rules); next !== null && next <= end; ) {
      this.now = Math.max(this.now, next)
      this.input({ type: 'time', up: this.up, down: new Set() })
      const then = nextLook(this.open, this.rules)
      if (then === next) throw new Error('it looks at the same time again')
      next = then
    }
    this.now = end
  }

  get texts(): string[] {
    return this.messages.map(({ status, message }) => `${status}: ${message}`)
  }
}

describe('an alert', () => {
  it('tells of a crash loop once, counts the rest, and tells when it is over and has stayed up', () => {
    const world = new World({})
    for (let round = 0; round < 14; round++) {
      world.crash()
      world.pass(1000)
      world.ready()
      world.pass(2000)
    }
    expect(world.texts).toEqual(['firing: web crashed: exited with 1 after 5 ms'])
    world.pass(STABLE)
    expect(world.texts.slice(1)).toEqual(['resolved: web is up again, and has stayed up, 14 crashes in 39 s'])
    expect(world.open).toEqual([])
    expect(new Set(world.messages.map(({ id }) => id)).size).toBe(2)
    world.crash()
    expect(world.messages).toHaveLength(3)
    expect(new Set(world.messages.map(({ id }) => id)).size).toBe(3)
  })

  it('tells only of what lasts so long', () => {
    const world = new World({ after: 30_000 })
    world.crash()
    world.ready()
    world.pass(60_000)
    expect(world.messages).toEqual([])
    world.crash()
    world.pass(29_999)
    expect(world.messages).toEqual([])
    world.pass(1)
    expect(world.texts).toEqual(['firing: web crashed: exited with 1 after 5 ms'])
  })

  it('is not told while it may be over', () => {
    const world = new World({ after: 5000 })
    world.crash()
    world.pass(4000)
    world.ready()
    world.pass(4000)
    expect(world.messages).toEqual([])
    world.crash()
    expect(world.texts).toEqual(['firing: web crashed: exited with 1 after 5 ms, 2 crashes in 8 s'])
  })

  it('is told again while it lasts', () => {
    const world = new World({ on: ['giveUp'], repeat: 60_000 })
    world.event({ type: 'error', message: 'gave up', cause: { type: 'gave-up', restarts: 3, exit: null } })
    world.pass(150_000)
    expect(world.texts).toEqual([
      'firing: web was given up: gave up',
      'firing: still: web was given up: gave up',
      'firing: still: web was given up: gave up',
    ])
    world.event({ type: 'stop' })
    expect(world.texts.at(-1)).toBe('resolved: web was stopped')
    world.pass(1_000_000)
    expect(world.messages).toHaveLength(4)
  })

  it('says nothing of its end if nobody wants to know, or nobody was told', () => {
    const world = new World({ resolve: false }, { after: 60_000 })
    world.crash()
    world.ready()
    world.pass(STABLE)
    expect(world.texts).toEqual(['firing: web crashed: exited with 1 after 5 ms'])
    expect(world.open).toEqual([])
  })

  it('keeps processes and causes apart', () => {
    const world = new World({})
    world.crash('web', 1)
    world.crash('db', 1)
    world.crash('web', 2)
    world.crash('web', 1)
    expect(world.texts).toEqual([
      'firing: web crashed: exited with 1 after 5 ms',
      'firing: db crashed: exited with 1 after 5 ms',
      'firing: web crashed: exited with 2 after 5 ms',
    ])
    world.ready('db')
    world.pass(STABLE)
    expect(world.texts.slice(3)).toEqual(['resolved: db is up again, and has stayed up'])
    expect(world.open.map(({ process, count }) => [process, count])).toEqual([
      ['web', 2],
      ['web', 1],
    ])
  })

  it('of a program that ends with any code is told a few times, not each time', () => {
    const world = new World({})
    for (let code = 1; code < 200; code++) world.crash('web', code)
    expect(world.messages).toHaveLength(5)
  })

  it('counts an end that nobody saw as one more', () => {
    const world = new World({})
    world.crash('web', 3)
    world.event({ cause: { type: 'exited', code: null, signal: null, lasted: 5 } })
    expect(world.open.map(({ count }) => count)).toEqual([2])
  })

  it('is for the processes that it names, also by the declared name', () => {
    const world = new World({ processes: ['db'] }, { processes: ['declared'] })
    world.crash('web')
    expect(world.messages.map(({ rule }) => rule)).toEqual(['r1'])
    world.crash('db')
    expect(world.messages.map(({ rule }) => rule)).toEqual(['r1', 'r0', 'r1'])
  })

  it('does not end by a look while the process is down, although the time has come', () => {
    const world = new World({})
    world.crash()
    world.ready()
    world.up.clear()
    world.pass(STABLE)
    expect(world.messages).toHaveLength(1)
    world.ready()
    world.pass(STABLE)
    expect(world.messages).toHaveLength(2)
  })

  it('ends when somebody stops what was down already', () => {
    const world = new World({ on: ['giveUp'] })
    world.event({ type: 'error', message: 'gave up', cause: { type: 'gave-up', restarts: 3, exit: null } })
    world.input({ type: 'time', up: new Set(), down: new Set(['other']) })
    expect(world.messages).toHaveLength(1)
    world.input({ type: 'time', up: new Set(), down: new Set(['web']) })
    expect(world.texts.at(-1)).toBe('resolved: web was stopped')
  })

  it('of a sick process ends when it is healthy, and one of the disk when there is room', () => {
    const world = new World({ on: ['unhealthy', 'disk'] })
    const cause = { type: 'unhealthy', detail: 'HTTP 503' } as const
    world.event({ type: 'health', health: 'unhealthy', cause })
    world.event({ type: 'health', health: 'healthy' })
    world.input({ type: 'disk', detail: '10 MB (1.0 %) are free' })
    world.pass(60_000)
    world.input({ type: 'disk', detail: '9 MB (1.0 %) are free' })
    world.input({ type: 'disk', detail: undefined })
    world.input({ type: 'disk', detail: null })
    expect(world.texts).toEqual([
      'firing: web is unhealthy: HTTP 503',
      'resolved: web is healthy again',
      'firing: the disk is nearly full: 10 MB (1.0 %) are free',
      'resolved: the disk has room again',
    ])
  })

  it('of memory is told in place of the crash where a rule wants it, and as probable where it is', () => {
    const world = new World({ on: ['crash', 'oom'] }, { on: ['crash'] }, { on: ['oom'] })
    const killed = { cause: { type: 'exited', code: null, signal: 'SIGKILL', lasted: 5 } } as const
    world.event(killed, 'probably')
    expect(world.messages.map(({ rule, kind, message }) => `${rule} ${kind}: ${message}`)).toEqual([
      'r0 oom: web probably ran out of memory: killed by SIGKILL after 5 ms',
      'r1 crash: web crashed: killed by SIGKILL after 5 ms',
      'r2 oom: web probably ran out of memory: killed by SIGKILL after 5 ms',
    ])
    world.event(killed)
    expect(world.open.map(({ kind, count }) => [kind, count])).toContainEqual(['oom', 1])
  })

  it('is none for a process that waits for one that failed', () => {
    const world = new World({ on: ['giveUp'] })
    const cause = { type: 'dependency', name: 'db', what: 'failed', detail: '' } as const
    world.event({ type: 'error', cause })
    expect(world.messages).toEqual([])
  })

  it('ends silently with its rule', () => {
    const world = new World({})
    world.crash()
    world.rules.clear()
    world.ready()
    expect(world.open).toEqual([])
    expect(world.messages).toHaveLength(1)
  })
})

describe('a message', () => {
  const world = new World({})
  world.event({ name: 'we<b', cause: { type: 'unhealthy', detail: '<!channel> & \x1b[2J\n"x"' } })
  const [message] = world.messages as [AlertMessage]
  const origin = { project: 'shop', host: 'box' }

  it('has no markup and no control characters for Slack', () => {
    expect(slackBody(message, origin)).toEqual({
      text: '[shop] we&lt;b crashed: unhealthy: &lt;!channel&gt; &amp;  [2J "x"',
    })
    expect(slackBody({ ...message, status: 'resolved' }, origin)).toEqual({
      text: expect.stringMatching(/^\[shop\] resolved: /),
    })
  })

  it('is JSON with the attributes of CloudEvents for others', () => {
    expect(webhookBody(message, origin)).toMatchObject({
      ...{ specversion: '1.0', id: message.id, source: 'tuix-ps/shop', type: 'tuix.alert.crash', subject: 'we<b' },
      ...{ process: 'we<b', status: 'firing', count: 1, time: '1970-01-01T00:00:01.000Z', data: { type: 'unhealthy' } },
    })
  })
})
