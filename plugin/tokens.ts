import { isObject } from './options.ts'

/**
 * The words that the user typed after the name of the `ps` command. Hosts parse them differently, and some wrongly
 * (they take a flag's value for a name), so only raw tokens count: those of the host, or else those of this process's
 * command line.
 *
 * @param context argument that the host passed to the handler
 * @param path names of the command, such as `['ps', 'list']`
 */
export function rawTokens(context: unknown, path: readonly string[], argv: readonly string[]): string[] {
  const [name, ...command] = path
  const given = tokensIn(context)
  if (given) return [...command, ...given]
  const at = argv.findIndex((token, index) => index >= 2 && token === name)
  return at === -1 ? command : argv.slice(at + 1)
}

function tokensIn(context: unknown): string[] | undefined {
  if (!isObject(context)) return undefined
  const raw = isObject(context._raw) ? context._raw.args : undefined
  return [raw, context.args].find((tokens): tokens is string[] => Array.isArray(tokens))
}
