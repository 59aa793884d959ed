import type * as z from 'zod/mini'
import type { ProcessManagerError } from '../model/errors.ts'
import { maskText } from '../model/mask.ts'
import { join, type Place, refusal } from './place.ts'
import { LIST_OR } from './values.ts'

type Issue = z.core.$ZodIssue

/** Where a part of what was checked was written. */
export interface Spot {
  /** Of the whole that the keys lead through. */
  place: Place
  /** The text as it was before its variables were replaced; absent: there were none. */
  template?: string
}

export type SpotOf = (keys: readonly PropertyKey[]) => Spot

/**
 * One sentence about what is wrong, as an error: where, and what would be right. `issues` come from a schema of `schema.ts`,
 * whose messages say the latter, with `reportInput`; `spotOf` knows what the issues' paths begin at.
 */
export function explain(issues: readonly Issue[], spotOf: SpotOf): ProcessManagerError {
  const issue = worst(issues)
  const keys = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path
  const { place, template } = spotOf(keys)
  return refusal(place, sentence(issue, { base: place.path, keys, template }))
}

/** A misspelt key often leaves a required one missing: the former is the cause. */
function worst(issues: readonly Issue[]): Issue {
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  if (!issue) throw new TypeError('nothing to explain: there is no issue')
  if (issue.code !== 'invalid_union' || issue.message !== LIST_OR) return issue
  // Judged by what it looks like.
  const part = Array.isArray(issue.input) ? issue.errors[0] : issue.errors.at(-1)
  return worst((part ?? []).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })))
}

interface Subject {
  base: string
  keys: readonly PropertyKey[]
  template: string | undefined
}

function sentence(issue: Issue, { base, keys, template }: Subject): string {
  const path = join(base, keys)
  const subject = path === '' ? 'the config' : `\`${path}\``
  switch (issue.code) {
    case 'unrecognized_keys': {
      const hint = issue.message === '' ? '' : `; did you mean \`${issue.message}\`?`
      return `${subject} is not a setting${hint}`
    }
    case 'custom':
      return `${subject} ${issue.message}`
    case 'invalid_key': {
      const owner = join(base, keys.slice(0, -1))
      return `\`${owner}\` must have ${issue.issues[0]?.message} as keys, not ${quote(String(keys.at(-1)))}`
    }
    default:
      if (issue.input === undefined) return `${subject} is missing: it must be ${issue.message}`
      return `${subject} must be ${issue.message}, not ${template === undefined ? found(issue) : `what ${quote(template)} gives`}`
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
