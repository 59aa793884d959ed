// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables in configs look like that.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { convertConfig } from '../../../src/config/convert.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { type ParsedProcess, resolveChecked } from '../../../src/config/resolve/index.ts'
import { starterConfig } from '../../../src/config/starter.ts'
import { defaultFileName, FORMATS, type Format } from '../../../src/config/write/format.ts'
import { REPOSITORY } from '../../helpers/runtimes.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let folder: TempFolder
beforeEach(() => {
  folder = tempFolder()
})
afterEach(() => folder.remove())

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder.path, file)), { recursive: true })
  writeFileSync(join(folder.path, file), text)
}

/** What is declared, as the program would run it. */
async function declared(file: string, more: { profile?: string; environment?: Record<string, string> } = {}) {
  const { processes } = await loadConfig({ cwd: folder.path, file, ...more })
  return processes
}

async function convert(file: string, format: Format, target = defaultFileName(format)) {
  const converted = await convertConfig({ cwd: folder.path, file, format, target })
  write(target, converted.text)
  return converted
}

const SOURCES = [
  ['single', 'ecosystem.config.js'],
  ['cluster', 'ecosystem.config.cjs'],
  ['ten', 'ecosystem.json'],
  ['compose-jobs', 'process-compose.yml'],
] as const

describe.each(SOURCES)('converting %s', (fixture, file) => {
  beforeEach(() => cpSync(join(REPOSITORY, 'test/fixtures/import', fixture), folder.path, { recursive: true }))

  it.each(FORMATS)('to %s declares the same processes', async (format) => {
    const { text, names } = await convert(file, format)
    const own = await declared(defaultFileName(format))
    expect(own).toEqual(await declared(file))
    expect(own.map(({ name }) => name)).toEqual(names)
    if (format !== 'json') expect(text).toContain(`From ${file}.`)
  })
})

describe('what looks like a reference in a file of another tool', () => {
  it.each(FORMATS)('is meant as it is, also when converted to %s', async (format) => {
    const text = '${{ web.port }} ${{ x }}'
    const web = { name: 'web', script: '/bin/sleep', args: ['60', text], interpreter: 'none', env: { A: text } }
    write('ecosystem.json', JSON.stringify([{ ...web, env_production: { A: `${text}!` } }]))
    const profiles = [{}, { profile: 'production' }]
    for (const [index, more] of profiles.entries()) {
      const [foreign] = await declared('ecosystem.json', more)
      await convert('ecosystem.json', format)
      const [own] = await declared(defaultFileName(format), more)
      for (const process of [foreign, own]) {
        const config = resolveChecked(process as ParsedProcess, {})
        expect(config.references).toBe(undefined)
        expect(config.env.A).toBe(index === 0 ? text : `${text}!`)
        expect(config.args).toContain(text)
      }
    }
  })
})

