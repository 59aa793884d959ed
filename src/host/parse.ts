import type { Command } from '../config/define.ts'

export interface ParsedTokens {
  /** Arguments that are not flags. */
  words: string[]
  /** Flags by name, in camel case. */
  options: Record<string, unknown>
}

/** Parses a command's flags by its `options`. Flags that are not described are accepted as they come. */
export async function parseTokens(command: Command, tokens: readonly string[]): Promise<ParsedTokens> {
  const { cac } = await import('cac')
  const parser = cac()
  for (const [name, schema] of Object.entries(command.options ?? {})) {
    parser.option(isSwitch(schema) ? `--${name}` : `--${name} <value>`, '')
  }
  parser.option('-h, --help', '').option('-v, --version', '')
  // cac expects a whole process.argv, and drops its first two words.
  const { args, options } = parser.parse(['', '', ...tokens], { run: false })
  const { '--': rest, ...flags } = options
  return { words: [...args, ...(rest as string[])].map(String), options: flags }
}

/** Whether the innermost schema is a boolean, of zod 3 or compatible, or of zod 4. */
function isSwitch(schema: unknown): boolean {
  type Definition = { typeName?: string; type?: string; innerType?: unknown }
  const definition = (schema as { _def?: Definition } | undefined)?._def
  if (definition?.innerType) return isSwitch(definition.innerType)
  return definition?.typeName === 'ZodBoolean' || definition?.type === 'boolean'
}
