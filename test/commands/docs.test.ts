import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commands } from '../../commands/cli/catalog.ts'
import { parse } from '../../commands/cli/parse.ts'
import { logRequest } from '../../commands/logs/request.ts'
import { COMMON_OPTIONS, type CommandOption } from '../../commands/shared/command.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'
import { NOW } from './states.ts'

const names = readdirSync(join(REPOSITORY, 'docs')).filter((name) => name.endsWith('.md'))
const pages = ['README.md', ...names.map((name) => `docs/${name}`)]
const texts = new Map(pages.map((page) => [page, readFileSync(join(REPOSITORY, page), 'utf8')]))
const all = [...texts.values()].join('\n')

/** Command lines: indented, in blocks for a shell, and inline, up to what another program begins with. */
const lines = [...all.matchAll(/(?:^ {4}(?:\$ )?|^|[`(;&] ?)tuix-ps ([^`|&#\n]*)/gm)].map(([, line = '']) =>
  line.trim(),
)

/** The part of the page that is about a command; its heading names one or several. */
function sectionOf(name: string): { heading: string[]; text: string } {
  for (const part of (texts.get('docs/commands.md') ?? '').split('\n## ').slice(1)) {
    const heading = (part.split('\n')[0] ?? '').split(', ')
    if (heading.includes(name)) return { heading, text: part }
  }
  throw new Error(`docs/commands.md has no part with a heading for ${name}`)
}

function longNames(options: CommandOption[]): string[] {
  return options.flatMap(({ flags }) => flags.match(/--[\w-]+/g) ?? [])
}

/** As a shell would: quotes keep words together. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  )
}

describe('the documentation', () => {
  it.each(commands.map(({ name }) => name))('describes %s', (name) => {
    expect(texts.get('docs/commands.md')).toMatch(new RegExp(`^\\| \`${name}\\b`, 'm'))
  })

  it.each(commands.map(({ name }) => name))('lists exactly the options of %s', (name) => {
    const { heading, text } = sectionOf(name)
    const there = commands.filter((command) => heading.includes(command.name))
    const known = longNames([...there.flatMap(({ options }) => options), ...COMMON_OPTIONS])
    // The first cells of its tables; other words may speak of other commands.
    const cells = [...text.matchAll(/^\| (`-[^|]*)/gm)].map(([, cell = '']) => cell).join()
    const told: string[] = cells.match(/(?<![\w-])--[a-z][\w-]*/g) ?? []
    const own = longNames(commands.find((command) => command.name === name)?.options ?? [])
    expect(own.filter((flag) => !told.includes(flag))).toEqual([])
    expect(told.filter((flag) => !known.includes(flag))).toEqual([])
  })

  it('lists the common options and all aliases', () => {
    const intro = (texts.get('docs/commands.md') ?? '').split('\n## ')[0] ?? ''
    expect(longNames(COMMON_OPTIONS).filter((flag) => !intro.includes(`\`${flag}`))).toEqual([])
    const aliases = commands.flatMap((command) => command.aliases.map((alias) => [command.name, alias]))
    for (const [name, alias] of aliases) expect(intro).toMatch(new RegExp(`^\\| \`${name}\\b.*\`${alias}\``, 'm'))
  })

  it('shows only valid command lines', () => {
    expect(lines.length).toBeGreaterThan(25)
    for (const line of lines.filter((text) => !/^[A-Z]|…|\[/.test(text))) {
      const { command, flags } = parse(words(line.replace(/\s2>.*$/, '')), commands)
      expect(command, line).toBeDefined()
      if (command?.name !== 'logs') continue
      const environment = { now: () => NOW } as Parameters<typeof logRequest>[0]['environment']
      expect(() => logRequest({ flags, environment }), line).not.toThrow()
    }
  })

  it('names every option of logs in logs.md', () => {
    const options = commands.find(({ name }) => name === 'logs')?.options ?? []
    const names = options.flatMap(({ flags }) => /--[\w-]+/.exec(flags)?.[0] ?? [])
    const missing = names.filter((name) => !texts.get('docs/logs.md')?.includes(name))
    expect(missing).toEqual([])
  })
})
