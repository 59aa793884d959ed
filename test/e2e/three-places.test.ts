import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { command } from '../helpers/commander.ts'
import { freePort } from '../helpers/free-port.ts'
import { describeWithNetworks, Networks } from '../helpers/networks.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'
import { SshLab } from '../helpers/sshd.ts'
import { describeWithSwarm, NODE_IMAGE, SwarmLab } from '../helpers/swarm.ts'
import { until } from '../helpers/until.ts'

/** What `target use` calls this machine, another host over SSH, and a Swarm of three hosts. */
const PLACES = ['local', 'prod', 'cluster'] as const
type Place = (typeof PLACES)[number]

/** Typed at each place, in this order, each with `--json`. No word is about the place. */
const LINES = [
  'start --all',
  'list',
  'status',
  'status web',
  'status nobody',
  'logs -n 1000',
  'restart web',
  'restart nobody',
  'why web',
  'scale worker=3',
  'scale worker=1',
  'stop --all',
  'remove --all',
]

/** What a line has answered: its fields with their values in words, `status: "running"`. */
type Facts = Map<string, Set<string>>

describeWithNetworks(['sshd', 'ssh', 'ssh-keygen'], 'the quickstart', () => {
  describeWithSwarm('on this machine, on another host and on a Swarm of three', () => {
    let project: Project
    let networks: Networks
    let hosts: SshLab
    let swarm: SwarmLab
    let port: string

    beforeAll(async () => {
      port = String(await freePort())
      project = tempProject()
      project.copyExample('quickstart')
      networks = new Networks()
      hosts = new SshLab(project, networks.client)
      await hosts.host({ name: 'web1', net: networks.host() })
      cpSync(project.file('examples/quickstart'), project.file('srv/shop'), { recursive: true })
      hosts.install(project.file('srv/shop'))
      swarm = await SwarmLab.start(3)
      cpSync(project.file('examples/quickstart'), project.file('image'), { recursive: true })
      project.write('image/Dockerfile', `FROM ${NODE_IMAGE}\nWORKDIR /srv/shop\nCOPY . .\n`)
      for (const number of [1, 2, 3]) await swarm.docker(['build', '-t', 'shop:1', project.file('image')], number)
    }, 180_000)
    afterAll(async () => {
      await swarm?.end()
      await hosts?.end()
      await project?.dispose()
      networks?.remove()
    }, 60_000)

    const ps = (...args: string[]) =>
      command(args, {
        cwd: project.file('examples/quickstart'),
        env: { ...hosts.environment(), PORT: port },
        timeoutMs: 90_000,
      })

    async function answersAt(place: Place): Promise<Map<string, Facts>> {
      expect((await ps('target', 'use', place)).code).toBe(0)
      const answers = new Map<string, Facts>()
      for (const line of LINES) answers.set(line, await answerOf(line))
      return answers
    }

    async function answerOf(line: string): Promise<Facts> {
      const ask = () => ps(...line.split(' '), '--json')
      const isLog = line.startsWith('logs')
      const hasBegun = async () => firstLines((await ask()).stdout).length === 2
      if (isLog) await until(hasBegun, { timeoutMs: 60_000, what: 'the first line of each process' })
      const { code, stdout, stderr } = await ask()
      const facts: Facts = new Map([['exit code', new Set([String(code)])]])
      // Warnings are in the answer, too.
      const sentences = stderr.split('\n').filter((sentence) => sentence !== '' && !sentence.startsWith('warning: '))
      for (const sentence of sentences) add(facts, 'stderr', plain(sentence))
      const values = isLog ? firstLines(stdout) : stdout.trim() === '' ? [] : [JSON.parse(stdout)]
      for (const value of values) collect(facts, '', value)
      return facts
    }

    function collect(facts: Facts, path: string, value: unknown): void {
      const below = (key: string) => (path === '' ? key : `${path}.${key}`)
      if (Array.isArray(value) && value.length > 0) for (const each of value) collect(facts, path, each)
      else if (value !== null && typeof value === 'object' && Object.keys(value).length > 0 && path !== 'supervisor')
        for (const [key, each] of Object.entries(value)) collect(facts, below(key), each)
      else add(facts, path, inWords(value))
    }

    const inWords = (value: unknown): string => {
      if (typeof value === 'number') return 'a number'
      if (value !== null && typeof value === 'object') return Object.keys(value).length > 0 ? 'an object' : 'empty'
      if (value === '') return '`""`'
      const text = plain(String(value))
      return text.includes('`') ? text : `\`${text}\``
    }

    /** A text without what is of this run of the test alone. */
    const plain = (text: string) =>
      text
        .replaceAll(project.file('examples/quickstart'), 'FOLDER')
        .replaceAll(project.file('srv/shop'), 'FOLDER')
        .replaceAll(port, 'PORT')
        .replace(/^host\d$/, 'HOST')
        .replace(/\b(?:web|worker)(?:-\d)?(?=\.\w+\.log)/, 'NAME')

    it('answers the same commands with what the table in the documentation says', async () => {
      const host = ['--ssh', 'web1', '--cwd', project.file('srv/shop')]
      expect(await ps('target', 'add', 'prod', ...host)).toMatchObject({ code: 0, stderr: '' })
      const cluster = ['--swarm', swarm.url, '--image', 'shop:1', '--network', 'host']
      expect(await ps('target', 'add', 'cluster', ...cluster)).toMatchObject({ code: 0, stderr: '' })
      const answers: Map<string, Facts>[] = []
      for (const place of PLACES) answers.push(await answersAt(place))
      expect(rowsOf(answers)).toEqual(documented())
    }, 300_000)
  })
})

/** The first line of each process in a log. What follows depends on the time. */
function firstLines(log: string): object[] {
  const lines = log.split('\n').filter((line) => /listening on|worker ready/.test(line))
  return lines.map((line) => ({ ...JSON.parse(line), timestamp: 0 }))
}

function add(facts: Facts, field: string, value: string): void {
  facts.set(field, (facts.get(field) ?? new Set()).add(value))
}

/** Fields of a state, wherever it is in an answer. */
const WRAPPED = /^(?:state|processes|config)\./

/** A row for each difference: the field, the lines that have it, and the values at each place. */
function rowsOf(answers: Map<string, Facts>[]): string[] {
  const lines = new Map<string, string[]>()
  for (const line of LINES) {
    const facts = answers.map((each) => each.get(line) ?? new Map())
    for (const field of new Set(facts.flatMap((each) => [...each.keys()]))) {
      const cells = facts.map((each) => [...(each.get(field) ?? ['–'])].sort().join(', '))
      // An outcome has it itself, too.
      if (new Set(cells).size === 1 || field === 'state.name') continue
      const key = [field.replace(WRAPPED, ''), ...cells].join('\0')
      lines.set(key, [...new Set([...(lines.get(key) ?? []), `\`${line}\``])])
    }
  }
  const rows = [...lines].map(([key, of]) => {
    const [field, ...cells] = key.split('\0')
    return `| \`${field}\` | ${of.join(', ')} | ${cells.join(' | ')} |`
  })
  return rows.sort()
}

function documented(): string[] {
  const text = readFileSync(join(REPOSITORY, 'docs/beyond-one-machine.md'), 'utf8')
  const [, table = ''] = /\| field \| of \|.*\n\| ---.*\n((?:\|.*\n)+)/.exec(text) ?? []
  return table.trim().split('\n').sort()
}
