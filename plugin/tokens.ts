import { isObject } from './options.ts'

/**
 * What the user typed after the `ps` command's name. Hosts parse it each in their own way, and some wrongly (a flag's value
 * taken for a name), so only their raw tokens count; where a host passes none, the command line of the process does.
 *
 * @param context whatever the host gave the handler
 * @param path names of the command: `['ps', 'list']`
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
