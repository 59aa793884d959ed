/** What process-compose replaces in the texts of its file: `{{ .NAME }}` by variables, `$NAME` by the environment. */

export interface Replacements {
  vars: Record<string, unknown>
  env: Record<string, string | undefined>
  /** `$NAME` is left as it is. */
  keepsEnv: boolean
  /** Is told the variables of the environment whose values are in a text now. */
  used: Set<string>
}

/** A text that is given to a shell: that replaces `$NAME` itself, and knows the process's own variables as well. */
export function forShell(text: string, { vars, keepsEnv }: Replacements): string {
  const filled = fillTemplate(text, vars)
  return keepsEnv ? filled : filled.replaceAll('$$', () => '$')
}

/** Any other text, with the variables of the environment in it; `$$` is a `$`. */
export function filledText(text: string, { vars, env, keepsEnv, used }: Replacements): string {
  const filled = fillTemplate(text, vars)
  if (keepsEnv) return filled
  return filled.replace(VARIABLE, (whole, braced, otherwise = '', bare) => {
    if (whole === '$$') return '$'
    const name = braced ?? bare
    used.add(name)
    return env[name] || otherwise
  })
}

const VARIABLE = /\$\$|\$\{(\w+)(?::?-([^}]*))?\}|\$(\w+)/g

/**
 * A text that names variables of the environment, as our own configs write it: `${NAME:-}`, and `$${` for the characters.
 * Undefined: it names none, or one
 * that follows a `$`, which our configs cannot say.
 */
export function liveText(text: string, { vars, keepsEnv }: Replacements): string | undefined {
  const filled = fillTemplate(text, vars)
  if (keepsEnv || !filled.replaceAll('$$', '').includes('$')) return undefined
  const live = filled.replace(VARIABLE, (whole, braced, otherwise = '', bare) =>
    whole === '$$' ? '$' : `\${${braced ?? bare}:-${otherwise}}`,
  )
  return live.includes('$${') ? undefined : live
}

/** Plain variables alone; other templates stay, `hasTemplate` finds them. */
function fillTemplate(text: string, vars: Record<string, unknown>): string {
  return text.replace(/\{\{-?\s*\.(\w+)\s*-?\}\}/g, (whole, name: string) =>
    Object.hasOwn(vars, name) ? String(vars[name]) : whole,
  )
}

export function hasTemplate(text: string): boolean {
  return /\{\{.*\}\}/.test(text)
}
