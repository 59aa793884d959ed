import { describe, expect, it } from 'vitest'
import { commandOfLine, needsShell } from '../../../src/config/import/command-line.ts'
import { kindOf } from '../../../src/config/import/kind.ts'
import { validName } from '../../../src/config/import/names.ts'
import { importPackageScripts } from '../../../src/config/import/package-scripts.ts'
import { importProcfile } from '../../../src/config/import/procfile.ts'
import { told, type WorldFacts, world } from './world.ts'

describe('a Procfile', () => {
  it('has a command a line, and a port for each', () => {
    const text = '# the app\r\nweb: node server.js --port $PORT\r\n\r\nworker:  node worker.js\r\n'
    const { processes, notes } = importProcfile(text, world())
    expect(processes).toEqual([
      {
        path: 'line 2',
        config: { name: 'web', command: '/bin/sh', args: ['-c', 'node server.js --port $PORT'], env: { PORT: '5000' } },
      },
      { path: 'line 4', config: { name: 'worker', command: 'node worker.js', env: { PORT: '5100' } } },
    ])
    expect(notes).toEqual([])
  })

  it('has the variables of .env, and counts ports from one that is given', () => {
    const files = { '.env': 'PORT=3000\nA=1' }
    const env = (facts: WorldFacts) => importProcfile('web: a', world({ files, ...facts })).processes[0]?.config.env
    expect(env({})).toEqual({ PORT: '3000', A: '1' })
    expect(env({ env: { PORT: '80' } })).toEqual({ PORT: '80', A: '1' })
    const { config } = importProcfile('web: a', world({ files, purpose: 'convert' })).processes[0] ?? {}
    expect(config).toMatchObject({ env: { PORT: '3000' }, envFile: '.env' })
  })

  it('runs a release once', () => {
    const { configs, notes } = told(importProcfile('release: ./migrate', world()))
    expect(configs).toMatchObject([{ autorestart: false }])
    expect(notes).toEqual([expect.stringMatching(/^release: `release` is run once/)])
  })

  it.each([
    ['web node server.js', 'source: line 1 must be a name, a colon and a command, such as `web: node server.js`'],
    ['web: a\n\nworker:', 'source: line 3 must be a name, a colon and a command, such as `web: node server.js`'],
  ])('%j is refused with its line', (text, sentence) => {
    expect(() => importProcfile(text, world())).toThrow(sentence)
  })
})

describe('the scripts of a package.json', () => {
  const scripts = (names: string[], facts: WorldFacts = {}, more: object = {}) => {
    const content = { ...more, scripts: Object.fromEntries(names.map((name) => [name, 'x'])) }
    return told(importPackageScripts(content, world(facts)))
  }
  const commands = (...given: Parameters<typeof scripts>) => scripts(...given).configs.map(({ command }) => command)

  it.each([
    [['build', 'dev', 'start', 'test'], ['npm run dev']],
    [['build', 'start', 'serve'], ['npm run start']],
    [
      ['dev', 'dev:debug', 'worker', 'watch:css'],
      ['npm run dev', 'npm run worker', 'npm run watch:css'],
    ],
    [
      ['dev:api', 'dev:web', 'test:watch'],
      ['npm run dev:api', 'npm run dev:web'],
    ],
  ])('%j gives %j', (names, expected) => {
    expect(commands(names)).toEqual(expected)
  })

  it('are run by whoever the project uses', () => {
    expect(commands(['dev'], { files: { 'pnpm-lock.yaml': '' } })).toEqual(['pnpm run dev'])
    expect(commands(['dev'], { files: { 'bun.lock': '' } })).toEqual(['bun run dev'])
    expect(commands(['dev'], {}, { packageManager: 'yarn@4.1.0' })).toEqual(['yarn run dev'])
  })

  it('tell which are not taken', () => {
    expect(scripts(['dev', 'start', 'test']).notes).toEqual([
      '`start` is left out beside `dev`, which seems to be the same program',
      '`scripts` gives dev; test seem to end by themselves',
    ])
  })

  it.each([
    [{}, /^source: none of its `scripts` is named like a program that goes on/],
    [{ scripts: { test: 'x' } }, /^source: none of its `scripts`/],
    [{ scripts: [] }, /^source: `scripts` must be an object of command lines$/],
  ])('%j is refused', (content, sentence) => {
    expect(() => importPackageScripts(content, world())).toThrow(sentence)
  })
})

describe('kindOf', () => {
  it.each([
    ['Procfile', 'web: a', 'procfile'],
    ['Procfile.dev', '', 'procfile'],
    ['ecosystem.config.js', { apps: [] }, 'pm2'],
    ['ecosystem.config.js', [{ name: 'a' }], 'pm2'],
    ['pm2.json', { apps: [] }, 'pm2'],
    ['anything.json', [{ script: 'a.js' }], 'pm2'],
    ['anything.json', { script: 'a.js' }, 'pm2'],
    ['processes.json', [{ name: 'a', command: 'b' }], undefined],
    ['processes.json', { processes: [] }, undefined],
    ['tuix.config.ts', { processManager: { processes: [] } }, undefined],
    ['process-compose.yaml', { version: '0.5', processes: { web: {} } }, 'process-compose'],
    ['dev.yml', { version: '0.5', processes: {} }, 'process-compose'],
    ['dev.yml', { processes: { web: { command: 'b', depends_on: {} } } }, 'process-compose'],
    ['dev.yml', { processes: { web: { command: 'b', dependsOn: [] } } }, undefined],
    ['processes.yml', { version: 1, processes: { web: {} } }, undefined],
    ['package.json', { scripts: {} }, 'package'],
    ['package.json', { processManager: {} }, undefined],
    ['x.json', null, undefined],
  ])('%s with %j is %s', (file, content, kind) => {
    expect(kindOf(`/app/${file}`, content)).toBe(kind)
  })
})

describe('a command line', () => {
  it.each([
    ['node server.js --port=80', false],
    ['echo "two words"', false],
    ['a && b', true],
    ['echo $HOME', true],
    ['PORT=80 node server.js', true],
    ['cd api', true],
    ['exec node server.js', true],
    ['ls *.js', true],
    ['node a.js > out', true],
    ["echo 'open", true],
    ['echo ~', true],
  ])('%s needs a shell: %s', (line, needs) => {
    expect(needsShell(line)).toBe(needs)
  })

  it('stays a line where it can', () => {
    expect(commandOfLine(' node a.js ', ['sh', '-c'])).toEqual({ command: 'node a.js' })
  })
})

describe('validName', () => {
  it.each([
    ['web', 'web'],
    ['my app', 'my-app'],
    ['@org/pkg', 'org-pkg'],
    ['dev:api', 'dev-api'],
    ['_x', 'x'],
    ['ä', 'process'],
    ['x'.repeat(70), 'x'.repeat(64)],
  ])('%s becomes %s', (written, name) => {
    expect(validName(written)).toBe(name)
  })
})
