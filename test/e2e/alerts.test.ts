import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProcessConfig, ProcessManagerConfig } from '../../src/index.ts'
import { eventsOf, untilState } from '../helpers/asking.ts'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { Receiver } from '../helpers/receiver.ts'
import { until } from '../helpers/until.ts'

let project: Project
let receiver: Receiver
beforeEach(async () => {
  receiver = await Receiver.open()
})
afterEach(async () => {
  await project.dispose()
  receiver.close()
})

type Alerts = NonNullable<ProcessManagerConfig['alerts']>

const SECRET = '/hook/T0-secret-path'

function made(alerts: Alerts, ...processes: ProcessConfig[]): void {
  project = tempProject({ config: { alerts, processes } })
}

/** It fails until the file `well` is there, and then runs. */
const weak = (name = 'web', config: Partial<ProcessConfig> = {}): ProcessConfig => ({
  name,
  command: 'sh',
  args: ['-c', 'test -e well && exec sleep 1000; echo "<!channel> TOKEN=abcdef123456" >&2; exit 7'],
  minUptime: 0,
  restartDelay: 20,
  maxRestartDelay: 20,
  maxRestarts: 'unlimited',
  stableAfter: 300,
  ...config,
})

const untilTold = (...told: string[]) =>
  until(() => receiver.told.length >= told.length, { what: told.join(', '), timeoutMs: 30_000 }).then(() =>
    expect(receiver.told).toEqual(told),
  )