describe('a converted config', () => {
  it('has the variables of PM2 as profiles', async () => {
    write('ecosystem.json', '[{ "script": "a.js", "env": { "A": 1, "B": 1 }, "env_production": { "A": 2 } }]')
    for (const format of ['yaml', 'ts'] as const) {
      await convert('ecosystem.json', format)
      const [process] = await declared(defaultFileName(format), { profile: 'production' })
      expect(process?.env).toEqual({ A: '2', B: '1' })
    }
    expect((await declared('ecosystem.json', { profile: 'production' }))[0]?.env).toEqual({ A: '2', B: '1' })
    await expect(declared('ecosystem.json', { profile: 'prod' })).rejects.toThrow(/no profile is named prod/)
  })

  it('keeps shell variables, and the variables and env files that values come from', async () => {
    write('.env', 'SECRET=hush\n')
    write(
      'process-compose.yaml',
      [
        'processes:',
        '  web:',
        "    command: 'run $${A} && b'",
        '    environment:',
        "      - 'URL=x://$HOST/${LIT}'",
      ].join('\n'),
    )
    for (const format of ['json', 'toml'] as const) {
      const { text } = await convert('process-compose.yaml', format)
      expect(text).not.toContain('hush')
      const [process] = await declared(defaultFileName(format), { environment: { HOST: 'box', LIT: 'z' } })
      expect(process).toMatchObject({
        args: ['-c', 'run ${A} && b'],
        env: { SECRET: 'hush', URL: 'x://box/z' },
      })
    }
    const { text } = await convert('process-compose.yaml', 'mjs')
    expect(text).toContain("URL: `x://${process.env.HOST || ''}/${process.env.LIT || ''}`")
    expect(text).toContain("args: ['-c', 'run ${A} && b']")
  })

  describe('of a module', () => {
    const VARIABLES = { DB_PASSWORD: 's3cretvalue', BOX: 'box.example', COUNT: '4', HOME: '/home/somebody' }
    const before = { ...process.env }
    beforeEach(() => Object.assign(process.env, VARIABLES))
    afterEach(() => {
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
      Object.assign(process.env, before)
    })

    let files = 0

    /** What is written of an app, with the notes. It never has a value of the environment. */
    async function written(app: string, format: Format = 'json', ending = 'cjs') {
      // A runtime runs a module only once.
      const file = `ecosystem.${++files}.${ending}`
      const text = `{ apps: [{ name: 'web', script: 'a.js', ${app} }] }`
      write(file, `${file.endsWith('.cjs') ? 'module.exports =' : 'export default'} ${text}`)
      const converted = await convert(file, format)
      for (const value of Object.values(VARIABLES)) {
        if (value !== VARIABLES.COUNT) expect(converted.text).not.toContain(value)
      }
      const [config] = format === 'json' ? JSON.parse(converted.text).processes : [{}]
      return { config, ...converted }
    }

    it.each([
      ['PASSWORD: process.env.DB_PASSWORD', { PASSWORD: '${DB_PASSWORD}' }],
      ["PASSWORD: process.env['DB_PASSWORD']", { PASSWORD: '${DB_PASSWORD}' }],
      ['TOKEN: process.env.NOT_SET_AT_ALL', { TOKEN: '${NOT_SET_AT_ALL:-}' }],
      ['PORT: process.env.NOT_SET_AT_ALL || 3000', { PORT: '${NOT_SET_AT_ALL:-3000}' }],
      ["HOST: process.env.BOX ?? 'localhost'", { HOST: '${BOX:-localhost}' }],
      ["URL: `pg://${process.env.BOX || 'localhost'}/db`", { URL: 'pg://${BOX:-localhost}/db' }],
      ['URL: `pg://me:${process.env.DB_PASSWORD}@${process.env.BOX}`', { URL: 'pg://me:${DB_PASSWORD}@${BOX}' }],
      ["MODE: process.env.NODE_ENV === 'live' ? 'live' : 'test', LIT: '${X}'", { MODE: 'test', LIT: '$${X}' }],
    ])('has variables by name: %s', async (env, expected) => {
      for (const file of ['cjs', 'mjs', 'ts']) {
        const { config, notes } = await written(`env: { ${env} }`, 'json', file)
        expect({ env: config.env, notes }).toEqual({ env: expected, notes: [] })
      }
    })

    it('has them in commands, folders and log files, too', async () => {
      const { config } = await written(
        "args: ['--db', process.env.BOX], node_args: `--title=${process.env.BOX}`, cwd: `${process.env.NOT_SET_AT_ALL || '.'}/api`, " +
          'out_file: `${process.env.HOME}/x.log`',
      )
      expect(config).toMatchObject({
        command: 'node',
        args: ['--title=${BOX}', 'a.js', '--db', '${BOX}'],
        cwd: '${NOT_SET_AT_ALL:-.}/api',
        logFile: '${HOME}/x.log',
      })
      const { text } = await written('env: { A: process.env.DB_PASSWORD, B: process.env.NO || "x" }', 'mjs')
      expect(text).toContain("env: { A: process.env.DB_PASSWORD, B: process.env.NO || 'x' }")
    })

    it('has no copy of the environment, which a process inherits', async () => {
      for (const env of ['process.env', "{ ...process.env, OWN: '1', DB_PASSWORD: process.env.DB_PASSWORD }"]) {
        const { config, notes } = await written(`env: ${env}`)
        expect(config.env).toEqual(env === 'process.env' ? undefined : { OWN: '1' })
        expect(notes).toEqual([expect.stringMatching(/^web: `env` contains the whole environment/)])
      }
    })

    it('says what it has from the environment in another way', async () => {
      const derived = await written('env: { BASIC: Buffer.from(process.env.DB_PASSWORD).toString("hex"), A: 1 }')
      expect(derived.config.env).toEqual({ A: '1' })
      expect(derived.text).not.toContain(Buffer.from(VARIABLES.DB_PASSWORD).toString('hex'))
      expect(derived.notes).toEqual([expect.stringMatching(/^web: `env.BASIC` is left out, since the file makes it/)])
      expect(await written("instances: process.env.COUNT, exec_mode: 'fork'")).toMatchObject({
        config: { instances: 4 },
        notes: ['web: `instances` depends on the environment, and has the value of now'],
      })
    })

    it('has no values that another module has read', async () => {
      write('env.cjs', 'module.exports = { KEY: process.env.DB_PASSWORD, URL: `x://${process.env.BOX}` }')
      const { config } = await written("env: require('./env.cjs')")
      expect(config.env).toEqual({ KEY: '${DB_PASSWORD}', URL: 'x://${BOX}' })
    })

    it('reads the file that the module reads', async () => {
      write('.env', 'FROM_FILE=filesecret\nOTHER=1\n')
      const load = "require('node:process').loadEnvFile(require('node:path').join(__dirname, '.env'))"
      const app = `env: (${load}, { KEY: process.env.FROM_FILE })`
      const { config, text } = await written(app)
      expect(text).not.toContain('filesecret')
      expect(config).toMatchObject({ env: { KEY: '${FROM_FILE}' }, envFile: '.env' })
      delete process.env.FROM_FILE
      expect((await declared('processes.json'))[0]?.env).toMatchObject({ KEY: 'filesecret' })
      expect((await written(app, 'mjs')).notes).toEqual([
        expect.stringMatching(/^web: `process.env.FROM_FILE` comes from a file, which a module must read itself/),
      ])
    })

    it('has relative paths', async () => {
      const { config, notes } = await written(
        "cwd: __dirname, script: __dirname + '/bin/a.js', node_args: ['--require', __dirname + '/x.js'], env: { DATA: __dirname + '/data' }, " +
          "out_file: __dirname + '/o.log', watch: [__dirname + '/src']",
      )
      expect(config).toMatchObject({
        command: 'node --require ./x.js ./bin/a.js',
        env: { DATA: `${folder.path}/data` },
        logFile: 'o.log',
        watchPaths: ['src'],
      })
      expect(config).not.toHaveProperty('cwd')
      expect(notes).toEqual([expect.stringMatching(/^web: `env.DATA` contains the path of this folder/)])
      const below = await written("cwd: __dirname + '/api', script: __dirname + '/b.js', args: `-f ${__dirname}/api/c`")
      expect(below.config).toMatchObject({ command: 'node ../b.js -f ./c', cwd: 'api' })
    })
  })

  it('has paths relative to the file that is written', async () => {
    write(
      'ops/ecosystem.json',
      '[{ "name": "a", "script": "a.js", "out_file": "o.log" }, { "script": "b.js", "cwd": "b" }]',
    )
    await convert('ops/ecosystem.json', 'json', 'processes.json')
    expect(await declared('processes.json')).toEqual(await declared('ops/ecosystem.json'))
  })

  it('imports the package only where it is installed', async () => {
    write('Procfile', 'web: node a.js')
    expect((await convert('Procfile', 'ts')).text).toContain(
      "/** @type {import('tuix-process-manager/config').AppConfig} */",
    )
    write('node_modules/tuix-process-manager/package.json', '{}')
    const { text } = await convertConfig({ cwd: folder.path, file: 'Procfile', format: 'ts', target: 'tuix.config.ts' })
    expect(text).toContain("import { defineConfig } from 'tuix-process-manager/config'")
  })

  it('is rejected if there is nothing to import', async () => {
    write('processes.json', '[]')
    await expect(convert('processes.json', 'json')).rejects.toThrow(
      'processes.json: not a file of PM2 or process-compose, a package.json with scripts, or a Procfile',
    )
  })
})

