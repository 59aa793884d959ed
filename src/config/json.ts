import type { JSONCParseError, JSONCParseOptions } from 'confbox/jsonc'
import { TOO_DEEP } from './data-limits.ts'
import { duplicateKey } from './duplicate-keys.ts'
import { configError } from './place.ts'

/** Parses a JSON file. Throws a `config` error with line and column. `file` is the name shown to the user. */
export async function parseJson(text: string, file: string): Promise<unknown> {
  try {
    return JSON.parse(text)
  } catch {
    // Error messages differ between runtimes, and Bun gives no position. A tolerant parser finds the error again.
    const { error } = await parseTolerantly(text, file, { disallowComments: true, allowTrailingComma: false })
    throw configError({ file }, error ?? whatIsWrong(text, { error: 0, offset: text.length }))
  }
}

/** Parses JSON with comments and trailing commas. */
export async function parseJsonc(text: string, file: string): Promise<unknown> {
  const { value, error } = await parseTolerantly(text, file, { allowTrailingComma: true })
  if (error !== undefined) throw configError({ file }, error)
  return value
}

async function parseTolerantly(
  text: string,
  file: string,
  options: JSONCParseOptions,
): Promise<{ value: unknown; error?: string }> {
  const { parseJSONC } = await import('confbox/jsonc')
  const errors: JSONCParseError[] = []
  let value: unknown
  try {
    value = parseJSONC(text, { ...options, errors })
  } catch (error) {
    // The parser throws only if it recurses too deep.
    if (error instanceof RangeError) throw configError({ file }, TOO_DEEP)
    throw error
  }
  return { value, ...(errors[0] && { error: whatIsWrong(text, errors[0]) }) }
}

/** Throws a `config` error if an object in a text of JSON has a key twice: which of the two is meant cannot be known. */
export function refuseDuplicateKeys(text: string, file: string): void {
  const found = duplicateKey(text)
  if (!found) return
  const { line, column } = positionOf(text, found.offset)
  throw configError(
    { file },
    `the key ${JSON.stringify(found.key)} occurs twice, again at line ${line}, column ${column}`,
  )
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

function whatIsWrong(text: string, { error, offset }: Pick<JSONCParseError, 'error' | 'offset'>): string {
  const { line, column } = positionOf(text, offset)
  return `not JSON at line ${line}, column ${column}: ${REASONS[error] ?? 'a value is expected'}`
}

/** Messages by the parser's error codes: https://github.com/microsoft/node-jsonc-parser, `ParseErrorCode`. */
const REASONS: Record<number, string> = {
  1: 'this is neither a text in double quotes nor a number, true, false or null',
  2: 'not a number',
  3: 'a name in double quotes is expected (no comma comes after the last entry)',
  5: 'a colon is expected',
  6: 'a comma is expected',
  7: 'a comma or a closing brace is expected',
  8: 'a comma or a closing bracket is expected',
  9: 'the end of the file is expected',
  10: 'comments are not allowed',
  11: 'comments are not allowed',
  12: 'the closing quote of a string is missing',
  13: 'digits are missing in a number',
  14: 'four hexadecimal digits are expected after \\u',
  15: 'no such escape in a string',
  16: 'a control character is not allowed in a string; write it as an escape, such as \\t',
}
