import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LocateOptions, locateTuixDir } from '../../src/config/locate.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'

let folder: TempFolder
beforeEach(() => {
  folder = tempFolder()
})
afterEach(() => folder.remove())

const write = (file: string, content: string) => writeFileSync(join(folder.path, file), content)
const at = (...names: string[]) => join(folder.path, ...names)
const locate = (options: Partial<LocateOptions> = {}) =>
  locateTuixDir({ cwd: folder.path, environment: {}, ...options })

describe('locateTuixDir', () => {
  it('uses the folder given by the caller', () => {
    write('processes.json', '{"tuixDir":"other"}')
    expect(locate({ tuixDir: 'mine' })).toBe(at('mine'))
  })

  it('falls back to .tuix, also for a bare list', () => {
    expect(locate()).toBe(at('.tuix'))
    write('processes.json', '[]')
    expect(locate()).toBe(at('.tuix'))
  })

  it('reads JSON', () => {
    write('processes.json', '{"tuixDir":"state","processes":[]}')
    expect(locate()).toBe(at('state'))
    write('app.json', '{"processManager":{"tuixDir":"/run/app"}}')
    expect(locate({ file: 'app.json' })).toBe('/run/app')
  })

  it('is relative to the folder of the file', () => {
    mkdirSync(at('ops'))
    write('ops/processes.json', '{"tuixDir":"state"}')
    write('ops/apps.ts', 'export default []')
    expect(locate({ file: 'ops/processes.json' })).toBe(at('ops', 'state'))
    expect(locate({ file: 'ops/apps.ts' })).toBe(at('ops', '.tuix'))
  })

  it.each([
    ['processes.yaml', 'processes: []\n', '.tuix'],
    ['processes.yaml', '# state\ntuixDir: state # here\nprocesses: []\n', 'state'],
    ['processes.yml', "tuixDir: '../state'\r\nprocesses: []\r\n", '../state'],
    ['processes.toml', 'tuixDir = "state"\n[[processes]]\nname = "web"\n', 'state'],
    ['processes.jsonc', '[ /* none */ ]', '.tuix'],
    ['package.json', '{"processManager":{"tuixDir":"state"}}', 'state'],
  ])('reads %s without its parser', (file, text, said) => {
    write(file, text)
    expect(locate()).toBe(at(said))
  })

  it.each([
    ['processes.yaml', 'processManager:\n  tuixDir: state\n'],
    ['processes.yaml', 'tuixDir: state\nprocesses: [{ name: tuixDir, command: x }]\n'],
    ['processes.yaml', 'tuixDir: "st\\x61te"\n'],
    ['processes.yaml', 'tuixDir:\n  state\n'],
    ['processes.toml', '[processManager]\ntuixDir = "state"\n'],
    ['processes.jsonc', '{ // "tuixDir": "old"\n "tuixDir": "state" }'],
  ])('leaves %s to the loader if it is not plain', (file, text) => {
    write(file, text)
    expect(locate()).toBeUndefined()
  })

  it('leaves extended files to the loader, unless the file itself sets the folder', () => {
    write('processes.json', '{"extends":"base.json"}')
    expect(locate()).toBeUndefined()
    write('processes.json', '{"extends":"base.json","tuixDir":"state"}')
    expect(locate()).toBe(at('state'))
    expect(locate({ profile: 'x' })).toBeUndefined()
    write('processes.json', '[]')
    write('tuix.config.yaml', 'processManager:\n  extends: base.json\n')
    expect(locate()).toBeUndefined()
  })

  it('reads profiles in JSON, and leaves them to the loader in other formats', () => {
    const profiles = '"profiles":{"x":{"tuixDir":"other"},"y":{}}'
    write('processes.json', `{"tuixDir":"state",${profiles}}`)
    expect(locate({ profile: 'x' })).toBe(at('other'))
    expect(locate({ environment: { TUIX_PROFILE: 'x' } })).toBe(at('other'))
    expect(locate({ profile: 'y' })).toBe(at('state'))
    write('p.yaml', 'tuixDir: state\nprofiles: { x: { tuixDir: other } }\n')
    expect(locate({ file: 'p.yaml', profile: 'x' })).toBeUndefined()
  })

  it('leaves variables to the loader', () => {
    write('processes.json', `{"tuixDir":"\${HOME}/state"}`)
    expect(locate()).toBeUndefined()
    write('p.yaml', `tuixDir: \${HOME}/state\n`)
    expect(locate({ file: 'p.yaml' })).toBeUndefined()
  })

  it('uses the folder that code sets', () => {
    write('processes.json', '{"tuixDir":"state"}')
    const blocks = (block: object) => [{ path: '', block }]
    expect(locate({ blocks: blocks({}) })).toBe(at('state'))
    expect(locate({ blocks: blocks({ processes: [] }) })).toBe(at('.tuix'))
    expect(locate({ blocks: blocks({ tuixDir: 'mine' }) })).toBe(at('mine'))
    expect(locate({ blocks: blocks({ tuixDir: 'mine', extends: 'x.json' }) })).toBeUndefined()
    expect(locate({ blocks: blocks({ tuixDir: 'mine', profiles: {} }), profile: 'x' })).toBeUndefined()
  })

  it('searches upwards, and uses the nearest config', () => {
    mkdirSync(at('packages', 'api', 'src'), { recursive: true })
    write('processes.yaml', 'tuixDir: state\n')
    const locateFrom = (...names: string[]) => locateTuixDir({ cwd: at(...names) })
    expect(locateFrom('packages', 'api', 'src')).toBe(at('state'))
    write('packages/api/package.json', '{"name":"api"}')
    expect(locateFrom('packages', 'api')).toBe(at('state'))
    mkdirSync(at('packages', '.tuix'))
    expect(locateFrom('packages', 'api', 'src')).toBe(at('packages', '.tuix'))
    write('packages/api/package.json', '{"processManager":{}}')
    expect(locateFrom('packages', 'api', 'src')).toBe(at('packages', 'api', '.tuix'))
  })

  it.each([
    ['that says nothing', 'export default { processManager: { processes: [] } }'],
    ['that says the default', "export default defineConfig({ processManager: { tuixDir: '.tuix', processes: [] } })"],
    [
      'that says it twice, once in a comment',
      'export default { /* tuixDir: ".tuix/" */ processManager: { tuixDir: "./.tuix" } }',
    ],
    [
      'with imports from here',
      `import { defineConfig } from 'tuix/config'
       import { ProcessManagerPlugin } from "tuix-process-manager"
       import { join } from 'node:path'
       export default defineConfig({})`,
    ],
  ])('reads a module %s', (_, text) => {
    write('tuix.config.ts', text)
    expect(locate()).toBe(at('.tuix'))
  })

  it.each([
    ['names another folder', "export default { processManager: { tuixDir: 'state' } }"],
    ['computes it', 'export default { processManager: { tuixDir: process.env.STATE } }'],
    ['has it in a variable', 'const tuixDir = "state"; export default { processManager: { tuixDir } }'],
    ['imports a file', "import base from './base.ts'; export default { processManager: { ...base } }"],
    ['imports a package', "import base from '@my/base'\nexport default base"],
    ['imports a package that is only named alike', "import base from 'tuix-base'\nexport default base"],
    ['passes one on', "export { default } from '../tuix.config.ts'"],
    ['imports late', "export default async () => (await import('./base.ts')).default"],
    ['requires', "module.exports = require('./base')"],
    ['reads files', "import { readFileSync } from 'node:fs'\nexport default JSON.parse(readFileSync('x', 'utf8'))"],
  ])('leaves a module to the loader that %s', (_, text) => {
    write('tuix.config.ts', text)
    expect(locate()).toBeUndefined()
  })

  it('leaves invalid configs to the loader', () => {
    expect(locate({ file: 'missing.json' })).toBeUndefined()
    write('processes.json', '{"tuixDir":')
    expect(locate()).toBeUndefined()
    write('processes.json', '{"tuixDir":5}')
    expect(locate()).toBeUndefined()
  })

  it('decides for two files only if they agree', () => {
    write('tuix.config.ts', 'export default {}')
    write('processes.json', '[]')
    expect(locate()).toBe(at('.tuix'))
    write('processes.json', '{"tuixDir":"state"}')
    expect(locate()).toBeUndefined()
  })
})
