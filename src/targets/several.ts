import { isRecord } from '../model/config/shape.ts'
import { ProcessManagerError } from '../model/errors.ts'
import type { StartRequest } from '../model/planning/requests.ts'
import { reasonOf } from '../model/text/system-error.ts'
import type { Outcome } from '../model/views/outcome.ts'
import type { ProcessState } from '../model/views/state.ts'
import { controlBy } from '../protocol/carrier.ts'
import { type Control, type Listen, OPERATIONS, type Operation } from '../protocol/operations.ts'
import { monotonic } from '../system/monotonic.ts'

/** ms for which the last targets are waited for when as many have answered, or as long as that took. */
const PATIENCE = 1000

/** What of a stream's item is a list, with names of processes in it. */
const LISTS = ['logs', 'events'] as const

/** One of several targets. */
export interface Member {
  readonly name: string
  /** Its operations, by a connection that heals. */
  readonly control: Control
  /** Folder of the project, if it is one of this machine and no host. */
  readonly folder?: string
  /** A start as it takes it. */
  prepare(request: StartRequest): Promise<StartRequest>
}

/**
 * The operations of several targets as those of one. The name of each process begins with that of its target, `prod/web`; a name
 * without one means the process on all of them. Of a question about all, the answers that come are given, and the others are told
 * of by `warn`.
 */
export function controlOfSeveral(members: readonly Member[], warnOf: (message: string) => void): Control {
  const told = new Set<string>()
  const warn: Warn = (member, message) => {
    // One command may have several questions.
    if (!told.has(member.name)) warnOf(message)
    told.add(member.name)
  }
  const memory = { warn, states: new Map(), heard: (member: Member) => void told.delete(member.name) }
  return controlBy({
    ask: (name, input) => ask(members, memory, name, input),
    listen: (name, input, signal, listening) => listen(members, warn, name, input, signal, listening),
  })
}

type Warn = (member: Member, message: string) => void

/** What is remembered from one question to the next. */
interface Memory {
  warn: Warn
  /** The last list of each. */
  states: Map<Member, unknown>
  /** Called when one has answered: it may fall silent again. */
  heard(member: Member): void
}

/** Operations that only read, of all processes: their answers are lists that are joined. */
const JOINED: ReadonlySet<Operation> = new Set(['list', 'trees', 'history', 'crashes', 'plan'])
/** Operations about one process. */
const OF_ONE: ReadonlySet<Operation> = new Set(['status', 'stats', 'tree', 'send'])

async function ask(members: readonly Member[], memory: Memory, name: Operation, input: object): Promise<unknown> {
  if (OF_ONE.has(name)) return askOne(members, name, input)
  const asked = inputsOf(members, input)
  if (name === 'logs') return joinLogs(asked, memory)
  if (name === 'info') return infoOf(members)
  if (JOINED.has(name)) {
    const answers = await answersOf(asked, name, memory)
    const lists = answers.map(([, answer]) => answer)
    return inOrder(name, lists)
  }
  if (OPERATIONS[name].isAnswer([])) return (await Promise.all(asked.map((each) => change(name, ...each)))).flat()
  throw new ProcessManagerError('usage', `\`${name}\` is asked of one target at a time`)
}

/** Of any that answers: it shows that somebody does. */
async function infoOf(members: readonly Member[]): Promise<unknown> {
  const asked = members.map(({ control }) => control.info({}))
  return Promise.any(asked).catch(() => asked[0])
}

/** A failure on one target is its outcome, so that it is known what has happened on the others. */
async function change(name: Operation, member: Member, input: object): Promise<unknown> {
  try {
    return named(member, await prepared(member, name, input))
  } catch (error) {
    const code = error instanceof ProcessManagerError ? error.code : 'internal'
    const outcome: Outcome = {
      name: member.name,
      ok: false,
      result: 'failed',
      code,
      message: reasonOf(error),
      warnings: [],
    }
    return [outcome]
  }
}

async function prepared(member: Member, name: Operation, input: object): Promise<unknown> {
  return call(member, name, OPERATIONS[name].runsPrograms ? await member.prepare(input) : input)
}

