import type * as z from 'zod/mini'
import type { ProcessManagerError } from '../model/errors.ts'
import { maskText } from '../model/redaction/mask.ts'
import { configError, join, type Place } from './place.ts'

type Issue = z.core.$ZodIssue

/** Where a part of a checked value was written. */
export interface Location {
  /** Place of the declaration. */
  place: Place
  /** The text before its variables were replaced, if it had any. */
  template?: string
}

export type LocationOf = (keys: readonly PropertyKey[]) => Location

/**
 * Makes an error of one sentence with the place and what would be right. `issues` must come from a schema of
 * `schema.ts`, whose messages say what would be right, with `reportInput`.
 */
export function explain(issues: readonly Issue[], locationOf: LocationOf): ProcessManagerError {
  const issue = causeAmong(issues)
  const keys = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path
  const { place, template } = locationOf(keys)
  return configError(place, sentence(issue, { base: place.path, keys, template }))
}

/** The issue to report. A misspelt key comes first, since it often leaves a required one missing. */
function causeAmong(issues: readonly Issue[]): Issue {
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  if (!issue) throw new TypeError('nothing to explain: there is no issue')
  if (issue.code !== 'invalid_union' || !isListOr(issue)) return issue
  // The branch of the union that the input resembles.
  const part = Array.isArray(issue.input) ? issue.errors[0] : issue.errors.at(-1)
  return causeAmong((part ?? []).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })))
}

/** Whether it may be a list or something else, as `listOr` has it. */
function isListOr({ input, errors }: Extract<Issue, { code: 'invalid_union' }>): boolean {
  const [first] = errors[0] ?? []
  return Array.isArray(input) ? !!first?.path.length : first?.code === 'invalid_type' && first.expected === 'array'
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
    case 'unrecognized_keys':
      return `${subject} is not a setting${issue.message}`
    case 'custom':
      return `${subject} ${issue.message}`
    case 'invalid_key': {
      const owner = join(base, keys.slice(0, -1))
      return `\`${owner}\` must have ${issue.issues[0]?.message} as keys, not ${quote(String(keys.at(-1)))}`
    }
    default:
      if (issue.input === undefined) return `${subject} is missing: it must be ${issue.message}`
      return `${subject} must be ${issue.message}, not ${template === undefined ? foundText(issue) : `the value of ${quote(template)}`}`
  }
}

function foundText(issue: Issue): string {
  const { input } = issue
  // A wrong number (1.5, NaN) is shown. A number instead of a text is not, since it may be a secret.
  const shown = issue.code !== 'invalid_type' || issue.expected === 'number' || issue.expected === 'int'
  if (shown && typeof input === 'number') return String(input)
  return issue.code !== 'invalid_type' && typeof input === 'string' ? quote(input) : typeText(input)
}

function typeText(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (value instanceof Date) return 'a date (a text needs quotes)'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function quote(value: string): string {
  const shown = maskText(value)
  return JSON.stringify(shown.length > 40 ? `${shown.slice(0, 40)}…` : shown)
}
