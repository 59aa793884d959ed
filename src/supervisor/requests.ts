import type { RemoveRequest, Selection, SignalRequest, StartRequest, StopRequest } from '../model/control.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { SIGNALS, type SignalName } from '../model/signals.ts'

export type Json = Record<string, unknown>

/** A request's body. Throws a usage error, as all of these do. */
export function jsonOf(text: string): Json {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // Said below, like what is no object.
  }
  if (!isObject(value)) throw new ProcessManagerError('usage', 'the body must be a JSON object')
  return value
}

export function selection({ names, group, all }: Json): Selection {
  if (names !== undefined && !(Array.isArray(names) && names.every((name) => typeof name === 'string')))
    wrong('names', 'a list of strings')
  if (group !== undefined && typeof group !== 'string') wrong('group', 'a string')
  return {
    ...(names !== undefined && { names: names as string[] }),
    ...(group !== undefined && { group: group as string }),
    all: all === true,
  }
}

export function stopRequest(value: Json): StopRequest {
  return { ...selection(value), ...timeLimit(value) }
}

export function removeRequest(value: Json): RemoveRequest {
  return { ...stopRequest(value), logs: value.logs === true }
}

export function signalRequest(value: Json): SignalRequest {
  const signal = SIGNALS.find((name) => name === value.signal)
  if (!signal) wrong('signal', 'the name of a signal, such as SIGHUP')
  return { ...selection(value), signal: signal as SignalName, tree: value.tree === true }
}

function timeLimit({ timeout }: Json): { timeout?: number } {
  if (timeout === undefined) return {}
  if (typeof timeout !== 'number' || !(timeout >= 0)) wrong('timeout', 'a number of milliseconds')
  return { timeout: timeout as number }
}

/** The processes themselves are validated where they are resolved. */
export function startRequest(value: Json): StartRequest {
  const { processes, checkedBy, origins, source, defaults, environment, scale, owner, wait } = value
  if (processes !== undefined && !Array.isArray(processes)) wrong('processes', 'a list')
  if (checkedBy !== undefined && typeof checkedBy !== 'string') wrong('checkedBy', 'a string')
  if (origins !== undefined && !isStrings(origins)) wrong('origins', 'an object of strings')
  if (source !== undefined && typeof source !== 'string') wrong('source', 'a string')
  if (defaults !== undefined && !isObject(defaults)) wrong('defaults', 'an object')
  if (scale !== undefined && !isCounts(scale)) wrong('scale', 'an object of whole numbers from 1 to 1000')
  if (!isStrings(environment)) wrong('environment', 'an object of strings')
  if (owner !== undefined && !isIdentity(owner)) wrong('owner', 'a process identity')
  const known = { processes, checkedBy, origins, source, defaults, environment, scale, owner, wait: wait !== false }
  const checked = { ...selection(value), ...timeLimit(value), ...known }
  return Object.fromEntries(Object.entries(checked).filter(([, item]) => item !== undefined)) as unknown as StartRequest
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isIdentity(value: unknown): boolean {
  if (!isObject(value)) return false
  return typeof value.pid === 'number' && typeof value.startTime === 'number' && typeof value.bootId === 'string'
}

function isStrings(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((item) => typeof item === 'string')
}

function isCounts(value: unknown): value is Record<string, number> {
  const isCount = (item: unknown) => Number.isInteger(item) && (item as number) >= 1 && (item as number) <= 1000
  return isObject(value) && Object.values(value).every(isCount)
}

function wrong(key: string, right: string): never {
  throw new ProcessManagerError('usage', `\`${key}\` must be ${right}`)
}
