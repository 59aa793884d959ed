import type { LogQuery } from '../../logs/reading/query.ts'
import { baseOf } from '../../model/config/instances.ts'
import type { ProcessEvent } from '../../model/lifecycle/events.ts'
import type { ManagedProcess } from '../../model/lifecycle/process.ts'
import { select, unknownProcess } from '../../model/planning/select.ts'
import { patternOf } from '../../model/text/pattern.ts'
import { jsonFieldsOf } from '../../model/views/json-fields.ts'
import type { LogLine, LogPage, LogSource, ProcessLog } from '../../model/views/logs.ts'
import type { LogsRequest } from '../../protocol/inputs.ts'
import type { Clock } from '../../system/clock.ts'

const DEFAULT_LINES = 100
/** Lines in one item of a stream. */
const MOST_STREAMED = 1000
/** ms between two items of a stream, in which lines gather. */
const GATHER = 50

/** The processes whose logs are read, and what tells of new ones. */
export interface LogReading {
  processes: { snapshot(): ManagedProcess[] }
  logs: { sourceOf(process: ManagedProcess): LogSource }
  events: { listen(listener: (event: ProcessEvent) => void): () => void }
  clock: Pick<Clock, 'now' | 'after'>
}

/** Reads logs for clients that cannot read the files themselves. What reads them is loaded on demand. */
export class LogInspector {
  readonly #context: LogReading

  constructor(context: LogReading) {
    this.#context = context
  }

  /** The last lines, or those after a cursor. */
  async page({ cursor, lines = DEFAULT_LINES, ...request }: LogsRequest): Promise<LogPage> {
    const sources = this.#named(request)
    const query = queryOf(request)
    if (cursor === undefined || cursor === 'end') {
      const { readAfter } = await import('../../logs/reading/cursor.ts')
      const last = { ...query, lines: cursor === 'end' ? 0 : lines }
      const found = await readAfter(sources, 'start', last, this.#context.clock.now())
      return { logs: found.logs.map(lineOf), cursor: found.cursor, more: false }
    }
    const { ForwardReader } = await import('../../logs/reading/forward.ts')
    const reader = new ForwardReader(query, cursor)
    try {
      await reader.setSources(sources)
      const { logs, more } = await reader.next(lines)
      return { logs: logs.map(lineOf), cursor: reader.cursor, more }
    } finally {
      await reader.close()
    }
  }

  /** The last lines or those after a cursor, and then every new line, also of processes that match later. */
  async *follow(
    { cursor, lines = 0, ...request }: LogsRequest,
    signal: AbortSignal,
    listening?: () => void,
  ): AsyncGenerator<LogPage, void, undefined> {
    const { ForwardReader } = await import('../../logs/reading/forward.ts')
    const first = cursor === undefined || cursor === 'end' ? await this.page({ ...request, lines }) : undefined
    const reader = new ForwardReader(queryOf(request), first?.cursor ?? cursor ?? 'start')
    const unlisten = this.#context.events.listen(({ type }) => {
      if (type === 'start' || type === 'remove') reader.wake()
    })
    try {
      if (first) yield first
      listening?.()
      while (!signal.aborted) {
        await reader.setSources(this.#matching(request))
        const { logs, more } = await reader.next(MOST_STREAMED)
        if (logs.length > 0) yield { logs: logs.map(lineOf), cursor: reader.cursor, more }
        if (more) continue
        await reader.grown(signal)
        await new Promise<void>((resolve) => this.#context.clock.after(GATHER, resolve))
      }
    } finally {
      unlisten()
      await reader.close()
    }
  }

  /** @throws ProcessManagerError `unknown-process` */
  #named(request: LogsRequest): LogSource[] {
    const { processes, logs } = this.#context
    const { names, group } = request
    const all = processes.snapshot()
    if (isOfAll(request)) return all.map((process) => logs.sourceOf(process))
    const configs = all.map(({ config }) => config)
    return select({ ...(names && { names }), ...(group !== undefined && { group }) }, configs).map((name) => {
      const process = all.find(({ config }) => config.name === name)
      if (process) return logs.sourceOf(process)
      throw unknownProcess(
        name,
        configs.map((config) => config.name),
      )
    })
  }

  /** Those of now. There may be none yet. */
  #matching(request: LogsRequest): LogSource[] {
    const { processes, logs } = this.#context
    const { names = [], group } = request
    const isMeant = ({ config }: ManagedProcess) =>
      names.includes(config.name) || names.includes(baseOf(config)) || (group !== undefined && config.group === group)
    const meant = processes.snapshot().filter((process) => isOfAll(request) || isMeant(process))
    return meant.map((process) => logs.sourceOf(process))
  }
}

function isOfAll({ names, group, all = false }: LogsRequest): boolean {
  return all || (names === undefined && group === undefined)
}

function queryOf({ level, grep, pattern, fields, since, until, streams }: LogsRequest): LogQuery {
  const wanted = fields === undefined ? undefined : jsonFieldsOf(fields)
  const expression = pattern === undefined ? undefined : patternOf(pattern)
  return {
    ...(level && { level }),
    // The text itself: a pattern of whoever asks could keep the supervisor busy for ever.
    ...(grep !== undefined && grep !== '' && { grep: new RegExp(literal(grep), 'i') }),
    ...(expression && { grep: expression }),
    ...(wanted && { fields: wanted }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(streams && { streams }),
  }
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

function lineOf(log: ProcessLog): LogLine {
  return { ...log, timestamp: log.timestamp.toISOString() }
}
