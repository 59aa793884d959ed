import type { YAMLParseOptions } from 'confbox/yaml'
import { TOO_DEEP } from './data-limits.ts'
import { configError } from './place.ts'

/* Data formats other than JSON. Messages have line and column, but never show a line, since it may contain a secret. */

/** Reads a parser's error; undefined if it is not about the text. */
type ReadError = (error: unknown) => { line: number; column: number; reason: string } | undefined

/** Parses a YAML file. `file` is the name shown to the user. Throws a `config` error. */
export async function parseYaml(text: string, file: string, options: YAMLParseOptions = {}): Promise<unknown> {
  const { parseYAML } = await import('confbox/yaml')
  return parseWith(() => withoutTraces(() => parseYAML(text, options)), { file, format: 'YAML', readError: yamlError })
}

/**
 * `parseYaml`, in which a number or switch that is spelt in another way than JSON does, such as `1.10`, `007` or `True`, stays a text:
 * as the value of a variable it must not change. `check.ts` makes a number of it where one is wanted.
 */
export function parseYamlAsWritten(text: string, file: string): Promise<unknown> {
  return parseYaml(text, file, {
    listener(event, state) {
      if (event !== 'close' || state.kind !== 'scalar' || !/^(?:number|boolean)$/.test(typeof state.result)) return
      const [, written] = /([-+.\w]+)\s*$/.exec(state.input.slice(state.lineStart, state.position)) ?? []
      if (written === undefined || String(state.result) === written) return
      state.result = written
      if (state.anchor !== null) state.anchorMap[state.anchor] = written
    },
  })
}

/** Parses a TOML file. `file` is the name shown to the user. Throws a `config` error. */
export async function parseToml(text: string, file: string): Promise<unknown> {
  const { parseTOML } = await import('confbox/toml')
  return parseWith(() => parseTOML(text), { file, format: 'TOML', readError: tomlError })
}

/** Hides `Error.captureStackTrace`, which the YAML parser calls on an object that is not an Error. Bun throws at that. */
function withoutTraces<T>(parse: () => T): T {
  const trace = Object.getOwnPropertyDescriptor(Error, 'captureStackTrace')
  if (trace) Object.defineProperty(Error, 'captureStackTrace', { ...trace, value: undefined })
  try {
    return parse()
  } finally {
    if (trace) Object.defineProperty(Error, 'captureStackTrace', trace)
  }
}

function parseWith(
  parse: () => unknown,
  { file, format, readError }: { file: string; format: string; readError: ReadError },
) {
  try {
    return parse()
  } catch (error) {
    if (error instanceof RangeError) throw configError({ file }, TOO_DEEP)
    const problem = readError(error)
    if (!problem) throw error
    const { line, column, reason } = problem
    throw configError({ file }, `not ${format} at line ${line}, column ${column}: ${reason}`)
  }
}

/** What the parser says in terms of its caller, or of the language. */
const REASONS: [said: RegExp, reason: string][] = [
  [/single document/, 'it must be one document, without `---` between two'],
  [
    /flow (?:collection|sequence|mapping)/,
    'within `{ }` and `[ ]`, a text with any of `, : { } [ ] "` must be in quotes',
  ],
]

const yamlError: ReadError = (error) => {
  const { reason: given, mark } = error as { reason?: string; mark?: { line: number; column: number } }
  if (given === undefined) return undefined
  const reason = REASONS.find(([said]) => said.test(given))?.[1] ?? given
  // Counted from 0. Some errors concern the whole document.
  return { line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1, reason }
}

const tomlError: ReadError = (error) => {
  const { line, column, message } = error as { line?: number; column?: number; message: string }
  if (line === undefined || column === undefined) return undefined
  const [first = ''] = message.split('\n')
  return { line, column, reason: first.replace(/^Invalid TOML document: /, '') }
}
