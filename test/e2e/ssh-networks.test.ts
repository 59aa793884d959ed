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

  it('are listed all at once, and one that is dead holds up none of the others', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `web${i + 1}`)
    const nets = names.map(() => networks.host())
    for (const [i, name] of names.entries()) {
      const net = nets[i]
      await lab.host({ name, ...(net && { net }) })
      await start(open(name), 'sleeper')
    }
    const places = names.map((name) => [name, { ssh: name, cwd: project.file(`shop-${name}`) }])
    project.write('here/processes.json', { targets: Object.fromEntries(places), processes: [] })
    const list = async (how: string) => {
      const begun = performance.now()
      const place = ['--target', names.join(), '--config', 'here/processes.json']
      const { code, stdout, stderr } = await project.psWith({ env: lab.environment() }, 'list', '-q', ...place)
      console.log(`${how}: ${Math.round(performance.now() - begun)} ms`)
      return { code, names: stdout.trim().split('\n'), stderr }
    }
    const all = names.map((name) => `${name}/sleeper`)
    expect(await list('ten hosts, kept connections')).toEqual({ code: 0, names: all, stderr: '' })
    await lab.disconnect()
    expect(await list('ten hosts, new connections')).toEqual({ code: 0, names: all, stderr: '' })
    networks.connect(nets[9]?.address ?? '', false)
    const others = { code: 0, names: all.slice(0, 9) }
    // Whichever is first: the limit, or what the network says of it.
    const dead =
      /^warning: (?:web10 has not answered|target web10 \(web10\) .*(?:timed out|No route to host|does not answer))\n$/
    expect(await list('nine of ten, kept connections')).toEqual({ ...others, stderr: expect.stringMatching(dead) })
    await lab.disconnect()
    expect(await list('nine of ten, new connections')).toEqual({ ...others, stderr: expect.stringMatching(dead) })
  }, 240_000)

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
