import * as z from 'zod/mini'
import { variablesIn } from '../model/config/referring.ts'
import { reasonOf } from '../model/text/system-error.ts'
import { check } from './check.ts'
import { configErrorAt, type Source, within } from './place.ts'

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

/** Throws a `config` error if `input` is not an object, or if a function of `env` fails. */
export function draftOf(input: unknown, from: Source): Draft {
  const { env: declared, ...others } = check(object, input, from)
  const env = variablesBy(declared, from)
  const written = (values: object) => new Map(Object.entries(values).map(([key, value]) => [key, { value, from }]))
  const variables = Object.prototype.toString.call(env) === '[object Object]'
  return {
    from,
    settings: written(variables || env === undefined ? others : { ...others, env }),
    env: written(variables ? (env as object) : {}),
  }
}

function variablesBy(env: unknown, from: Source): unknown {
  try {
    return variablesIn(env)
  } catch (error) {
    throw configErrorAt(within(from, 'env'), `is a function that failed: ${reasonOf(error as Error)}`)
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
