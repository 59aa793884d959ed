import type * as z from 'zod/mini'
import { maskText } from '../model/mask.ts'

type Issue = z.core.$ZodIssue

/**
 * One sentence about what is wrong with the value at `base` (`processes[1]`; empty: the whole config): where, and what
 * would be right. `issues` come from a schema of `schema.ts`, whose messages say the latter, with `reportInput`.
 */
export function explain(issues: readonly Issue[], base: string): string {
  // A misspelt key often leaves a required one missing: the former is the cause.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  if (!issue) throw new TypeError('nothing to explain: there is no issue')
  const path = join(base, issue.path)
  const subject = path === '' ? 'the config' : `\`${path}\``
  switch (issue.code) {
    case 'unrecognized_keys': {
      const hint = issue.message === '' ? '' : `; did you mean \`${issue.message}\`?`
      return `\`${join(path, issue.keys.slice(0, 1))}\` is not a setting${hint}`
    }
    case 'custom':
      return `${subject} ${issue.message}`
    case 'invalid_key': {
      const owner = join(base, issue.path.slice(0, -1))
      return `\`${owner}\` must have ${issue.issues[0]?.message} as keys, not ${quote(String(issue.path.at(-1)))}`
    }
    default:
      if (issue.input === undefined) return `${subject} is missing: it must be ${issue.message}`
      return `${subject} must be ${issue.message}, not ${found(issue)}`
  }
}

function found(issue: Issue): string {
  const { input } = issue
  // A number of the wrong sort (1.5, NaN) is shown; one where text belongs is not, it may be a secret.
  const shown = issue.code !== 'invalid_type' || issue.expected === 'number' || issue.expected === 'int'
  if (shown && typeof input === 'number') return String(input)
  return issue.code !== 'invalid_type' && typeof input === 'string' ? quote(input) : kind(input)
}

function kind(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function quote(value: string): string {
  const shown = maskText(value)
  return JSON.stringify(shown.length > 40 ? `${shown.slice(0, 40)}…` : shown)
}

/** `processes[1]` and the keys `env`, `A.B` give `processes[1].env["A.B"]`. */
export function join(base: string, keys: readonly PropertyKey[]): string {
  let path = base
  for (const key of keys) {
    if (typeof key === 'number') path += `[${key}]`
    else if (!/^[\w$]+$/.test(String(key))) path += `[${JSON.stringify(String(key))}]`
    else path += path === '' ? String(key) : `.${String(key)}`
  }
  return path
}
