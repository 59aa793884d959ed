import * as z from 'zod/mini'
import { check } from './check.ts'
import type { Source } from './place.ts'

/**
 * Settings of a process, unchecked, each with where it was written: what several files, defaults and profiles say can be put
 * together, and a message still names the one that is wrong.
 */
export interface Draft {
  /** Of the process as a whole. */
  from: Source
  settings: ReadonlyMap<string, Written>
  /** The variables of `env`, each on its own; if `env` is no object, it is among the settings, to be refused. */
  env: ReadonlyMap<string, Written>
}

export interface Written {
  value: unknown
  /** Of the process that it was written in. */
  from: Source
}

const object = z.looseObject({}, 'an object of settings')

/** Throws a `config` error if `input` is no object. */
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

/** What `above` says wins; of `env` each variable on its own. */
export function over(above: Draft, below: Draft | undefined): Draft {
  if (!below) return above
  return {
    from: above.from,
    settings: new Map([...below.settings, ...above.settings]),
    env: new Map([...below.env, ...above.env]),
  }
}
