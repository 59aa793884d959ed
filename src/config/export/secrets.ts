import { isSecretName, MASK, maskArguments, maskEnvironment, maskText } from '../../model/redaction/mask.ts'
import type { SecretText } from './types.ts'

/** Names of the variables whose values are masked wherever they are shown. */
export function secretVariables(env: Record<string, string>): string[] {
  const masked = maskEnvironment(env)
  return Object.keys(env).filter((name) => masked[name] !== env[name])
}

/** Whether a text has a part that is masked wherever it is shown. */
export function hasSecret(text: string): boolean {
  return maskText(text) !== text
}

/** Whether a header of this name and value is masked wherever it is shown. */
export function isSecretHeader(name: string, value: string): boolean {
  return isSecretName(name) || hasSecret(value)
}

/** Arguments in which variables stand for secrets, and the names of these variables. `taken` are names of other variables. */
export function secretArguments(
  args: string[],
  program: string,
  taken: ReadonlySet<string>,
): { args: SecretText[]; variables: string[] } {
  const masked = maskArguments(args, program)
  const variables: string[] = []
  const texts = args.map((arg, index): SecretText => {
    const hidden = masked[index] ?? arg
    if (hidden === arg) return [arg]
    const literals = literalsOf(arg, hidden)
    return literals.flatMap((literal, at): SecretText => {
      if (at === literals.length - 1) return literal === '' ? [] : [literal]
      const before = literal === '' ? (args[index - 1] ?? '') : literal
      const variable = unusedName(before, new Set([...taken, ...variables]))
      variables.push(variable)
      return literal === '' ? [{ variable }] : [literal, { variable }]
    })
  })
  return { args: texts, variables }
}

/** What stands before, between and after the masked parts. If the mask has changed more than that, the whole text is a secret. */
function literalsOf(text: string, masked: string): string[] {
  const literals = masked.split(MASK)
  const pattern = literals.map((literal) => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[\\s\\S]+?')
  return new RegExp(`^${pattern}$`).test(text) ? literals : ['', '']
}

/** A variable named after what stands before the secret, such as `API_TOKEN` for `--api-token=`. */
function unusedName(before: string, taken: ReadonlySet<string>): string {
  const [, word = 'secret'] = /([A-Za-z][\w.-]*)\W*$/.exec(before) ?? []
  const name = word.replace(/\W/g, '_').toUpperCase()
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}_${number}`
    if (!taken.has(candidate)) return candidate
  }
}
