// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables in configs look like that.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { resolveProcess } from '../../src/config/process.ts'
import { processSchema } from '../../src/config/schema.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'
import { anyJson, damaged, expectTold, mutated } from './damage.ts'
import { runs } from './runs.ts'

/* Whatever a config holds: processes that can be used, or one sentence that names the file. Nobody's prototype is changed. */

let temp: TempFolder
beforeEach(() => {
  temp = tempFolder('fuzz')
})
afterEach(() => {
  temp.remove()
  expect(Object.keys(Object.prototype)).toEqual([])
  expect(({} as { polluted?: unknown }).polluted).toBe(undefined)
})

const RUNS = runs(20)

/** Something of every kind of setting. */
const whole = {
  tuixDir: 'state',
  maxRestarts: 3,
  defaults: { env: { SHARED: '${HOME:-none}' }, stopTimeout: 1000 },
  profiles: { dev: { processes: { web: { env: { MODE: 'dev' } } } } },
  processes: {
    web: {
      command: 'node server.js "an argument"',
      args: ['--port', '${PORT:-3000}'],
      cwd: 'api',
      env: { PORT: '3000', URL: 'http://localhost:${PORT:-1}/' },
      healthCheck: { type: 'http', url: 'http://localhost:3000/', interval: 1000 },
      dependsOn: ['db'],
      watch: ['src'],
      hooks: { onCrash: 'echo crashed' },
      group: 'app',
      instances: 2,
      port: 3000,
    },
    db: { command: 'db', healthCheck: { type: 'tcp', port: 5432 }, schedule: '0 3 * * *', logFile: 'db.log' },
  },
}

const YAML = `
defaults: &shared
  env: { A: "1" }
processes:
  web:
    <<: *shared
    command: node server.js
    args: [--port, "3000"]
  db:
    command: |
      db --verbose
    maxRestarts: 3
`

const TOML = `
maxRestarts = 3
[processes.web]
command = "node server.js"
args = ["--port", "3000"]
env = { A = "1", B = 'two' }
[processes.db]
command = """db
--verbose"""
`

const JSONC = `{ // processes
  "processes": { "web": { "command": "node server.js", "args": ["--port", "3000",] /* its port */ } },
}`

/** Loads what a file of this name holds, as every command does, and does what a start would do with it. */
async function load(name: string, text: string): Promise<void> {
  const file = join(temp.path, name)
  writeFileSync(file, text)
  try {
    const environment = { HOME: '/home/me' }
    const { processes } = await loadConfig({ cwd: temp.path, file, environment })
    for (const process of processes) expectUsable(resolveProcess(process, { path: '', cwd: temp.path }))
  } catch (error) {
    expectTold(error)
  }
}

