import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commands } from '../../commands/catalog.ts'
import { logRequest } from '../../commands/log-request.ts'
import { parse } from '../../commands/parse.ts'
import { resolveProcesses } from '../../src/config/resolve.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'
import { NOW } from './states.ts'

const pages = ['README.md', ...readdirSync(join(REPOSITORY, 'docs')).map((name) => `docs/${name}`)]
const texts = new Map(pages.map((page) => [page, readFileSync(join(REPOSITORY, page), 'utf8')]))
const all = [...texts.values()].join('\n')

/** Command lines: indented, in blocks for a shell, and inline, up to what another program begins with. */
const lines = [...all.matchAll(/(?:^ {4}(?:\$ )?|^|[`(;&] ?)tuix-ps ([^`|&#\n]*)/gm)].map(([, line = '']) =>
  line.trim(),
)
const blocks = [...all.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)

/** As a shell would: quotes keep words together. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  )
}

describe('the documentation', () => {
  it.each(commands.map(({ name }) => name))('tells of %s', (name) => {
    expect(texts.get('docs/commands.md')).toMatch(new RegExp(`^\\| \`${name}\\b`, 'm'))
  })

  it('shows command lines that there are', () => {
    expect(lines.length).toBeGreaterThan(25)
    for (const line of lines.filter((text) => !/^[A-Z]|…|\[/.test(text))) {
      const { command, flags } = parse(words(line.replace(/\s2>.*$/, '')), commands)
      expect(command, line).toBeDefined()
      if (command?.name !== 'logs') continue
      const environment = { now: () => NOW } as Parameters<typeof logRequest>[0]['environment']
      expect(() => logRequest({ flags, environment }), line).not.toThrow()
    }
  })

  it('shows configs that are accepted', () => {
    expect(blocks.length).toBeGreaterThan(6)
    for (const block of blocks) {
      const config = JSON.parse(block)
      const processes = Array.isArray(config) ? config : config.processes
      expect(resolveProcesses(processes, { path: 'processes', cwd: '/app' })).toHaveLength(processes.length)
    }
  })

  it('names every option of logs', () => {
    const options = commands.find(({ name }) => name === 'logs')?.options ?? []
    const names = options.flatMap(({ flags }) => /--[\w-]+/.exec(flags)?.[0] ?? [])
    const missing = names.filter((name) => !texts.get('docs/logs.md')?.includes(name))
    expect(missing).toEqual([])
  })

  it('links to pages that there are', () => {
    for (const [page, text] of texts) {
      for (const [, target = ''] of text.matchAll(/\]\(([\w./-]+\.md)(?:#[\w-]+)?\)/g)) {
        const path = join(page, '..', target)
        expect(texts.has(path) || path.startsWith('src/') || path === 'CONTRIBUTING.md', `${page}: ${target}`).toBe(
          true,
        )
      }
    }
  })
})