describe('alerts', () => {
  it('tell of a crash loop once, with its id in a header, and of its end', async () => {
    made([{ on: ['crash'], to: { webhook: receiver.url(SECRET) } }], weak())
    await project.ps('start', 'web', '--no-wait')
    await untilTold('firing crash')
    await untilState(project, 'web', ({ restarts }) => restarts > 5)
    const shown = await project.ps('alerts')
    expect(shown.stdout).toMatch(/1 {2}crash {2}all processes {2}webhook at 127\.0\.0\.1:\d+/)
    expect(shown.stdout).toMatch(/web crashed: exited with 7 after .*, \d+ crashes in .* told /)
    writeFileSync(project.file('well'), '')
    await untilTold('firing crash', 'resolved crash')
    const [firing, resolved] = receiver.received
    expect(firing?.headers['idempotency-key']).toBe(firing?.body.id)
    expect(firing?.body).toMatchObject({ process: 'web', count: 1, data: { type: 'exited', code: 7 } })
    expect(resolved?.body.id).not.toBe(firing?.body.id)
    expect(resolved?.body.count).toBeGreaterThan(5)
    expect(resolved?.body.since).toBe(firing?.body.since)
    expect(statSync(project.file('.tuix/alerts.json')).mode & 0o777).toBe(0o600)
    // The address is in no output, no event and no answer.
    for (const command of [
      ['alerts', '--json'],
      ['alerts', 'test'],
      ['events', '--json'],
      ['status', 'web', '--json'],
    ]) {
      const { stdout, stderr } = await project.ps(...command)
      expect(stdout + stderr).not.toContain('secret-path')
    }
    // What was last known needs no supervisor.
    await project.ps('stop', 'web')
    const killed = await project.killSupervisor()
    expect((await project.ps('alerts')).stdout).toContain('nothing is wrong')
    expect(project.supervisor()?.identity.pid).toBe(killed)
  })

  it('lose nothing and repeat no id when the supervisor is killed at any moment', async () => {
    made([{ on: ['crash'], to: { webhook: receiver.url('/') } }], weak('a'), weak('b'))
    /** The messages of a process by alert, each once. */
    const alerts = (name: string) => {
      const own = new Map(receiver.received.map(({ body }) => [body.id, body]))
      const byAlert = new Map<string, string[]>()
      for (const { process, id, status } of own.values()) {
        const alert = String(id).replace(/-\d+$/, '')
        if (process === name) byAlert.set(alert, [...(byAlert.get(alert) ?? []), status])
      }
      return [...byAlert.values()]
    }
    const isOpen = (name: string) => alerts(name).some((statuses) => statuses.length === 1)
    let kills = 0
    const kill = () => {
      kills++
      return project.killSupervisor()
    }
    const untilOpen = (what: string, expected: boolean) =>
      until(() => ['a', 'b'].every((name) => isOpen(name) === expected), { what, timeoutMs: 30_000 })
    for (let round = 0; round < 4; round++) {
      await project.ps('start', '--all', '--no-wait')
      if (round % 2 === 0) await until(() => isOpen('a'), { what: 'the first message' })
      await kill()
      await project.ps('list')
      await untilOpen(`the crashes of round ${round}`, true)
      await kill()
      writeFileSync(project.file('well'), '')
      await project.ps('list')
      await untilOpen(`the ends of round ${round}`, false)
      rmSync(project.file('well'))
      for (const name of ['a', 'b']) process.kill((await project.state(name)).pid as number, 'SIGKILL')
      if (round % 2 === 1) await kill()
      await project.ps('list')
      await untilOpen(`the kills of round ${round}`, true)
      await project.ps('stop', '--all')
      await untilOpen(`the stops of round ${round}`, false)
    }
    for (const name of ['a', 'b']) {
      expect(alerts(name).length).toBeGreaterThanOrEqual(8)
      for (const statuses of alerts(name)) expect(statuses).toEqual(['firing', 'resolved'])
    }
    // One message at a time is on its way to a target: a kill makes that one come again, with its id, and no other.
    expect(receiver.received.length - receiver.told.length).toBeLessThanOrEqual(kills)
  })

  it('are sent again after a failure of the receiver, with the same id, but not after a refusal', async () => {
    made(
      [{ on: ['crash'], to: { webhook: receiver.url(SECRET) }, resolve: false }],
      ...['a', 'b', 'c'].map((name) => weak(name, { autorestart: false })),
    )
    receiver.answers.push(500)
    await project.ps('start', 'a')
    await until(() => receiver.received.length === 2, { what: 'the second try' })
    expect(receiver.received[0]?.body.id).toBe(receiver.received[1]?.body.id)
    receiver.answers.push(400)
    await project.ps('start', 'b')
    await until(() => receiver.received.length === 3, { what: 'the refused message' })
    receiver.answers.push(302)
    await project.ps('start', 'c')
    const warnings = async () =>
      (await eventsOf(project)).filter(({ type }) => type === 'warning').map(({ message }) => message)
    await until(async () => (await warnings()).length === 2, { what: 'both failures' })
    expect(await warnings()).toEqual(
      [400, 302].map((status) =>
        expect.stringMatching(
          new RegExp(`^an alert was not delivered to webhook at 127\\.0\\.0\\.1:\\d+: HTTP ${status}$`),
        ),
      ),
    )
    expect(receiver.received).toHaveLength(4)
  })

  it('go to Slack as plain text and to commands with JSON on stdin, and wait for no receiver that hangs', async () => {
    receiver.answers.push('hang', 'hang', 'hang')
    const command =
      'cat > "$TUIX_ALERT_KIND.json"; echo "$TUIX_ALERT_STATUS|$TUIX_ALERT_KIND|$TUIX_ALERT_PROCESS|$TUIX_ALERT_COUNT" >> told'
    const says = 'echo "<!channel> TOKEN=abcdef123456"; exit 1'
    const sick = child('sick', 'sleeper', {
      healthCheck: { type: 'exec', command: says, retries: 1, interval: 50, timeout: 5000 },
      onUnhealthy: 'none',
      onStartTimeout: 'ready',
      startTimeout: 10_000,
    })
    made(
      [
        { on: ['unhealthy'], to: { slack: receiver.url(SECRET) } },
        { on: ['giveUp', 'crash'], to: { command } },
      ],
      weak('web', { maxRestarts: 0 }),
      sick,
    )
    await project.ps('start', '--all', '--no-wait')
    await until(() => existsSync(project.file('told')) && project.read('told').split('\n').length === 3, {
      what: 'two commands',
    })
    expect(project.read('told')).toBe('firing|crash|web|1\nfiring|giveUp|web|1\n')
    expect(JSON.parse(project.read('giveUp.json'))).toMatchObject({ process: 'web', data: { type: 'gave-up' } })
    // It is down already, so that no event tells of its stop.
    await project.ps('stop', 'web')
    await until(() => project.read('told').split('\n').length === 5, { what: 'two ends' })
    expect(project.read('told').split('\n').slice(2, 4)).toEqual(['resolved|crash|web|1', 'resolved|giveUp|web|1'])
    await until(() => receiver.received.length > 0, { what: 'the message for Slack' })
    expect(receiver.received[0]?.body).toEqual({
      text: expect.stringMatching(/^\[ps-\w+\] sick is unhealthy: .*&lt;!channel&gt; TOKEN=••••/),
    })
    // The message that hangs is tried again by the next supervisor.
    const { headers } = receiver.received[0] ?? {}
    await project.killSupervisor()
    await project.ps('list')
    await until(() => receiver.received.length > 1, { what: 'another try' })
    expect(receiver.received[1]?.headers['idempotency-key']).toBe(headers?.['idempotency-key'])
  })

  it('test says what each target answered', async () => {
    const gone = await Receiver.open()
    gone.close()
    made(
      [
        { on: ['crash'], to: { webhook: receiver.url(SECRET) } },
        { on: ['crash'], to: { slack: receiver.url(SECRET) } },
        { on: ['disk'], to: { command: 'exit 3' } },
        { on: ['crash'], to: { webhook: gone.url('/secret-path') } },
      ],
      weak(),
    )
    receiver.answers.push(204)
    expect(await project.ps('alerts', 'test', '1')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^1 {2}webhook at .*: HTTP 204\n$/),
    })
    const { code, stdout, stderr } = await project.ps('alerts', 'test')
    expect(code).toBe(1)
    expect(stdout.split('\n')).toHaveLength(3)
    expect(stderr).toMatch(
      /^3 {2}command exit 3: exited with 3\n4 {2}webhook at 127\.0\.0\.1:\d+: it cannot be reached: nobody listens there\n$/,
    )
    expect(receiver.received.at(-1)?.body).toMatchObject({ text: expect.stringContaining('this is a test') })
    const results = (await project.ps('alerts', 'test', '2', '--json')).json()
    expect(results).toEqual([{ rule: 2, target: expect.stringContaining('Slack at'), ok: true, answer: 'HTTP 200' }])
    expect((await project.ps('alerts', 'test', '9')).stderr).toContain('there is no alert 9; there are 4')
  })

  it('are those of the config: an apply without them takes them away, and a wrong one is named', async () => {
    made([{ on: ['crash'], to: { command: 'echo told >> told' } }], weak('web', { autorestart: false }))
    await project.ps('start', 'web')
    await until(() => existsSync(project.file('told')), { what: 'the command' })
    project.write('processes.json', { processes: [weak('web', { autorestart: false })] })
    await project.ps('start', 'web')
    expect((await project.ps('alerts', '--json')).json().rules).toHaveLength(1)
    await project.ps('apply', '--no-wait')
    expect((await project.ps('alerts')).stderr).toContain('no alerts are set')
    expect(existsSync(project.file('.tuix/alerts.json'))).toBe(false)
    const wrong: [object, string][] = [
      [
        { on: ['crash'], to: { webhook: 'ftp://x/secret-path' } },
        '`alerts[0].to.webhook` must be an http:// or https:// address',
      ],
      [{ on: ['crash'], to: {} }, '`alerts[0].to` must have exactly one of `webhook`, `slack` and `command`'],
      [
        { on: ['crsh'], to: { command: 'x' } },
        '`alerts[0].on[0]` must be one of "crash", "giveUp", "unhealthy", "oom", "disk"',
      ],
      [{ on: ['crash'] }, '`alerts[0].to` is missing'],
    ]
    for (const [rule, text] of wrong) {
      project.write('processes.json', { alerts: [rule], processes: [weak()] })
      const { code, stderr } = await project.ps('start', 'web')
      expect([code, stderr]).toEqual([2, expect.stringContaining(`error: processes.json: ${text}`)])
      expect(stderr).not.toContain('secret-path')
    }
  })

  it('take an address from a variable, and a rule of the library', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the config.
    made([{ on: ['crash'], to: { webhook: '${HOOK}' } }], weak('web', { autorestart: false }))
    await project.psWith({ env: { HOOK: receiver.url('/variable') } }, 'start', 'web')
    await untilTold('firing crash')
    const app = project.app(`
      import { createProcessManager } from 'tuix/process-manager'
      const alerts = [{ on: ['crash'], to: { webhook: '${receiver.url('/library')}' }, after: '10ms' }]
      const manager = await createProcessManager({ tuixDir: 'other', alerts })
      const [outcome] = await manager.run({ name: 'job', command: 'false', autorestart: false, minUptime: 0 })
      for await (const _ of manager.events()) break
    `)
    await untilTold('firing crash', 'firing crash')
    expect(receiver.received[1]?.body.process).toBe('job')
    app.kill('SIGKILL')
    await app.finished
  })
})
