import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'

let folder: TempFolder
beforeEach(() => {
  folder = tempFolder()
})
afterEach(() => folder.remove())

interface ConfigBlock {
  page: string
  line: number
  language: string
  text: string
}

/** Every block of a page that declares processes, or says something for them. */
function configsOf(page: string): ConfigBlock[] {
  const content = readFileSync(join(REPOSITORY, page), 'utf8')
  return [...content.matchAll(/^```(json|jsonc|yaml|toml|ts)\n([\s\S]*?)^```$/gm)]
    .map(({ 1: language = '', 2: text = '', index }) => {
      return { page, line: content.slice(0, index).split('\n').length, language, text }
    })
    .filter(({ language, text }) =>
      language === 'ts' ? /^export default/m.test(text) : /\b(?:processes|command)\b/.test(text),
    )
}

const pages = [
  'README.md',
  ...readdirSync(join(REPOSITORY, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
const blocks = pages.flatMap(configsOf)

function write(file: string, text: string): void {
  const path = join(folder.path, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** Files that a block names, so that it can be loaded by itself. */
function writeNamed(text: string, key: string, content: string): void {
  for (const [, value = ''] of text.matchAll(new RegExp(`${key}['"]?\\s*[:=]\\s*(\\[[^\\]]*\\]|[^,\\n}]+)`, 'g'))) {
    for (const [, path = ''] of value.matchAll(/['"]?([\w./-]+)['"]?/g)) write(path, content)
  }
}

/** The profile of a block that has one. */
function profilesIn(text: string): string[] {
  const [, name] = /\bprofiles['"]?:[\s{]*['"]?(\w+)['"]?:/.exec(text) ?? []
  return name === undefined ? [] : [name]
}

/** Every variable that a block may need. */
const environment = new Proxy(
  {},
  {
    get: (_, name) =>
      name === 'TUIX_PROFILE' ? undefined : String(name).includes('WEBHOOK') ? 'https://example.org/' : '1',
  },
)

describe('a config in the documentation is accepted:', () => {
  it('there are some of each kind', () => {
    expect(blocks.length).toBeGreaterThan(18)
  })

  it.each(blocks.map((block) => [`${block.page}, line ${block.line}`, block] as const))('%s', async (_, block) => {
    const { language, text } = block
    writeNamed(text, 'envFile', '')
    writeNamed(text, 'extends', '{ "processes": { "api": { "command": "x" }, "web": { "command": "x" } } }')
    const module = text.replace(/'tuix-process-manager\/config'/, `'${REPOSITORY}/src/config/define.ts'`)
    const file = language === 'ts' ? 'tuix.config.ts' : `processes.${language}`
    write(file, language === 'ts' ? module : text)
    for (const profile of [undefined, ...profilesIn(text)]) {
      const { processes, file: read } = await loadConfig({
        cwd: folder.path,
        environment,
        ...(profile !== undefined && { profile }),
      })
      expect(read).toBe(join(folder.path, file))
      expect(processes.length).toBeGreaterThan(0)
    }
  })
})
