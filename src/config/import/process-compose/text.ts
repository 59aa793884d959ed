import { ownProperty } from '../../../model/text/text.ts'

/** Replacements in the texts of a process: `{{ .NAME }}` is a variable of the file, `$PC_REPLICA_NUM` one of the process. */

export interface Replacements {
  vars: Record<string, unknown>
  /** Variables that process-compose sets for the process. */
  own: Record<string, string>
  /** Leave `$` as it is. */
  keepsEnv: boolean
}

/** A text for a shell, which replaces `$NAME` itself and also knows the process's own variables. */
export function forShell(text: string, { vars, keepsEnv }: Replacements): string {
  const filled = fillTemplate(text, vars)
  return keepsEnv ? filled : filled.replaceAll('$$', () => '$')
}

/** Any other text. The variables of the environment have been replaced. */
export function fillText(text: string, { vars, own, keepsEnv }: Replacements): string {
  const filled = fillTemplate(text, vars)
  if (keepsEnv) return filled
  return filled.replace(/\$\{(PC_\w+)(?::?-[^}]*)?\}|\$(PC_\w+)/g, (whole, braced, bare) => {
    const name = braced ?? bare
    return ownProperty(own, name) ?? whole
  })
}

/** Replaces plain variables. Other templates stay, and `hasTemplate` finds them. */
function fillTemplate(text: string, vars: Record<string, unknown>): string {
  return text.replace(/\{\{-?\s*\.(\w+)\s*-?\}\}/g, (whole, name: string) =>
    Object.hasOwn(vars, name) ? String(vars[name]) : whole,
  )
}

export function hasTemplate(text: string): boolean {
  return /\{\{.*\}\}/.test(text)
}
