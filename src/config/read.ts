import { existsSync, statSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { dataLimitProblem } from './data-limits.ts'
import { readGivenText } from './given-file.ts'
import { isLenientJson, isProcfile, kindOf } from './import/kind.ts'
import { notImportable } from './import/other-tools.ts'
import { parseJson, parseJsonc, refuseDuplicateKeys } from './json.ts'
import { parseToml, parseYaml, parseYamlAsWritten } from './parse.ts'
import { configError } from './place.ts'
import { withStdoutOnStderr } from './stdout.ts'
import { isInstalled, OWN_NAME } from './write/package.ts'

type Parser = (text: string, shown: string) => Promise<unknown>

const PARSERS: Record<string, Parser> = {
  '.json': parseJson,
  '.jsonc': parseJsonc,
  '.yaml': parseYaml,
  '.yml': parseYaml,
  '.toml': parseToml,
}
const MODULES = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']

/**
 * Parses the YAML of process-compose, which replaces variables before: within `{ … }`, the braces of one would end the object.
 */
async function parseYamlWithVariables(text: string, shown: string): Promise<unknown> {
  try {
    return await parseYaml(text, shown)
  } catch (error) {
    const veiled = text.replace(/\$\{(\w+(?::?-[^{}\n]*)?)\}/g, '$\uE000$1\uE001')
    if (veiled === text) throw error
    const json = JSON.stringify(await parseYaml(veiled, shown))
    return JSON.parse(json.replaceAll('\uE000', '{').replaceAll('\uE001', '}'))
  }
}

/** Content of a config file, not validated. `file` is absolute, `shown` its name in messages. Throws a `config` error. */
export async function readConfigFile(file: string, shown: string): Promise<unknown> {
  const parse = parserOf(file)
  const foreign = existsSync(file) ? notImportable(file, shown) : undefined
  if (foreign) throw foreign
  if (!parse && !isModule(file)) {
    const known = [...Object.keys(PARSERS), ...MODULES]
    throw configError(
      { file: shown },
      `the name of a config file must end in ${known.slice(0, -1).join(', ')} or ${known.at(-1)}`,
    )
  }
  // Modules too, since the error for a missing or unreadable file is clearer than that of the module loader.
  if (!parse && isFifo(file)) throw configError({ file: shown }, 'is a FIFO, and a config that is code must be a file')
  const text = readGivenText(file, shown)
  // Editors on Windows write a byte order mark, which is not part of any format.
  if (!parse) return await loadModule(file, shown)
  const content = await parse(text.replace(/^\uFEFF/, ''), shown)
  const problem = dataLimitProblem(content)
  if (problem !== undefined) throw configError({ file: shown }, problem)
  // Other tools take the last value, and numbers as numbers, so their files go on meaning that.
  if (basename(file) === 'package.json' || kindOf(file, content)) return content
  if (/^\.jsonc?$/.test(extname(file))) refuseDuplicateKeys(text, shown)
  return parse === parseYaml ? await parseYamlAsWritten(text, shown) : content
}

/** Undefined for a module or an unknown format. */
function parserOf(file: string): Parser | undefined {
  if (isProcfile(file)) return async (text) => text
  if (/^process-compose\b.*\.ya?ml$/.test(basename(file))) return parseYamlWithVariables
  return isLenientJson(file) ? parseJsonc : PARSERS[extname(file)]
}

async function loadModule(file: string, shown: string): Promise<unknown> {
  return await withStdoutOnStderr(() => moduleIn(file)).catch((error: unknown) => {
    throw configError({ file: shown }, `cannot be loaded: ${notInstalled(error, dirname(file)) ?? oneLine(error)}`)
  })
}

/** It is read twice: here, and by the module loader. */
const isFifo = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isFIFO() ?? false

/** Whether a config file is code. */
export const isModule = (file: string): boolean => MODULES.includes(extname(file))

/** What a config module exports. `file` is absolute. */
export async function moduleIn(file: string): Promise<unknown> {
  const { loadConfig } = await import('c12')
  const loaded = await loadConfig({
    cwd: dirname(file),
    configFile: basename(file),
    // Load only this file: no rc files, no .env, no package.json, no layers from elsewhere.
    rcFile: false,
    globalRc: false,
    dotenv: false,
    packageJson: false,
    extend: false,
    giget: false,
    envName: false,
    jitiOptions: { fsCache: cacheFor(dirname(file)) },
  })
  // Not `loaded.config`, since merging drops null values, which must be rejected.
  return loaded.layers?.[0]?.config
}

/**
 * Folder in the project that caches transpiled modules, which saves 0.2 s per command on Node. False if the project has no
 * `node_modules`: the loader's fallback in the system's temp folder could be filled with code by anybody.
 */
function cacheFor(folder: string): string | false {
  const modules = join(folder, 'node_modules')
  return existsSync(modules) && join(modules, '.cache', 'jiti')
}

/** The reason and remedy if the config imports a package that is not installed; undefined if loading failed otherwise. */
function notInstalled(error: unknown, folder: string): string | undefined {
  // Paths and modules of the runtime do not match.
  const [, name] = /^Cannot find (?:module|package) '((?:@[^/']+\/)?[^@./:'][^/:']*)[/']/.exec(oneLine(error)) ?? []
  if (name === undefined || isInstalled(name, folder)) return undefined
  const remedy = `; run npm install --save-dev ${OWN_NAME}, or write the config without it, as \`init\` does`
  return `the package ${name} is not installed here${name === OWN_NAME ? remedy : ''}`
}

/** The message of a loader error in one line, without the list of requiring modules. */
function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const [first = ''] = message.split(/\n(?=Require stack)/)
  return first.replace(/\s+/g, ' ').trim()
}
