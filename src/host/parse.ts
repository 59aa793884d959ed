import type { Command } from '../config/define.ts'

export interface ParsedTokens {
  /** What is no flag. */
  words: string[]
  /** Flags by their names in camel case. */
  options: Record<string, unknown>
}

/** Reads a command's flags as its `options` describe them; flags that are not described are taken as they come. */
export async function parseTokens(command: Command, tokens: readonly string[]): Promise<ParsedTokens> {
  const { cac } = await import('cac')
  const parser = cac()
  for (const [name, schema] of Object.entries(command.options ?? {})) {
    parser.option(isSwitch(schema) ? `--${name}` : `--${name} <value>`, '')
  }
  parser.option('-h, --help', '').option('-v, --version', '')
  // cac takes a whole process.argv and drops its first two.
  const { args, options } = parser.parse(['', '', ...tokens], { run: false })
  const { '--': rest, ...flags } = options
  return { words: [...args, ...(rest as string[])].map(String), options: flags }
}

/** Whether the innermost schema is that of a boolean, in zod 3 and what looks like it, or in zod 4. */
function isSwitch(schema: unknown): boolean {
  type Definition = { typeName?: string; type?: string; innerType?: unknown }
  const definition = (schema as { _def?: Definition } | undefined)?._def
  if (definition?.innerType) return isSwitch(definition.innerType)
  return definition?.typeName === 'ZodBoolean' || definition?.type === 'boolean'
}
