import type { ProcessConfig } from '../../model/config.ts'
import type { Profiles } from '../import/profiles.ts'
import { code, type IsLive } from './code.ts'
import { type Format, isCode } from './format.ts'

/** What is written: processes, and variables that profiles put over theirs. */
export interface Draft {
  processes: ProcessConfig[]
  profiles?: Profiles
}

export interface RenderOptions {
  format: Format
  /** Under `processManager`, as a `tuix.config.*` has it. */
  wrapped: boolean
  /** Package that has `defineConfig`; absent: none is installed, and an import would fail. */
  packageName?: string
  /** Lines for the top, as comments where the format has some. */
  heading: string[]
  /** Lines for the end, as comments. */
  ending?: string[]
  /** Variables of a process's `env` whose values name others. */
  live: (name: string) => readonly string[]
}

/** The text of a config file. */
export async function render(draft: Draft, options: RenderOptions): Promise<string> {
  const { format, wrapped, heading, ending = [] } = options
  const mark = format === 'yaml' || format === 'yml' || format === 'toml' ? '#' : '//'
  const comment = (lines: string[]) => lines.map((line) => `${mark} ${line}`.trimEnd())
  const body = isCode(format) ? codeFile(draft, options) : await dataFile(draft, options)
  if (format === 'json') return body
  const inner = [...comment(heading), ...(heading.length > 0 && !wrapped && !isCode(format) ? [''] : [])]
  const head = inner.length > 0 ? `${inner.join('\n')}\n` : ''
  const foot = ending.length > 0 ? `\n${comment(ending).join('\n')}\n` : ''
  return `${head}${body}${foot}`
}

async function dataFile(draft: Draft, { format, wrapped, live }: RenderOptions): Promise<string> {
  const literal = escaped(draft, liveIn(draft, live))
  const content = wrapped ? { processManager: literal } : literal
  switch (format) {
    case 'yaml':
    case 'yml':
      return (await import('confbox/yaml')).stringifyYAML(content)
    case 'toml':
      return (await import('confbox/toml')).stringifyTOML(content)
    default:
      return `${JSON.stringify(content, null, 2)}\n`
  }
}

/** Readers of data replace `${NAME}`; what is not meant so says `$${`. */
function escaped(value: unknown, isLive: IsLive, path: readonly string[] = []): unknown {
  if (typeof value === 'string') {
    return isLive(path) || isForOthers(path) ? value : value.replaceAll('${', () => '$${')
  }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((inner, index) => escaped(inner, isLive, [...path, String(index)]))
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, escaped(inner, isLive, [...path, key])]))
}

/** Texts in which variables are not replaced anyway: they are for a shell, or patterns. */
function isForOthers(path: readonly string[]): boolean {
  return (
    path.includes('hooks') ||
    (path.includes('healthCheck') && /^(command|script|outputPattern)$/.test(path.at(-1) ?? ''))
  )
}

function liveIn({ processes }: Draft, live: RenderOptions['live']): IsLive {
  return ([root, index, key, variable = '']) => {
    const name = root === 'processes' && key === 'env' ? processes[Number(index)]?.name : undefined
    return name !== undefined && live(name).includes(variable)
  }
}

function codeFile(draft: Draft, { format, wrapped, packageName, live }: RenderOptions): string {
  const isLive = liveIn(draft, live)
  const content = wrapped ? { processManager: draft } : draft
  const text = code(content, wrapped ? ([, ...path]) => isLive(path) : isLive)
  const commonJs = format === 'cjs'
  if (packageName === undefined) {
    // A type in a comment is there for editors and breaks nothing where the package is not installed.
    const type = wrapped ? "/** @type {import('tuix-process-manager/config').AppConfig} */\n" : ''
    return commonJs ? `${type}module.exports = ${text}\n` : `${type}export default ${text}\n`
  }
  const call = wrapped ? `defineConfig(${text})` : text
  if (!wrapped) return commonJs ? `module.exports = ${text}\n` : `export default ${text}\n`
  return commonJs
    ? `const { defineConfig } = require('${packageName}/config')\n\nmodule.exports = ${call}\n`
    : `import { defineConfig } from '${packageName}/config'\n\nexport default ${call}\n`
}
