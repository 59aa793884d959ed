import type { ProcessConfig } from '../../model/config/config.ts'
import { escapeReferences, takesReferences } from '../../model/config/references.ts'
import type { Profiles } from '../import/profiles.ts'
import { mapTexts, Placeholders, type Variable } from '../placeholders.ts'
import { code, type PartsOf } from './code.ts'
import { type Format, isCode } from './format.ts'

/** Content of the config file: processes, and profiles that change their variables. */
export interface Draft {
  processes: ProcessConfig[]
  profiles?: Profiles
}

export interface RenderOptions {
  format: Format
  /** Put the content under `processManager`, as in `tuix.config.*`. */
  wrapped: boolean
  /** Name of the package with `defineConfig`; absent if it is not installed, so that an import would fail. */
  packageName?: string
  /** Comment lines for the top, if the format has comments. */
  heading: string[]
  /** Comment lines for the end, if the format has comments. */
  ending?: string[]
  /** What stands for variables in the texts of the draft. */
  placeholders?: Placeholders
  /** For settings in which no variable is replaced. */
  environment?: Record<string, string | undefined>
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

async function dataFile(draft: Draft, options: RenderOptions): Promise<string> {
  const { format, wrapped } = options
  const partsOf = partsIn(options)
  const literal = mapTexts(draft, (text, path) => {
    const isVariableText = !isNotExpanded(path)
    // A `${` that is none of a variable is escaped, since `${NAME}` is replaced in data.
    const own = (part: string) => (isVariableText ? part.replaceAll('${', () => '$${') : withoutReferences(part, path))
    const parts = partsOf(text, path)
    // `$${` would be the escape.
    const clashes = parts.some((part, index) => typeof part === 'object' && /\$$/.test(String(parts[index - 1])))
    if (clashes) return own(options.placeholders?.reveal(text, options.environment ?? {}) ?? text)
    return parts.map((part) => (typeof part === 'string' ? own(part) : written(part))).join('')
  })
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

/** A text of another tool, in which nothing is a reference. */
function withoutReferences(text: string, path: readonly string[]): string {
  // `processes`, the number or name, and then the setting.
  const setting = path.slice(path.indexOf('processes') + 2)
  return takesReferences(setting) ? escapeReferences(text) : text
}

/** A variable in the syntax of configs, which is that of shells too. */
function written({ name, fallback }: Variable): string {
  return fallback === undefined ? `\${${name}}` : `\${${name}:-${fallback}}`
}

/** Settings in which variables are not replaced: shell commands, scripts and patterns. */
function isNotExpanded(path: readonly string[]): boolean {
  return path.includes('hooks') || path.at(-1) === 'stopCommand' || (path.includes('healthCheck') && isLiteral(path))
}

const isLiteral = (path: readonly string[]): boolean => /^(command|script|outputPattern)$/.test(path.at(-1) ?? '')

/** The parts of texts. A shell replaces variables itself; a pattern and a script have their values. */
function partsIn({ placeholders = new Placeholders(), environment = {} }: RenderOptions): PartsOf {
  return (text, path) => {
    if (!placeholders.has(text)) return [text]
    if (!isNotExpanded(path)) return placeholders.parts(text)
    if (/^(script|outputPattern)$/.test(path.at(-1) ?? '')) return [placeholders.reveal(text, environment)]
    return [
      placeholders
        .parts(text)
        .map((part) => (typeof part === 'string' ? part : written(part)))
        .join(''),
    ]
  }
}

function codeFile(draft: Draft, options: RenderOptions): string {
  const { format, wrapped, packageName } = options
  const literal = mapTexts(draft, withoutReferences)
  const content = wrapped ? { processManager: literal } : literal
  const text = code(content, partsIn(options))
  const commonJs = format === 'cjs'
  const exported = (value: string) => (commonJs ? `module.exports = ${value}\n` : `export default ${value}\n`)
  if (!wrapped) return exported(text)
  // A type in a comment helps editors, and does no harm if the package is not installed.
  if (packageName === undefined) {
    return `/** @type {import('tuix-process-manager/config').AppConfig} */\n${exported(text)}`
  }
  const imported = commonJs
    ? `const { defineConfig } = require('${packageName}/config')`
    : `import { defineConfig } from '${packageName}/config'`
  return `${imported}\n\n${exported(`defineConfig(${text})`)}`
}
