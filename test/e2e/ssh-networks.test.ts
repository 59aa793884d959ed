import { mkdirSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Connection } from '../../src/manager/connect/connection.ts'
import { openSsh } from '../../src/targets/ssh/index.ts'
import type { Target } from '../../src/targets/target.ts'
import { fixture, interpreter } from '../helpers/children.ts'
import { describeWithNetworks, Networks } from '../helpers/networks.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { SshLab } from '../helpers/sshd.ts'

describeWithNetworks(['sshd', 'ssh', 'ssh-keygen'], 'hosts in networks of their own', () => {
  let project: Project
  let networks: Networks
  let lab: SshLab
  const targets: Target[] = []

  beforeEach(() => {
    project = tempProject()
    networks = new Networks()
    lab = new SshLab(project, networks.client)
  })
  afterEach(async () => {
    for (const target of targets.splice(0)) await target.close()
    await lab.end()
    await project.dispose()
    networks.remove()
  })

  function open(name: string): Target {
    const cwd = project.file(`shop-${name}`)
    mkdirSync(cwd, { recursive: true })
    lab.install(cwd)
    const target = openSsh(name, { ssh: name, cwd }, () => {})
    targets.push(target)
    return target
  }

  async function start(target: Target, name: string, ...args: string[]): Promise<void> {
    const declared = { name, command: interpreter(name), args: [fixture(name), ...args], cwd: target.cwd ?? '' }
    const environment = await target.environment()
    const control = await target.reach()
    expect(await control.start({ names: [name], processes: [declared], environment })).toMatchObject([{ ok: true }])
  }

  /** ms until each answers, and the error of those that do not. */
  async function listAll(names: string[]): Promise<{ name: string; ms: number; answer: string }[]> {
    const begun = performance.now()
    return await Promise.all(
      names.map(async (name) => {
        const answer = await open(name)
          .reach()
          .then((control) => control.list({}))
          .then(
            (states) => states.map(({ status }) => status).join(),
            (error: Error) => error.message,
          )
        return { name, ms: Math.round(performance.now() - begun), answer }
      }),
    )
  }

  it('answer all at once, and one that is dead holds up none of the others', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `web${i + 1}`)
    const nets = []
    for (const name of names) {
      const net = networks.host()
      nets.push(net)
      await lab.host({ name, net })
    }
    for (const name of names) await start(open(name), 'sleeper')
    await lab.disconnect()
    networks.connect(nets[9]?.address ?? '', false)
    const first = await listAll(names)
    const second = await listAll(names)
    for (const answers of [first, second]) {
      expect(answers.slice(0, 9).map(({ answer }) => answer)).toEqual(names.slice(0, 9).map(() => 'running'))
      expect(answers[9]?.answer).toMatch(/^target web10 \(web10\) cannot be reached: .*(?:timed out|No route to host)$/)
    }
    const slowest = (answers: typeof first) => Math.max(...answers.slice(0, 9).map(({ ms }) => ms))
    console.log(`nine hosts of ten: ${slowest(first)} ms with new connections, ${slowest(second)} ms with kept ones`)
  }, 180_000)

  it('go on with a log after their cable was pulled, without a line too few or too many', async () => {
    const net = networks.host()
    await lab.host({ name: 'web', net })
    const target = open('web')
    await start(target, 'counter', '20')
    const warnings: string[] = []
    const warn = (message: string) => {
      warnings.push(message)
      networks.connect(net.address, true)
    }
    const options = { tuixDir: project.file('.tuix'), mode: 'daemon', target, warn, released: () => {} } as const
    const connection = new Connection(options)
    const end = new AbortController()
    const lines: number[] = []
    for await (const { logs } of connection.control.followLogs({ names: ['counter'], lines: 10_000 }, end.signal)) {
      const isFirst = lines.length === 0
      lines.push(...logs.flatMap(({ message }) => (/^\d+$/.test(message) ? [Number(message)] : [])))
      if (isFirst) networks.connect(net.address, false)
      if (warnings.length > 0) end.abort()
    }
    await connection.close()
    expect(warnings).toMatchObject([expect.stringMatching(/^target web \(web\) .*; trying until it answers$/)])
    expect(lines).toEqual(lines.map((_, i) => i + (lines[0] ?? 0)))
  }, 180_000)
})
