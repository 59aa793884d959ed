import { mkdirSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { fixture, interpreter } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { SshLab } from '../helpers/sshd.ts'
import { until } from '../helpers/until.ts'
import { describeWith } from '../integration/programs.ts'

/** ms for one test: each command begins a program of its own, here and there. */
const PATIENCE = 180_000

describeWith(['sshd', 'ssh', 'ssh-keygen'], 'the commands with --target', () => {
  let project: Project
  let lab: SshLab

  beforeEach(async () => {
    project = tempProject()
    lab = new SshLab(project)
    for (const name of ['prod', 'eu']) {
      await lab.host({ name })
      mkdirSync(project.file(`srv/${name}`), { recursive: true })
      lab.install(project.file(`srv/${name}`))
    }
    const process = (name: string, ...args: string[]) => {
      return { name, command: interpreter(name), args: [fixture(name), ...args] }
    }
    project.write('shop/processes.json', {
      targets: {
        prod: { ssh: 'prod', cwd: project.file('srv/prod') },
        eu: { ssh: 'eu', cwd: project.file('srv/eu') },
        gone: { ssh: 'gone', cwd: '/srv/shop' },
      },
      processes: [
        { ...process('counter', '50'), env: { WHERE: 'there' } },
        { ...process('sleeper'), dependsOn: ['counter'] },
      ],
    })
  })
  afterEach(async () => {
    await lab.end()
    await project.dispose()
  })

  const run = (...args: string[]) => project.psWith({ env: lab.environment() }, ...args)
  const ps = (...args: string[]) => run(...args, '--config', 'shop/processes.json')

  it(
    'act on another host as on this machine',
    async () => {
      expect(await ps('start', '--all', '--target', 'prod')).toMatchObject({ code: 0 })
      const states = (await ps('list', '--json', '--target', 'prod')).json()
      expect(states).toMatchObject([
        { name: 'counter', status: 'running', host: 'prod', cwd: project.file('srv/prod') },
        { name: 'sleeper', status: 'running', host: 'prod' },
      ])
      expect((await ps('list', '--json')).json()).toEqual([])
      expect((await ps('list', '--target', 'prod')).stdout).toMatch(
        /^NAME +HOST +GROUP +STATUS.*\ncounter +prod +- +running/,
      )

      expect((await ps('status', 'counter', '--target', 'prod')).stdout).not.toContain('missing')
      expect((await ps('status', 'counter', '--json', '--target', 'prod')).json()).toMatchObject({ status: 'running' })
      const lines = (await ps('logs', 'counter', '-n', '2', '--json', '--target', 'prod')).stdout.trim().split('\n')
      expect(lines).toHaveLength(2)
      const grepped = (await ps('logs', 'counter', '--grep', '^1\\d$', '--raw', '--target', 'prod')).stdout
      expect(grepped.trim().split('\n')[0]).toBe('10')
      expect((await ps('why', 'counter', '--target', 'prod')).stdout).toContain('start')
      expect((await ps('events', '--target', 'prod')).stdout).toContain('sleeper')
      expect((await ps('apply', '--dry-run', '--target', 'prod')).stdout).toMatch(/counter/)

      const restarted = await ps('restart', 'counter', '--json', '--target', 'prod')
      expect(restarted.json()).toMatchObject([{ name: 'counter', result: 'restarted', target: 'prod' }])
      expect((await ps('stop', '--all', '--target', 'prod')).stdout).toMatch(/^prod\/sleeper: stopped/m)
      expect((await ps('start', 'nobody', '--target', 'prod')).code).toBe(4)
    },
    PATIENCE,
  )

  it(
    'act on several at once, whatever one of them does',
    async () => {
      expect(await ps('start', '--all', '--target', 'prod,eu')).toMatchObject({ code: 0 })
      const listed = await ps('list', '--json', '--target', 'prod,eu,gone')
      expect((listed.json() as { name: string; host: string }[]).map(({ name, host }) => `${host} ${name}`)).toEqual([
        'prod prod/counter',
        'prod prod/sleeper',
        'eu eu/counter',
        'eu eu/sleeper',
      ])
      expect(listed.stderr).toMatch(/^warning: target gone .*\n$/)

      const stopped = await ps('stop', 'eu/sleeper', '--json', '--target', 'prod,eu')
      expect(stopped.json()).toMatchObject([{ name: 'eu/sleeper', result: 'stopped' }])
      const logs = (await ps('logs', '-n', '20', '--target', 'prod,eu')).stdout
      expect(logs).toContain('prod/counter')
      expect(logs).toContain('eu/counter')
      expect((await ps('events', '--target', 'prod,eu')).stdout).toContain('eu/sleeper')

      const all = await ps('stop', 'counter', '--json', '--target', 'prod,gone')
      expect(all).toMatchObject({ code: 1 })
      expect(all.json()).toMatchObject([
        { name: 'prod/counter', ok: true },
        { name: 'gone', ok: false, code: 'unreachable' },
      ])
    },
    PATIENCE,
  )

  it(
    'ask one of several by its whole name, and all of them by less',
    async () => {
      await ps('start', 'counter', '--target', 'prod,eu')
      // One that fails at once is no reason to hurry the other.
      await lab.disconnect()
      expect((await ps('list', '-q', '--target', 'gone,prod')).stdout).toBe('prod/counter\nprod/sleeper\n')
      // Alone it is waited for as long as its login takes.
      await ps('list', '--target', 'eu')
      const status = (await ps('status', '--json', '--target', 'prod,eu')).json() as { processes: object[] }
      expect(status.processes).toHaveLength(4)
      expect((await ps('status', 'prod/counter', '--target', 'prod,eu')).stdout).toContain('running')
      expect((await ps('status', 'counter', '--target', 'prod,eu')).stdout).toMatch(/prod\/counter[\s\S]*eu\/counter/)
      expect(await ps('wait', 'eu/counter', '--for', 'running', '--target', 'prod,eu')).toMatchObject({ code: 0 })
      expect((await ps('why', 'eu/counter', '--target', 'prod,eu')).stdout).toContain('start')
    },
    PATIENCE,
  )

  it(
    'follow every line once while the connection is cut',
    async () => {
      await ps('start', 'counter', '--target', 'prod')
      const follow = project.startPs(
        { env: lab.environment() },
        'logs',
        'counter',
        '-f',
        '-n',
        '1000',
        '--raw',
        '--target',
        'prod',
        '--config',
        'shop/processes.json',
      )
      const numbers = () =>
        follow
          .stdout()
          .split('\n')
          .filter((line) => /^\d+$/.test(line))
          .map(Number)
      for (let cut = 0; cut < 3; cut++) {
        const before = numbers().length
        await until(() => numbers().length > before + 20, { what: 'lines' })
        await lab.disconnect()
      }
      const before = numbers().length
      await until(() => numbers().length > before + 20, { what: 'lines after the last cut' })
      follow.kill('SIGINT')
      await follow.finished
      const seen = numbers()
      expect(seen).toEqual(seen.map((_, i) => i + (seen[0] ?? 0)))
    },
    PATIENCE,
  )

  it(
    'say what is wrong in one sentence',
    async () => {
      const refused = async (...args: string[]) => {
        const { code, stderr } = await ps(...args)
        return `${code} ${stderr}`
      }
      expect(await refused('list', '--target', 'prd')).toBe('2 error: there is no target `prd`; did you mean `prod`?\n')
      expect(await refused('list', '--target', ',')).toMatch(/^2 error: --target takes names of targets/)
      expect(await refused('doctor', '--target', 'prod')).toMatch(
        /^2 error: what doctor finds is managed on the machine/,
      )
      expect(await refused('list', '--target', 'gone')).toMatch(/^1 error: target gone .*there is no host of this name/)
      project.write('elsewhere/processes.json', {
        targets: { prod: { ssh: 'prod', cwd: project.file('srv/prod') } },
        processes: [{ name: 'far', command: 'sleep 1', cwd: '/' }],
      })
      const far = await run('start', 'far', '--target', 'prod', '--config', 'elsewhere/processes.json')
      expect(far).toMatchObject({ code: 2, stdout: '' })
      expect(far.stderr).toMatch(/^error: far: `cwd` is \/, outside of the project .*, so it has no place on prod\n$/)
    },
    PATIENCE,
  )

  it(
    'are named by hand, and chosen for all commands of the project',
    async () => {
      project.write('plain/processes.json', { processes: [{ name: 'nap', command: 'sleep 1000' }] })
      const at = (...args: string[]) => run(...args, '--config', 'plain/processes.json')
      expect((await at('target', 'add', 'box', '--ssh', 'prod')).stderr).toContain('must have `cwd`')
      const added = await at('target', 'add', 'box', '--ssh', 'prod', '--cwd', project.file('srv/prod'))
      expect(added.stdout).toBe('box: added; try: tuix-ps list --target box\n')
      expect((await at('target', 'use', 'box')).code).toBe(0)
      expect((await at('target')).stdout).toMatch(/^ {2}local +this machine\n\* box +prod:/)
      expect((await at('start', 'nap', '--json')).json()).toMatchObject([{ name: 'nap', ok: true, target: 'box' }])
      expect((await at('list', '--json')).json()).toMatchObject([{ name: 'nap', host: 'box' }])
      expect((await at('list', '--json', '--target', 'local')).json()).toEqual([])
      expect((await at('stop', 'nap')).stdout).toMatch(/^box\/nap: stopped/)
      expect((await at('target', 'remove', 'box')).code).toBe(0)
      expect((await at('list', '--json')).json()).toEqual([])
      expect((await at('target', 'use', 'box')).stderr).toContain('there is no target `box`')
    },
    PATIENCE,
  )
})