function call(member: Member, name: Operation, input: object): Promise<unknown> {
  return (member.control[name] as (input: object) => Promise<unknown>)(input)
}

/** What those have answered that do answer. The others are told of, and nobody waits for them long. */
async function answersOf(
  asked: [member: Member, input: object][],
  name: Operation,
  { warn, states, heard }: Memory,
): Promise<[member: Member, answer: unknown][]> {
  const begun = monotonic()
  const late = new Error('late')
  let give = (_: Error) => {}
  const limit = new Promise<never>((_, reject) => (give = reject))
  limit.catch(() => {})
  let waiting = asked.length
  let answered = 0
  let timer: NodeJS.Timeout | undefined
  const answers = asked.map(async ([member, input]): Promise<[Member, unknown][]> => {
    try {
      const answer = await Promise.race([prepared(member, name, input), limit])
      answered++
      heard(member)
      if (name === 'list') states.set(member, answer)
      return [[member, named(member, answer)]]
    } catch (error) {
      if (error !== late && !(error instanceof ProcessManagerError && error.code === 'unreachable')) throw error
      warn(member, error === late ? `${member.name} has not answered` : reasonOf(error))
      const before = name === 'list' ? states.get(member) : undefined
      return before === undefined ? [] : [[member, named(member, silent(before))]]
    } finally {
      waiting--
      // A plan is for what changes something, of which nothing is left out.
      if (name !== 'plan' && waiting > 0 && answered >= waiting)
        timer ??= setTimeout(() => give(late), Math.max(PATIENCE, monotonic() - begun))
    }
  })
  return (await Promise.all(answers).finally(() => clearTimeout(timer))).flat()
}

/** Of one that answered before, what it said then. Whoever watches sees that it is not of now. */
function silent(states: unknown): unknown {
  return (states as ProcessState[]).map((state) => ({ ...state, cpu: null, memory: null, host: 'lost' }))
}

async function askOne(members: readonly Member[], name: Operation, input: object): Promise<unknown> {
  const { name: process } = input as { name: string }
  const [member, own] = placeOf(members, process)
  if (member) return named(member, await call(member, name, { ...input, name: own }))
  const places = members.map((each) => `${each.name}/${process}`).join(', ')
  throw new ProcessManagerError('usage', `\`${process}\` may be on several targets: say which of ${places}`)
}

/** The target in the name of a process, and its name there. */
function placeOf(members: readonly Member[], process: string): [member: Member | undefined, own: string] {
  const at = process.indexOf('/')
  const member = members.find(({ name }) => name === process.slice(0, Math.max(at, 0)))
  return member ? [member, process.slice(at + 1)] : [undefined, process]
}

/** Whom to ask, and what: a selection by names is for those targets alone that it names. */
function inputsOf(members: readonly Member[], input: object): [member: Member, input: object][] {
  const { names } = input as { names?: string[] }
  if (!names) return members.map((member) => [member, input])
  return members.flatMap((member): [Member, object][] => {
    const own = names.flatMap((name) => {
      const [of, bare] = placeOf(members, name)
      return of === undefined || of === member ? [bare] : []
    })
    return own.length > 0 ? [[member, { ...input, names: own }]] : []
  })
}

/** An answer with the target in the names of its processes. */
function named(member: Member, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => named(member, each))
  if (!isRecord(value)) return value
  const { name, instanceOf, neededBy, state } = value
  return {
    ...value,
    ...(typeof name === 'string' && { name: name === '' ? '' : `${member.name}/${name}` }),
    ...(typeof instanceOf === 'string' && { instanceOf: `${member.name}/${instanceOf}` }),
    ...(typeof neededBy === 'string' && { neededBy: `${member.name}/${neededBy}` }),
    // A state, but no event and no outcome.
    ...('wanted' in value && placeIn(member, value)),
    ...(isRecord(state) && { state: named(member, state) }),
  }
}

function placeIn({ name, folder }: Member, state: Record<string, unknown>): object {
  if (folder !== undefined) return { folder }
  return { host: 'host' in state ? `${name}: ${state.host}` : name }
}

