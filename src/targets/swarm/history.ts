import { setTimeout as sleep } from 'node:timers/promises'
import { ProcessManagerError } from '../../model/errors.ts'
import type { ProcessEvent } from '../../model/lifecycle/events.ts'
import { eventKey, historyOf } from '../../model/swarm/history.ts'
import { replicasIn } from '../../model/swarm/state.ts'
import type { FollowHistoryRequest, HistoryRequest } from '../../protocol/inputs.ts'
import type { Control } from '../../protocol/operations.ts'
import type { Swarm } from './swarm.ts'

/** ms between looks for events: the engine tells of services as they change, but not of their tasks. */
const LOOK_EVERY = 1000
/** ms for which a cursor names the events that were told: a host may tell of one late, and its clock may differ. */
const REMEMBERED = 60_000

/** What has happened, as far as the engine remembers the tasks. */
export async function readHistory(swarm: Swarm, request: HistoryRequest): Promise<ProcessEvent[]> {
  const found = (await eventsNow(swarm)).filter(matcherOf(request))
  return lastOf(found, request.lines)
}

/** Past events and then every new one, each once, also from a cursor on. */
export async function* followHistory(
  swarm: Swarm,
  { cursor, ...request }: FollowHistoryRequest,
  signal: AbortSignal,
  listening?: () => void,
): ReturnType<Control['followHistory']> {
  const isMeant = matcherOf(request)
  const all = await eventsNow(swarm)
  const told = cursor === undefined ? null : toldIn(cursor)
  const isNew = (event: ProcessEvent) => told === null || (event.time >= told.since && !told.keys.has(eventKey(event)))
  const past = told === null ? lastOf(all.filter(isMeant), request.lines) : all.filter(isNew).filter(isMeant)
  yield { events: past, cursor: cursorOf(all) }
  for await (const { fresh, now } of changes(swarm, all, signal, listening)) {
    const events = fresh.filter(isMeant)
    if (events.length > 0) yield { events, cursor: cursorOf(now) }
  }
}

/** All events from now on. */
export async function* events(
  swarm: Swarm,
  signal: AbortSignal,
  listening?: () => void,
): ReturnType<Control['events']> {
  for await (const { fresh } of changes(swarm, await eventsNow(swarm), signal, listening)) yield* fresh
}

async function* changes(swarm: Swarm, first: ProcessEvent[], signal: AbortSignal, listening?: () => void) {
  let known = new Set(first.map(eventKey))
  listening?.()
  while (!signal.aborted) {
    await sleep(LOOK_EVERY, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    const now = await eventsNow(swarm)
    const before = known
    known = new Set(now.map(eventKey))
    yield { fresh: now.filter((event) => !before.has(eventKey(event))), now }
  }
}

async function eventsNow(swarm: Swarm): Promise<ProcessEvent[]> {
  const all = replicasIn(await swarm.read(), swarm.stack).flatMap(historyOf)
  return all.sort((one, other) => one.time - other.time)
}

function matcherOf({ names, types, since = 0 }: HistoryRequest) {
  return ({ name, type, time }: ProcessEvent): boolean =>
    (!names || names.includes(name)) && (!types || types.includes(type)) && time >= since
}

function lastOf(found: ProcessEvent[], lines: number | undefined): ProcessEvent[] {
  return lines === undefined ? found : lines === 0 ? [] : found.slice(-lines)
}

function cursorOf(all: ProcessEvent[]): string {
  const since = (all.at(-1)?.time ?? 0) - REMEMBERED
  const keys = all.filter(({ time }) => time >= since).map(eventKey)
  return Buffer.from(JSON.stringify({ since, keys })).toString('base64url')
}

function toldIn(cursor: string): { since: number; keys: Set<string> } {
  try {
    const { since, keys } = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as {
      since: number
      keys: string[]
    }
    if (typeof since === 'number' && Array.isArray(keys)) return { since, keys: new Set(keys) }
  } catch {}
  throw new ProcessManagerError('usage', 'this cursor is of another place: ask again without it')
}
