// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables look like that.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseYAML } from 'confbox/yaml'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProcessConfig } from '../../../src/model/config/config.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { exported } from './exporting.ts'
import { PROJECT } from './project.ts'

// biome-ignore lint/suspicious/noExplicitAny: asserted on
type Compose = { services: Record<string, any>; [key: string]: any }

const worksWith = (...words: [string, ...string[]]) => spawnSync(words[0], words.slice(1)).status === 0

/** How files are read by the real client: that of compose as a plugin, or as a program of its own. */
const COMPOSE = worksWith('docker', 'compose', 'version')
  ? ['docker', 'compose']
  : worksWith('docker-compose', '--version')
    ? ['docker-compose']
    : undefined
const STACK = worksWith('docker', 'stack', 'config', '--help') ? ['docker', 'stack', 'config', '-c'] : undefined

const yamlOf = (format: 'compose' | 'swarm', processes: ProcessConfig[]) => {
  const { files, notes } = exported(format, processes, { image: 'shop:1' })
  const text = Object.values(files).join('')
  return { text, notes, file: parseYAML<Compose>(text) }
}

/** Texts that a reader of YAML 1.1 or 1.2 could take for numbers, flags, dates or nothing. */
const WORDS =
  'yes No on off y n true null ~ 0123 0o14 0x1F 1_000 1e3 .5 +1 12:30 12:30:45 2001-01-01 << = .inf - {} [] & * ! | > % @ ` #x a:b'
const LOOKALIKES = {
  ...Object.fromEntries(WORDS.split(' ').map((word, index) => [`V${index}`, word])),
  EMPTY: '',
  BLANK: ' ',
  LINES: 'one\n\n  two # no comment\nkey: value\n',
  QUOTES: `'"\\`,
  UNICODE: 'ü – 日本 🙂',
}

let folder: TempFolder
beforeEach(() => {
  folder = tempFolder()
})
afterEach(() => folder.remove())

/** What a client makes of a file: all references replaced. Throws what it says of an invalid one. */
function read(client: string[], text: string, env: Record<string, string> = {}): Compose {
  const path = join(folder.path, 'file.yaml')
  writeFileSync(path, text)
  const [program = '', ...words] = client.includes('stack') ? [...client, path] : [...client, '-f', path, 'config']
  const { stdout, stderr, status } = spawnSync(program, words, {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: folder.path, ...env },
  })
  if (status !== 0) throw new Error(stderr)
  return parseYAML<Compose>(stdout)
}

