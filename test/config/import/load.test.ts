// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of process-compose look like that.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig } from '../../../src/config/load.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let folder: TempFolder
beforeEach(() => {
  folder = tempFolder()
})
afterEach(() => folder.remove())

const at = (name: string) => join(folder.path, name)

function load(name: string, text: string) {
  writeFileSync(at(name), text)
  return loadConfig({ cwd: folder.path, file: name })
}

describe("another tool's file", () => {
  it('is loaded when the user names it, with absolute paths and notes', async () => {
    const text = 'module.exports = { apps: [{ name: "web", script: "a.js", cwd: "api", out_file: "o.log", uid: 5 }] }'
    expect(await load('ecosystem.config.js', text)).toEqual({
      file: at('ecosystem.config.js'),
      files: [at('ecosystem.config.js')],
      folder: folder.path,
      tuixDir: at('.tuix'),
      processes: [
        {
          name: 'web',
          command: 'node a.js',
          stopSignal: 'SIGINT',
          maxRestarts: 16,
          stableAfter: 1000,
          instanceVariable: { name: 'NODE_APP_INSTANCE', from: 0 },
          cwd: at('api'),
          logFile: at('api/o.log'),
        },
      ],
      origins: { web: 'ecosystem.config.js: apps[0]' },
      profile: null,
      envFiles: {},
      alerts: [],
      targets: {},
      web: null,
      proxy: false,
      defaults: {},
      notes: [expect.stringMatching(/^web: `uid` is not carried over/)],
    })
    expect((await loadConfig({ cwd: folder.path })).processes).toEqual([])
  })

  it.each([
    ['Procfile', 'web: node a.js', { web: 'Procfile: line 1' }],
    [
      'ecosystem.json',
      '{ "apps": [{ "script": "a.js" /* PM2 takes comments */ }, ] }',
      { a: 'ecosystem.json: apps[0]' },
    ],
    ['ecosystem.config.mjs', 'export default { script: "a.js" }', { a: 'ecosystem.config.mjs' }],
    ['pm2.yaml', 'apps:\n  - script: a.js\n', { a: 'pm2.yaml: apps[0]' }],
    ['process-compose.yaml', 'processes:\n  web:\n    command: a\n', { web: 'process-compose.yaml: processes.web' }],
    ['package.json', '{ "scripts": { "dev": "x" } }', { dev: 'package.json: scripts.dev' }],
  ])('may be %s', async (name, text, origins) => {
    expect((await load(name, text)).origins).toEqual(origins)
  })

  it.each([
    ['Procfile', 'web: a\nworker', /^Procfile: line 2 must be a name/],
    ['ecosystem.config.js', 'module.exports = { apps: [', /^ecosystem\.config\.js: cannot be loaded: [^\n]*$/],
    ['ecosystem.config.js', 'module.exports = 5', /^ecosystem\.config\.js: [^\n]*$/],
    ['ecosystem.config.js', 'throw new Error("no\\nway")', /^ecosystem\.config\.js: cannot be loaded: no way$/],
    ['ecosystem.json', '{ "apps": [{ ]', /^ecosystem\.json: not JSON at line 1, column \d+: /],
    ['pm2.yaml', 'apps:\n  - script: [a\n', /^pm2\.yaml: [^\n]*line \d+[^\n]*$/],
    [
      'process-compose.yaml',
      'processes:\n  web:\n   command: a\n  - b',
      /^process-compose\.yaml: [^\n]*line \d+[^\n]*$/,
    ],
    ['process-compose.yaml', 'version: "0.5"\n', /^process-compose\.yaml: `processes` is missing/],
    ['process-compose.yaml', '', /^process-compose\.yaml: /],
    ['package.json', '{ "name": "x" }', /^package\.json: none of its `scripts` has the name of a long-running program/],
  ])('is rejected in one sentence if it is broken: %s with %j', async (name, text, sentence) => {
    await expect(load(name, text)).rejects.toThrow(sentence)
  })
})

describe('the file of a tool that is not understood', () => {
  it.each([
    ['docker-compose.yml', 'docker compose'],
    ['compose.dev.yaml', 'docker compose'],
    ['supervisord.conf', 'supervisord'],
    ['web.service', 'systemd'],
    ['justfile', 'just'],
    ['mprocs.yaml', 'mprocs'],
  ])('is named: %s', async (file, tool) => {
    const sentence = `${file}: files of ${tool} are not understood; known are those of PM2 and process-compose, a package.json with scripts, and a Procfile`
    await expect(load(file, 'services: {}')).rejects.toThrow(sentence)
  })
})

describe('a project of process-compose in several files', () => {
  const write = (name: string, text: string) => {
    mkdirSync(dirname(at(name)), { recursive: true })
    writeFileSync(at(name), text)
  }

  it('is read with the file that it extends and the override file beside it', async () => {
    write('base/base.yaml', 'environment: ["A=base"]\nprocesses:\n  db:\n    command: db\n  web:\n    command: web\n')
    write('process-compose.override.yaml', 'processes:\n  web:\n    environment: ["B=over"]\n')
    const loaded = await load(
      'process-compose.yaml',
      'extends: base/base.yaml\nenvironment: ["C=own"]\nprocesses:\n  web:\n    command: web --own\n',
    )
    expect(loaded.processes).toMatchObject([
      { name: 'db', command: 'db', cwd: at('base'), env: { A: 'base', C: 'own' } },
      { name: 'web', command: 'web --own', env: { A: 'base', C: 'own', B: 'over' } },
    ])
    expect(loaded.files.sort()).toEqual(
      ['base/base.yaml', 'process-compose.override.yaml', 'process-compose.yaml'].map(at),
    )
    expect(loaded.notes).toBeUndefined()
  })

  it('may have variables within braces, where YAML alone would not take them', async () => {
    const text = 'processes:\n  w: { command: "sleep 5", replicas: ${N:-2}, availability: { restart: ${X:-always} } }\n'
    expect((await load('process-compose.yaml', text)).processes).toMatchObject([
      { name: 'w', instances: 2, maxRestarts: 'unlimited' },
    ])
    await expect(load('process-compose.yaml', 'processes: { a: ${X}, [ }')).rejects.toThrow(/not YAML at line 1/)
  })

  it.each([
    [
      'extends: none.yaml\nprocesses: {}\n',
      /^process-compose\.yaml: `extends` names none\.yaml, but there is no such file$/,
    ],
    ['extends: process-compose.yaml\nprocesses: {}\n', /^process-compose\.yaml: `extends` forms a cycle: /],
  ])('is rejected if it extends what cannot be: %j', async (text, sentence) => {
    await expect(load('process-compose.yaml', text)).rejects.toThrow(sentence)
  })
})

describe('a folder of PATH that cannot be looked into', () => {
  it('is passed over, as by whoever runs a program', async () => {
    symlinkSync('loop', at('loop'))
    const environment = { PATH: `${at('loop')}:${at('none')}:/bin:/usr/bin` }
    writeFileSync(at('ecosystem.json'), '[{ "name": "a", "script": "x && y" }, { "name": "b", "script": "b.py" }]')
    const { processes } = await loadConfig({ cwd: folder.path, file: 'ecosystem.json', environment })
    expect(processes).toHaveLength(2)
  })
})
