import { TOO_DEEP } from './extent.ts'
import { refusal } from './place.ts'

/* Data formats other than JSON. Messages tell line and column, and never show a line: it may hold a secret. */

/** What the parser of a format says of a mistake, or undefined if that is no mistake in the text. */
type Complaint = (error: unknown) => { line: number; column: number; reason: string } | undefined

/** The value of a YAML file. `file` is as shown to the user; throws a `config` error. */
export async function parseYaml(text: string, file: string): Promise<unknown> {
  const { parseYAML } = await import('confbox/yaml')
  return parseWith(() => withoutTraces(() => parseYAML(text)), { file, format: 'YAML', complaint: yamlComplaint })
}

/** The value of a TOML file. `file` is as shown to the user; throws a `config` error. */
export async function parseToml(text: string, file: string): Promise<unknown> {
  const { parseTOML } = await import('confbox/toml')
  return parseWith(() => parseTOML(text), { file, format: 'TOML', complaint: tomlComplaint })
}

/** The YAML parser asks for the stack of what is no instance of Error, and Bun throws at that; it can do without. */
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
  { file, format, complaint }: { file: string; format: string; complaint: Complaint },
) {
  try {
    return parse()
  } catch (error) {
    if (error instanceof RangeError) throw refusal({ file }, TOO_DEEP)
    const said = complaint(error)
    if (!said) throw error
    const { line, column, reason } = said
    throw refusal({ file }, `not ${format} at line ${line}, column ${column}: ${reason}`)
  }
}

const yamlComplaint: Complaint = (error) => {
  const { reason, mark } = error as { reason?: string; mark?: { line: number; column: number } }
  if (reason === undefined) return undefined
  // Counted from 0; some mistakes concern the document as a whole.
  return { line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1, reason }
}

const tomlComplaint: Complaint = (error) => {
  const { line, column, message } = error as { line?: number; column?: number; message: string }
  if (line === undefined || column === undefined) return undefined
  const [first = ''] = message.split('\n')
  return { line, column, reason: first.replace(/^Invalid TOML document: /, '') }
}