describe('a file for docker compose', () => {
  const { file, notes } = yamlOf('compose', PROJECT)

  it('has services with dependencies, health, restarts and profiles', () => {
    expect(file.services.web).toMatchObject({
      image: 'shop:1',
      command: ['node', 'server.mjs'],
      depends_on: { db: { condition: 'service_healthy' }, migrate: { condition: 'service_completed_successfully' } },
      restart: 'unless-stopped',
      stop_signal: 'SIGINT',
      stop_grace_period: '7500ms',
      labels: { group: 'app' },
      deploy: { replicas: 3 },
      // Several cannot have the port of the machine.
      ports: ['3000'],
      secrets: ['tls-key', { source: 'license', target: '/etc/license' }],
    })
    expect(file.services.db).toMatchObject({
      ports: ['6379:6379'],
      deploy: { resources: { limits: { cpus: '1.5', memory: '256M' } } },
      healthcheck: { test: ['CMD', 'nc', '-z', 'localhost', '6379'], interval: '5s' },
    })
    expect(file.services.migrate.restart).toBe('on-failure:10')
    expect(file.services.report).toMatchObject({ restart: 'no', profiles: ['report'] })
    expect(file.secrets).toEqual({ 'tls-key': { file: './secrets/tls-key' }, license: { file: './secrets/license' } })
  })

  it('checks health with what is in the image for sure', () => {
    const [, program, , script] = file.services.web.healthcheck.test
    expect(program).toBe('node')
    expect(script).toContain('fetch("http://localhost:3000/health?full=1"')
    expect(notes).toContain('db: `healthCheck` needs `nc` in the image, or a `deploy.healthCommand`')
  })

  it('names what cannot be carried over in a comment and in its notes', () => {
    const { text } = yamlOf('compose', [{ name: 'web', command: 'node web.mjs', watch: true }])
    expect(text).toMatch(/^# From processes\.json\.\n#\n# - web: `watch` is not carried over: .*\n\nservices:\n/)
  })

  it('has an empty line between services, and none within a text of several lines', () => {
    const { text, file: parsed } = yamlOf('compose', [
      { name: 'a', command: 'x', env: { TEXT: 'one\n\n  two\n    three\nfour\n' } },
      { name: 'b', command: 'x' },
    ])
    expect(text).toMatch(/\n\n {2}b:\n/)
    expect(parsed.services.a.environment.TEXT).toBe('one\n\n  two\n    three\nfour\n')
  })

  describe.skipIf(!COMPOSE)(`read by the real client${COMPOSE ? '' : ' (skipped: there is no docker compose)'}`, () => {
    it('is valid, and has every text as the config has it', () => {
      writeFileSync(join(folder.path, '.env'), '')
      const config = read(COMPOSE ?? [], yamlOf('compose', PROJECT).text, { API_TOKEN: 'abcdefgh' })
      const { environment, command } = config.services.web
      // What it prints can be read again, so `$` is doubled in it.
      expect(environment.LITERAL).toBe('$$(HOME) $${HOME} $$$$ $$5 %{x} {{y}}')
      expect(environment.CACHE).toBe('redis://db:6379')
      expect(command).toEqual(['node', 'server.mjs'])
      expect(config.services.worker.environment.API_TOKEN).toBe('abcdefgh')
    })

    it('keeps texts that look like something else', () => {
      // What the older client prints is YAML 1.1, in which these are texts without quotes.
      const texts = Object.entries(LOOKALIKES).filter(([, word]) => word !== '0o14' && word !== '1e3')
      const env = Object.fromEntries(texts)
      const { text } = yamlOf('compose', [{ name: 'web', command: 'node', env }])
      expect(read(COMPOSE ?? [], text).services.web.environment).toEqual(env)
    })

    it('is refused as long as a secret is missing', () => {
      expect(() => read(COMPOSE ?? [], yamlOf('compose', PROJECT).text)).toThrow(/API_TOKEN/)
    })
  })
})

describe('a file for docker stack deploy', () => {
  const { file, notes } = yamlOf('swarm', PROJECT)

  it('says under `deploy` how a service runs', () => {
    expect(file.services.web.deploy).toEqual({
      replicas: 3,
      restart_policy: { condition: 'any', delay: '1s', max_attempts: 10, window: '30s' },
      update_config: { parallelism: 2, monitor: '10s', order: 'stop-first', failure_action: 'rollback' },
      labels: { group: 'app' },
    })
    expect(file.services.db.deploy.placement).toEqual({ constraints: ['node.labels.disk == ssd'] })
    expect(file.services.report.deploy.replicas).toBe(0)
    expect(file.services.worker.environment).toMatchObject({ SHARD: '{{.Task.Slot}}', API_TOKEN: '${API_TOKEN:?}' })
    expect(file.services.web.environment.LITERAL).toBe('$$(HOME) $${HOME} $$$$ $$5 %{x} {{"{{"}}y}}')
    expect(file.secrets).toEqual({ 'tls-key': { external: true }, license: { external: true } })
    expect(file.services.web).not.toHaveProperty('depends_on')
    expect(notes.join('\n')).toContain('migrate, web: `dependsOn` is not carried over')
  })

  it.skipIf(!STACK)('keeps texts that look like something else', () => {
    const { text } = yamlOf('swarm', [{ name: 'web', command: 'node', env: LOOKALIKES }])
    expect(read(STACK ?? [], text).services.web.environment).toEqual(LOOKALIKES)
  })

  it.skipIf(!STACK)(`is valid for the real client${STACK ? '' : ' (skipped: there is no docker stack)'}`, () => {
    const config = read(STACK ?? [], yamlOf('swarm', PROJECT).text, { API_TOKEN: 'abcdefgh' })
    expect(config.services.worker.environment).toMatchObject({ API_TOKEN: 'abcdefgh', SHARD: '{{.Task.Slot}}' })
    expect(() => read(STACK ?? [], yamlOf('swarm', PROJECT).text)).toThrow(/API_TOKEN/)
  })
})
