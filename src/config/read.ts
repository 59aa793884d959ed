import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { ProcessManagerError } from '../model/errors.ts'
import { extentProblem } from './extent.ts'
import { isLenientJson, isProcfile } from './import/kind.ts'
import { parseJson, parseJsonc } from './json.ts'
import { parseToml, parseYaml } from './parse.ts'
import { refusal } from './place.ts'

type Parser = (text: string, shown: string) => Promise<unknown>

const PARSERS: Record<string, Parser> = {
  '.json': parseJson,
  '.jsonc': parseJsonc,
  '.yaml': parseYaml,
  '.yml': parseYaml,
  '.toml': parseToml,
}
const MODULES = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']

/** What a config file holds, unchecked. `file` is absolute, `shown` what messages call it. Throws a `config` error. */
export async function readConfigFile(file: string, shown: string): Promise<unknown> {
  const parse = parserOf(file)
  if (!parse && !MODULES.includes(extname(file))) {
    const known = [...Object.keys(PARSERS), ...MODULES]
    throw refusal({ file: shown }, `a config file ends in ${known.slice(0, -1).join(', ')} or ${known.at(-1)}`)
  }
  // Also for modules: that a file is missing or unreadable is said more clearly here than by a module loader.
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new ProcessManagerError('config', `there is no config file ${shown}`)
    throw refusal({ file: shown }, `cannot be read (${error.code})`)
  })
  // Editors on Windows write a byte order mark, which is no part of any format.
  if (!parse) return await loadModule(file, shown)
  const content = await parse(text.replace(/^\uFEFF/, ''), shown)
  const problem = extentProblem(content)
  if (problem !== undefined) throw refusal({ file: shown }, problem)
  return content
}

/** Undefined: it is a module, or nothing that is known. */
function parserOf(file: string): Parser | undefined {
  if (isProcfile(file)) return async (text) => text
  return isLenientJson(file) ? parseJsonc : PARSERS[extname(file)]
}

async function loadModule(file: string, shown: string): Promise<unknown> {
  const { loadConfig } = await import('c12')
  const loaded = await loadConfig({
    cwd: dirname(file),
    configFile: basename(file),
    // This file and nothing else: no rc files, no .env, no package.json, no layers from elsewhere.
    rcFile: false,
    globalRc: false,
    dotenv: false,
    packageJson: false,
    extend: false,
    giget: false,
    envName: false,
    jitiOptions: { fsCache: cacheFor(dirname(file)) },
  }).catch((error: unknown) => {
    throw refusal({ file: shown }, `cannot be loaded: ${oneLine(error)}`)
  })
  // Not `loaded.config`: merging drops what is null, which is to be refused.
  return loaded.layers?.[0]?.config
}

/**
 * Where transpiled modules are kept between commands (on Node it saves 0.2 s each): in the project. The loader's fallback,
 * a folder in the system's temp folder, is refused: anybody could have made it and put code there.
 */
function cacheFor(folder: string): string | false {
  const modules = join(folder, 'node_modules')
  return existsSync(modules) && join(modules, '.cache', 'jiti')
}

/** A loader's message without its stack of requiring modules. */
function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const [first = ''] = message.split(/\n(?=Require stack)/)
  return first.replace(/\s+/g, ' ').trim()
}