function inOrder(name: Operation, lists: unknown[]): unknown[] {
  const answers = lists.flat()
  const timeOf = (value: unknown) => Number((value as { time?: unknown }).time)
  if (name === 'history') return answers.sort((a, b) => timeOf(a) - timeOf(b))
  return name === 'crashes' ? answers.sort((a, b) => timeOf(b) - timeOf(a)) : answers
}

interface Page {
  logs: { timestamp: string }[]
  cursor: string
  more: boolean
}

async function joinLogs(asked: [member: Member, input: object][], memory: Memory): Promise<Page> {
  const { lines = 100, cursor } = (asked[0]?.[1] ?? {}) as { lines?: number; cursor?: string }
  const cursors = cursorsOf(cursor)
  const of = (member: Member, input: object) => ({ ...input, ...ownCursor(member, cursor, cursors) })
  const own = asked.map(([member, input]): [Member, object] => [member, of(member, input)])
  const pages = (await answersOf(own, 'logs', memory)) as [Member, Page][]
  const logs = pages.flatMap(([member, page]) => named(member, page.logs) as Page['logs'])
  for (const [member, page] of pages) cursors[member.name] = page.cursor
  const more = pages.some(([, page]) => page.more)
  logs.sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0))
  // Of the last lines of each, the last of all; what follows a cursor is given whole.
  const last = cursor === undefined || cursor === 'end' ? logs.slice(lines === 0 ? logs.length : -lines) : logs
  return { logs: last, cursor: cursorText(cursors), more }
}

/** The streams of all, one after the other as their items come. It ends with the last of them, and fails if all do. */
async function* listen(
  members: readonly Member[],
  warn: Warn,
  name: Operation,
  input: object,
  signal: AbortSignal,
  listening: () => void = () => {},
): AsyncGenerator<unknown, void, undefined> {
  const asked = inputsOf(members, input)
  const { cursor } = input as { cursor?: string }
  const cursors = cursorsOf(cursor)
  const ready: unknown[] = []
  let wake = () => {}
  let open = asked.length
  let failure: unknown
  let failed = 0
  const heard = new Set<Member>()
  const follow = async ([member, each]: [Member, object]) => {
    const own = { ...each, ...ownCursor(member, cursor, cursors) }
    const onHeard = () => {
      heard.add(member)
      if (heard.size === asked.length) listening()
    }
    for await (const item of (member.control[name] as Listen<object, unknown>)(own, signal, onHeard)) {
      ready.push(itemOf(member, item, cursors))
      wake()
    }
  }
  for (const each of asked)
    follow(each)
      .catch((error: unknown) => {
        failure ??= error
        failed++
        // The others go on.
        if (!signal.aborted && asked.length > 1) warn(each[0], reasonOf(error))
      })
      .finally(() => {
        open--
        wake()
      })
  while (open > 0 || ready.length > 0) {
    if (ready.length === 0) await new Promise<void>((resolve) => (wake = resolve))
    yield* ready.splice(0)
  }
  if (failed > 0 && failed === asked.length && !signal.aborted) throw failure
}

function itemOf(member: Member, item: unknown, cursors: Record<string, string>): unknown {
  if (!isRecord(item) || typeof item.cursor !== 'string') return named(member, item)
  cursors[member.name] = item.cursor
  const lists = LISTS.filter((key) => key in item).map((key) => [key, named(member, item[key])])
  return { ...item, ...Object.fromEntries(lists), cursor: cursorText(cursors) }
}

/** The cursors of the targets in that of all. */
function cursorsOf(cursor: string | undefined): Record<string, string> {
  if (cursor === undefined || cursor === 'start' || cursor === 'end') return {}
  try {
    const cursors: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (isRecord(cursors)) return cursors as Record<string, string>
  } catch {
    // Reported below.
  }
  throw new ProcessManagerError('usage', 'invalid cursor: use the one of an earlier reading of the same targets')
}

const cursorText = (cursors: Record<string, string>) => Buffer.from(JSON.stringify(cursors)).toString('base64url')

function ownCursor({ name }: Member, cursor: string | undefined, cursors: Record<string, string>): { cursor?: string } {
  if (cursor === undefined) return {}
  // One that did not answer then has not been read at all.
  return { cursor: cursor === 'start' || cursor === 'end' ? cursor : (cursors[name] ?? 'start') }
}
