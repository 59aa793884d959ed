// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables in configs look like that.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { convertConfig } from '../../../src/config/convert.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { starterConfig } from '../../../src/config/starter.ts'
import { FORMATS, type Format, usualName } from '../../../src/config/write/format.ts'
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

async function convert(file: string, format: Format, target = usualName(format)) {
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

describe.each(SOURCES)('what is made of %s', (fixture, file) => {
  beforeEach(() => cpSync(join(REPOSITORY, 'test/fixtures/import', fixture), folder.path, { recursive: true }))

  it.each(FORMATS)('as %s declares the same', async (format) => {
    const { text, names } = await convert(file, format)
    const own = await declared(usualName(format))
    expect(own).toEqual(await declared(file))
    expect(own.map(({ name }) => name)).toEqual(names)
    if (format !== 'json') expect(text).toContain(`From ${file}.`)
  })
})

describe('what is made', () => {
  it('has the variables of PM2 as profiles', async () => {
    write('ecosystem.json', '[{ "script": "a.js", "env": { "A": 1, "B": 1 }, "env_production": { "A": 2 } }]')
    for (const format of ['yaml', 'ts'] as const) {
      await convert('ecosystem.json', format)
      const [process] = await declared(usualName(format), { profile: 'production' })
      expect(process?.env).toEqual({ A: '2', B: '1' })
    }
    expect((await declared('ecosystem.json', { profile: 'production' }))[0]?.env).toEqual({ A: '2', B: '1' })
    await expect(declared('ecosystem.json', { profile: 'prod' })).rejects.toThrow(/there is no profile prod/)
  })

  it('keeps what a shell replaces, and the variables and files that values come from', async () => {
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
      const [process] = await declared(usualName(format), { environment: { HOST: 'box', LIT: 'z' } })
      expect(process).toMatchObject({
        args: ['-c', 'run ${A} && b'],
        env: { SECRET: 'hush', URL: 'x://box/z' },
      })
    }
    const { text } = await convert('process-compose.yaml', 'mjs')
    expect(text).toContain("URL: `x://${process.env.HOST || ''}/${process.env.LIT || ''}`")
    expect(text).toContain("args: ['-c', 'run ${A} && b']")
  })

  it('counts paths from where it is written', async () => {
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

  it('is nothing where there is nothing to import', async () => {
    write('processes.json', '[]')
    await expect(convert('processes.json', 'json')).rejects.toThrow(
      'processes.json: it is no file of PM2, of process-compose, or with scripts, nor is it named Procfile',
    )
  })
})

describe('a first config', () => {
  it.each(FORMATS)('as %s is an example that loads', async (format) => {
    const { file, text, source } = await starterConfig({ cwd: folder.path, format })
    write(file, text)
    expect(source).toBeUndefined()
    expect(await declared(file)).toMatchObject([{ name: 'web', command: 'node server.js' }])
    if (format !== 'json') expect(text).toMatch(/healthCheck/)
  })

  it.each(FORMATS)('as %s is what a package.json has, and loads', async (format) => {
    write('package.json', '{ "scripts": { "dev": "vite", "test": "vitest" } }')
    const { file, text, ...others } = await starterConfig({ cwd: folder.path, format })
    write(file, text)
    expect(others).toMatchObject({ source: 'package.json', names: ['dev'], existing: [] })
    expect(await declared(file)).toMatchObject([{ name: 'dev', command: 'npm run dev' }])
    expect((await starterConfig({ cwd: folder.path, format })).existing).toEqual([file])
  })

  it('takes the most telling file, and says which it could not take', async () => {
    write('package.json', '{}')
    write('Procfile', 'web: a')
    write('ecosystem.json', '{')
    const { source, notes } = await starterConfig({ cwd: folder.path, format: 'json' })
    expect(source).toBe('Procfile')
    expect(notes).toEqual([
      expect.stringMatching(/^ecosystem\.json: not JSON at line 1.*, so nothing was taken from it$/),
    ])
  })
})
