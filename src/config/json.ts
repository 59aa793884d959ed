import type { JSONCParseError, JSONCParseOptions } from 'confbox/jsonc'
import { TOO_DEEP } from './extent.ts'
import { refusal } from './place.ts'

/** The value of a JSON file; throws a `config` error that names line and column. `file` is as shown to the user. */
export async function parseJson(text: string, file: string): Promise<unknown> {
  try {
    return JSON.parse(text)
  } catch {
    // Runtimes differ in what they tell, and Bun tells no position: a tolerant parser goes over the text once more.
    const { error } = await parseTolerantly(text, file, { disallowComments: true, allowTrailingComma: false })
    throw refusal({ file }, error ?? whatIsWrong(text, { error: 0, offset: text.length }))
  }
}

/** The same with comments, and commas after last entries. */
export async function parseJsonc(text: string, file: string): Promise<unknown> {
  const { value, error } = await parseTolerantly(text, file, { allowTrailingComma: true })
  if (error !== undefined) throw refusal({ file }, error)
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
    // Its only error is that of its recursion.
    if (error instanceof RangeError) throw refusal({ file }, TOO_DEEP)
    throw error
  }
  return { value, ...(errors[0] && { error: whatIsWrong(text, errors[0]) }) }
}

function whatIsWrong(text: string, { error, offset }: Pick<JSONCParseError, 'error' | 'offset'>): string {
  const before = text.slice(0, offset).split('\n')
  const column = (before.at(-1)?.length ?? 0) + 1
  return `not JSON at line ${before.length}, column ${column}: ${REASONS[error] ?? 'a value is expected'}`
}

/** By the parser's error codes: https://github.com/microsoft/node-jsonc-parser, `ParseErrorCode`. */
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
