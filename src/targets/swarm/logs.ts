import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { isAtLeast, levelOf } from '../../logs/reading/level.ts'
import { ProcessManagerError } from '../../model/errors.ts'
import { unknownProcess } from '../../model/planning/select.ts'
import { maskText } from '../../model/redaction/mask.ts'
import { cursorOf, MarkedReader, type Marks, marksIn, type TaskLine } from '../../model/swarm/log-marks.ts'
import { replicasIn } from '../../model/swarm/state.ts'
import type { Replica } from '../../model/swarm/tasks.ts'
import { patternOf } from '../../model/text/pattern.ts'
import { jsonFieldsOf, jsonFieldTest } from '../../model/views/json-fields.ts'
import type { LogLine, LogPage } from '../../model/views/logs.ts'
import type { LogsRequest } from '../../protocol/inputs.ts'
import { EngineError } from './engine.ts'
import { FrameReader } from './log-frames.ts'
import type { Swarm } from './swarm.ts'

const DEFAULT_LINES = 100
/** ms in which lines gather for one item of a stream. */
const GATHER = 50
/** ms between looks for new services while a stream is open. */
const LOOK_EVERY = 2000
/** ms for reading a log that is there. A host that has just ceased to answer would keep it open. */
const PATIENCE = 10_000

/** A page of the logs: the last lines, or those after a cursor. */
export async function readLogs(swarm: Swarm, request: LogsRequest): Promise<LogPage> {
  const { cursor, lines = DEFAULT_LINES } = request
  const replicas = await replicasOf(swarm, request)
  const names = namesByTask(replicas)
  const isLast = cursor === undefined || cursor === 'end'
  const reader = new MarkedReader(isLast || cursor === 'start' ? {} : marksOf(cursor))
  const isFiltered = Boolean(
    request.grep || request.pattern || request.level || request.streams || request.since || request.until,
  )
  // One line of each task tells where its log ends.
  const tail = !isLast || isFiltered ? 'all' : String(Math.max(1, cursor === 'end' ? 1 : lines))
  const ids = [...new Set(replicas.map(({ owned }) => owned.service.ID))]
  const read = await Promise.all(ids.map((id) => readAll(swarm, id, `${sinceOf(reader.marks)}&tail=${tail}`)))
  const all = read.flat().sort((one, other) => (one.time < other.time ? -1 : one.time > other.time ? 1 : 0))
  const isMeant = matcherOf(request)
  const logs: LogLine[] = []
  for (const [index, line] of all.entries()) {
    // What does not fit is not passed over: it is what comes next.
    if (!isLast && logs.length >= lines) return { logs, cursor: cursorOf(reader.marks), more: index < all.length }
    const name = names.get(line.task)
    if (name === undefined || !reader.isNew(line)) continue
    const log = logOf(line, name)
    if (isMeant(log)) logs.push(log)
  }
  const last = cursor === 'end' || lines === 0 ? [] : logs.slice(-lines)
  return { logs: isLast ? last : logs, cursor: cursorOf(reader.marks), more: false }
}

/** The last lines, or those after a cursor, and then every new line, also of services that match later. */
export async function* followLogs(
  swarm: Swarm,
  { cursor, lines = 0, ...request }: LogsRequest,
  signal: AbortSignal,
  listening?: () => void,
): AsyncGenerator<LogPage, void, undefined> {
  const first =
    cursor === undefined || cursor === 'end'
      ? await readLogs(swarm, { ...request, cursor: lines === 0 ? 'end' : undefined, lines } as LogsRequest)
      : undefined
  const marks = first ? marksOf(first.cursor) : cursor === 'start' || cursor === undefined ? {} : marksOf(cursor)
  const follower = new Follower(swarm, request, marks, signal)
  try {
    if (first) yield first
    await follower.look()
    listening?.()
    yield* follower.pages()
  } finally {
    follower.end()
  }
}

/** The open streams of all services that are meant. */
class Follower {
  readonly #swarm: Swarm
  readonly #request: LogsRequest
  /** Up to the last line that has arrived, and up to the last one that was passed on: the cursor. */
  readonly #arrived: MarkedReader
  readonly #given: MarkedReader
  readonly #signal: AbortSignal
  readonly #end = new AbortController()
  readonly #open = new Set<string>()
  #names = new Map<string, string>()
  #lines: TaskLine[] = []
  #error: unknown = null