function expectUsable(process: ReturnType<typeof resolveProcess>): void {
  expect(process.name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
  for (const text of [process.program, ...process.args, process.cwd, ...Object.values(process.env)]) {
    expect(typeof text).toBe('string')
    expect(text).not.toContain('\0')
  }
  expect([process.stopTimeout, process.restartDelay, process.maxRestarts].every(Number.isFinite)).toBe(true)
}

describe('the text of a config', () => {
  it.each([
    ['processes.json', JSON.stringify(whole, null, 2)],
    ['processes.jsonc', JSONC],
    ['processes.yaml', YAML],
    ['processes.toml', TOML],
    ['package.json', JSON.stringify({ name: 'app', processManager: whole })],
  ])('%s, whatever became of it', async (name, text) => {
    const texts = fc.oneof(damaged(text), fc.string({ unit: 'binary', maxLength: 200 }))
    await fc.assert(
      fc.asyncProperty(texts, (changed) => load(name, changed)),
      RUNS,
    )
  })

  it.each([
    ['processes.json', '['.repeat(100_000)],
    ['processes.json', `${'{"processes":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
    ['processes.json', `{"processes":[{"name":"web","command":"x","env":${'['.repeat(20_000)}${']'.repeat(20_000)}}]}`],
    ['processes.jsonc', '['.repeat(100_000)],
    ['processes.yaml', '['.repeat(20_000)],
    ['processes.yaml', `a: ${'{b: '.repeat(5000)}`],
    ['processes.toml', `a = ${'['.repeat(20_000)}`],
    ['processes.toml', `[${'a.'.repeat(20_000)}b]`],
  ])('%s that is nested too deep', async (name, text) => {
    await load(name, text)
  })

  it('of aliases that double each other is refused before it fills the memory', async () => {
    const levels = Array.from({ length: 40 }, (_, i) => `l${i + 1}: &l${i + 1} [*l${i}, *l${i}]`)
    await load('processes.yaml', ['l0: &l0 [x]', ...levels, 'processes: *l40'].join('\n'))
    await load('processes.yaml', ['l0: &l0 [x]', ...levels, 'processes: { web: { command: x, env: *l40 } }'].join('\n'))
  })
})

describe('the values of a config', () => {
  it('of any kind in any place', async () => {
    await fc.assert(
      fc.asyncProperty(mutated(whole), (value) => load('processes.json', JSON.stringify(value))),
      runs(75),
    )
  })

  it('in every setting of a process', () => {
    const settings = Object.keys(processSchema.def.shape)
    expect(settings.length).toBeGreaterThan(30)
    fc.assert(
      fc.property(fc.constantFrom(...settings), fc.oneof(anyJson, fc.anything()), (setting, value) => {
        try {
          const process = { name: 'web', command: 'node server.js', [setting]: value }
          expectUsable(resolveProcess(process, { path: 'processes[0]', cwd: '/app' }))
        } catch (error) {
          expectTold(error)
        }
      }),
      runs(250),
    )
  })

  it('named as what every object has', async () => {
    for (const key of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf']) {
      const polluting = `{ "polluted": true, "command": "x" }`
      for (const text of [
        `{ "${key}": ${polluting} }`,
        `{ "processes": { "${key}": ${polluting} } }`,
        `{ "processes": { "${key}": { "command": "x" } } }`,
        `{ "processes": [{ "name": "${key}", "command": "x", "dependsOn": ["${key}"] }] }`,
        `{ "processes": [{ "name": "web", "command": "x", "${key}": ${polluting} }] }`,
        `{ "processes": [{ "name": "web", "command": "x", "env": { "${key}": "x" } }] }`,
        `{ "processes": [{ "name": "web", "command": "\${${key}:-x}" }], "profiles": { "${key}": ${polluting} } }`,
        `{ "defaults": { "env": { "${key}": ${polluting} } }, "processes": { "web": { "command": "x" } } }`,
      ]) {
        await load('processes.json', text)
        await load('processes.yaml', text)
      }
      const file = join(temp.path, 'variable.json')
      writeFileSync(file, `{ "processes": { "web": { "command": "\${${key}}" } } }`)
      const asked = loadConfig({ cwd: temp.path, file, environment: { ...process.env } })
      await expect(asked).rejects.toThrow(`needs the variable ${key}, which is not set`)
      await load('processes.toml', `[processes.web]\ncommand = "x"\n[processes.web.${key}]\npolluted = true`)
    }
  })

  it('of 100,000 characters', async () => {
    const long = 'x'.repeat(100_000)
    const quoted = '\\"'.repeat(50_000)
    for (const text of [
      long,
      quoted,
      '${'.repeat(30_000),
      `\${A:-${long}}`,
      '${A:-'.repeat(20_000),
      '$'.repeat(100_000),
    ]) {
      for (const settings of [
        { command: text },
        { command: 'x', args: [text] },
        { command: 'x', env: { A: text, TOKEN: text } },
        { command: 'x', cwd: text, logFile: text },
        { command: 'x', healthCheck: { type: 'output', pattern: text } },
        { command: 'x', schedule: text },
        { command: 'x', watch: [text] },
        { command: 'x', group: text },
        { command: 'x', [text]: text },
      ])
        await load('processes.json', JSON.stringify({ processes: { web: settings } }))
    }
  })
})