describe('a first config', () => {
  it.each(FORMATS)('in %s is an example that loads', async (format) => {
    const { file, text, source } = await starterConfig({ cwd: folder.path, format })
    write(file, text)
    expect(source).toBeUndefined()
    expect(await declared(file)).toMatchObject([{ name: 'web', command: 'node server.js' }])
    if (format !== 'json') expect(text).toMatch(/healthCheck/)
  })

  it.each(FORMATS)('in %s has the scripts of a package.json, and loads', async (format) => {
    write('package.json', '{ "scripts": { "dev": "vite", "test": "vitest" } }')
    const { file, text, ...others } = await starterConfig({ cwd: folder.path, format })
    write(file, text)
    expect(others).toMatchObject({ source: 'package.json', names: ['dev'], existing: [] })
    expect(await declared(file)).toMatchObject([{ name: 'dev', command: 'npm run dev' }])
    expect((await starterConfig({ cwd: folder.path, format })).existing).toEqual([file])
  })

  it('uses the most specific file, and notes the ones that it could not read', async () => {
    write('package.json', '{}')
    write('Procfile', 'web: a')
    write('ecosystem.json', '{')
    const { source, notes } = await starterConfig({ cwd: folder.path, format: 'json' })
    expect(source).toBe('Procfile')
    expect(notes).toEqual([expect.stringMatching(/^ecosystem\.json: not JSON at line 1.*; the file was skipped$/)])
  })
})