  constructor(swarm: Swarm, request: LogsRequest, marks: Marks, signal: AbortSignal) {
    this.#swarm = swarm
    this.#request = request
    this.#arrived = new MarkedReader(marks)
    this.#given = new MarkedReader(marks)
    this.#signal = signal
    signal.addEventListener('abort', () => this.#end.abort(), { once: true })
    if (signal.aborted) this.#end.abort()
  }

  end(): void {
    this.#end.abort()
  }

  /** Opens the streams of services that are new, and learns which process each task is. */
  async look(): Promise<void> {
    const replicas = await replicasOf(this.#swarm, { ...this.#request, isMany: true })
    this.#names = namesByTask(replicas)
    for (const { owned } of replicas) {
      const id = owned.service.ID
      if (this.#open.has(id)) continue
      this.#open.add(id)
      void this.#read(id)
    }
  }

  async #read(id: string): Promise<void> {
    // A stream that is opened again repeats what has arrived.
    const known = new MarkedReader(this.#arrived.marks)
    try {
      const frames = new FrameReader()
      const path = `${pathOf(id)}&follow=1${sinceOf(known.marks)}`
      for await (const chunk of this.#swarm.engine.stream(path, this.#end.signal)) {
        for (const line of frames.read(chunk).filter((each) => known.isNew(each))) {
          this.#arrived.advance(line)
          this.#lines.push(line)
        }
      }
    } catch (error) {
      // A service that is gone, or a host that does not answer, ends one stream; the engine itself ends all.
      if (!(error instanceof EngineError)) this.#error = error
    } finally {
      this.#open.delete(id)
    }
  }

  async *pages(): AsyncGenerator<LogPage, void, undefined> {
    const isMeant = matcherOf(this.#request)
    let looked = performance.now()
    while (!this.#signal.aborted) {
      const lines = this.#lines
      this.#lines = []
      const isUnknown = lines.some(({ task }) => !this.#names.has(task))
      if (isUnknown || performance.now() - looked > LOOK_EVERY) {
        await this.look()
        looked = performance.now()
      }
      const logs = lines.flatMap((line) => {
        const name = this.#names.get(line.task)
        this.#given.advance(line)
        return name === undefined ? [] : [logOf(line, name)]
      })
      const meant = logs.filter(isMeant)
      if (meant.length > 0) yield { logs: meant, cursor: cursorOf(this.#given.marks), more: false }
      if (this.#error !== null && this.#lines.length === 0) throw this.#error
      await sleep(GATHER, undefined, { signal: this.#signal }).catch(() => {})
    }
  }
}

function pathOf(id: string): string {
  return `/services/${id}/logs?stdout=1&stderr=1&timestamps=1&details=1`
}

/** The earliest of the marks, from which on the engine repeats lines. A task without one is read from its beginning by its own time. */
function sinceOf(marks: Marks): string {
  const times = Object.values(marks).map(({ time }) => time)
  if (times.length === 0) return ''
  const [earliest = ''] = times.sort()
  const [, digits = '0'] = /\.(\d+)Z$/.exec(earliest) ?? []
  return `&since=${Math.floor(Date.parse(earliest) / 1000)}.${digits}`
}

async function readAll(swarm: Swarm, id: string, query: string): Promise<TaskLine[]> {
  const end = new AbortController()
  const timer = setTimeout(() => end.abort(), PATIENCE)
  const frames = new FrameReader()
  const lines: TaskLine[] = []
  try {
    for await (const chunk of swarm.engine.stream(`${pathOf(id)}${query}`, end.signal))
      lines.push(...frames.read(chunk))
  } catch (error) {
    // The engine tells at the end which hosts have not answered.
    if (!(error instanceof EngineError) && lines.length === 0) throw error
  } finally {
    clearTimeout(timer)
  }
  return lines
}

async function replicasOf(
  swarm: Swarm,
  { names, group, all, isMany = false }: LogsRequest & { isMany?: boolean },
): Promise<Replica[]> {
  const replicas = replicasIn(await swarm.read(), swarm.stack)
  if (all || (names === undefined && group === undefined)) return replicas
  const isNamed = ({ name, owned }: Replica) =>
    names?.some((each) => each === name || each === owned.config.name) ?? false
  const found = replicas.filter(
    (replica) => isNamed(replica) || (group !== undefined && replica.owned.config.group === group),
  )
  const unknown = names?.find(
    (name) => !replicas.some(({ name: own, owned }) => own === name || owned.config.name === name),
  )
  if (unknown !== undefined && !isMany)
    throw unknownProcess(
      unknown,
      replicas.map(({ name }) => name),
    )
  return found
}

function namesByTask(replicas: Replica[]): Map<string, string> {
  return new Map(replicas.flatMap(({ name, tasks }) => tasks.map(({ ID }) => [ID, name])))
}

function logOf({ time, message, source }: TaskLine, name: string): LogLine {
  return { timestamp: new Date(time).toISOString(), level: levelOf(message), message: maskText(message), source, name }
}

function matcherOf({
  level,
  grep = '',
  pattern = '',
  fields = '',
  since = 0,
  until = Number.POSITIVE_INFINITY,
  streams,
}: LogsRequest) {
  const text = grep.toLowerCase()
  const expression = patternOf(pattern)
  const wanted = jsonFieldsOf(fields)
  const hasFields = wanted && jsonFieldTest(wanted)
  return (log: LogLine): boolean => {
    const time = Date.parse(log.timestamp)
    if (time < since || time > until || (streams && !streams.includes(log.source))) return false
    if (level && !isAtLeast(log.level, level)) return false
    const plain = stripVTControlCharacters(log.message)
    if (hasFields && !hasFields(plain)) return false
    return plain.toLowerCase().includes(text) && (expression === undefined || expression.test(plain))
  }
}

function marksOf(cursor: string): Marks {
  const marks = marksIn(cursor)
  if (!marks) throw new ProcessManagerError('usage', 'this cursor is of another place: ask again without it')
  return marks
}
