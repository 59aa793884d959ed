import * as z from 'zod/mini'
import { check } from './check.ts'
import type { Source } from './place.ts'

/**
 * Unvalidated settings of a process, each with its source. Settings from several files, defaults and profiles can be
 * merged, and an error still names the right file.
 */
export interface Draft {
  /** Source of the process as a whole. */
  from: Source
  settings: ReadonlyMap<string, Written>
  /** The variables of `env`. If `env` is not an object, it stays in the settings, where validation rejects it. */
  env: ReadonlyMap<string, Written>
}

export interface Written {
  value: unknown
  /** Source of the process that contains it. */
  from: Source
}

const object = z.looseObject({}, 'an object of settings')

/** Throws a `config` error if `input` is not an object. */
export function draftOf(input: unknown, from: Source): Draft {
  const { env, ...others } = check(object, input, from)
  const written = (values: object) => new Map(Object.entries(values).map(([key, value]) => [key, { value, from }]))
  const variables = Object.prototype.toString.call(env) === '[object Object]'
  return {
    from,
    settings: written(variables || env === undefined ? others : { ...others, env }),
    env: written(variables ? (env as object) : {}),
  }
}

/** Merges `above` over `below`, setting by setting and variable by variable. */
export function mergeOver(above: Draft, below: Draft | undefined): Draft {
  if (!below) return above
  return {
    from: above.from,
    settings: new Map([...below.settings, ...above.settings]),
    env: new Map([...below.env, ...above.env]),
  }
}
