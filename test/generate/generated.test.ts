import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { resolveProcess } from '../../src/config/process.ts'
import { OPERATIONS } from '../../src/protocol/operations.ts'
import { PARSERS } from '../../src/protocol/requests.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'
import { operations } from './api.ts'
import { docstringsOf } from './docstrings.ts'
import { generated } from './generated.ts'
import { configSchema } from './schema.ts'
import { tables } from './tables.ts'

describe('the JSON schema', () => {
  const valid = new Ajv({ strict: false }).compile(configSchema())
  const web = { name: 'web', command: 'bun' }

  it.each([
    [[web]],
    [
      {
        $schema: 'x',
        processes: [web],
        defaults: { stopTimeout: 5 },
        profiles: { x: { processes: { web: { watch: true } } } },
      },
    ],
    [{ extends: 'base.json', processes: { web: { port: 5 } } }],
    [
      {
        processManager: { processes: { web: { command: 'bun', port: `\${PORT}`, watch: `\${WATCH:-true}` } } },
        name: 'app',
      },
    ],
    [[{ ...web, dependsOn: { db: 'healthy' }, healthCheck: { type: 'http', url: `\${URL}`, expectedStatus: [200] } }]],
  ])('accepts %j', (config) => {
    valid(config)
    expect(valid.errors).toBeNull()
  })

  it.each([
    [[{ name: 'web' }]],
    [[{ ...web, comand: 'x' }]],
    [{ processes: { web: { port: 5 } } }],
    [{ processes: [{ ...web, port: 'any' }] }],
    [{ defaults: { name: 'web' } }],
    [{ profiles: { x: { extends: 'y' } } }],
    [{ processManager: { proceses: [] } }],
    [[{ ...web, healthCheck: { type: 'ping' } }]],
  ])('refuses %j', (config) => {
    expect(valid(config)).toBe(false)
  })
})

describe('the reference of operations', () => {
  it('has every row of the table', () => {
    expect(operations().map(({ name }) => name)).toEqual(Object.keys(OPERATIONS))
  })

  it.each(operations())('agrees with the row of $name', ({ name, text, input, example }) => {
    const keys = input.map(({ key }) => key)
    const { method, path, runsPrograms, revealsSecrets } = OPERATIONS[name]
    expect(text).toMatch(/^[A-Z].*\.$/)
    expect({ runsPrograms, revealsSecrets }).toEqual({
      runsPrograms: keys.includes('processes'),
      revealsSecrets: keys.includes('reveal'),
    })
    const named = Object.fromEntries([...path.matchAll(/:(\w+)/g)].map(([, key]) => [key, 'web']))
    for (const key of Object.keys(named)) expect(keys).toContain(key)
    expect(example !== undefined).toBe(method === 'POST' && keys.length > 0)
    expect(() => PARSERS[name].parse({ ...named, ...JSON.parse(example ?? '{}') })).not.toThrow()
  })

  it.each(operations())('has every field that the parser of $name knows', ({ name, input }) => {
    try {
      PARSERS[name].parse({ '?': 1 })
    } catch (error) {
      const known = input.map(({ key }) => key).join(', ') || 'none'
      expect((error as Error).message).toBe(`unknown key \`?\`; available: ${known}`)
      return
    }
    throw new Error('an unknown key was accepted')
  })
})

describe('what is generated', () => {
  it('is up to date; else: npm run generate', () => {
    for (const { path, content } of generated()) {
      const written = readFileSync(path, 'utf8')
      if (path.endsWith('.json')) expect(JSON.parse(written)).toEqual(JSON.parse(content))
      else expect(written === content, path).toBe(true)
    }
  })

  it('is in the documentation', () => {
    const page = readFileSync(join(REPOSITORY, 'docs/configuration.md'), 'utf8')
    const marked = [...page.matchAll(/<!-- settings (\w+) -->\n\n\| setting/g)].map(([, name]) => name)
    expect(marked).toEqual(Object.keys(tables()))
  })

  it('tells the defaults that count', () => {
    const resolved: Record<string, unknown> = { ...resolveProcess({ name: 'a', command: 'a' }, { path: '', cwd: '/' }) }
    const check = { type: 'tcp', port: 80 }
    const { healthCheck } = resolveProcess({ name: 'a', command: 'a', healthCheck: check }, { path: '', cwd: '/' })
    const compare = (name: string, values: Record<string, unknown>) =>
      [...docstringsOf(name)].filter(([key, { default: told }]) => {
        const value = values[key]
        if (told === undefined || value === undefined || typeof value === 'object') return false
        expect(told.replaceAll("'", ''), key).toBe(String(value))
        return true
      }).length
    expect(compare('ProcessConfig', resolved)).toBeGreaterThan(14)
    expect(compare('HealthCheckSettings', { ...healthCheck })).toBeGreaterThan(4)
  })
})
