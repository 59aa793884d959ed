import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
  it('is loaded when it is named, its paths made absolute, its notes beside it', async () => {
    const text = 'module.exports = { apps: [{ name: "web", script: "a.js", cwd: "api", out_file: "o.log", uid: 5 }] }'
    expect(await load('ecosystem.config.js', text)).toEqual({
      file: at('ecosystem.config.js'),
      files: [at('ecosystem.config.js')],
      folder: folder.path,
      tuixDir: at('.tuix'),
      processes: [
        { name: 'web', command: 'node a.js', stopSignal: 'SIGINT', cwd: at('api'), logFile: at('api/o.log') },
      ],
      origins: { web: 'ecosystem.config.js: apps[0]' },
      profile: null,
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
    ['package.json', '{ "name": "x" }', /^package\.json: none of its `scripts` is named like a program that goes on/],
  ])('that is broken is refused in one sentence: %s with %j', async (name, text, sentence) => {
    await expect(load(name, text)).rejects.toThrow(sentence)
  })
})
