import { ProcessManagerError } from '../../model/errors.ts'
import type { ProcessEvent } from '../../model/lifecycle/events.ts'
import type { EventPage } from '../../model/views/logs.ts'
import type { FollowHistoryRequest, HistoryRequest } from '../../protocol/inputs.ts'
import { pathsOf } from '../../storage/paths.ts'
import type { SupervisorContext } from '../context.ts'

/** A place among the events: how many of one moment were read. It outlives every file and every supervisor. */
interface Mark {
  /** Epoch ms. */
  time: number
  count: number
}

/** Reads the journal for clients that cannot read its files themselves. What reads them is loaded on demand. */
export class EventInspector {
  readonly #context: Pick<SupervisorContext, 'tuixDir'>

  constructor(context: Pick<SupervisorContext, 'tuixDir'>) {
    this.#context = context
  }

  async history(request: HistoryRequest): Promise<ProcessEvent[]> {
    const { readHistory } = await import('../../storage/history.ts')
    return readHistory(this.#path, request)
  }

  /** Past events, or those after a cursor, and then every new one. */
  async *follow(
    { cursor, ...request }: FollowHistoryRequest,
    signal: AbortSignal,
    listening?: () => void,
  ): AsyncGenerator<EventPage, void, undefined> {
    const { followHistory } = await import('../../storage/history.ts')
    const { lines: _, ...later } = request
    let mark = cursor === undefined ? undefined : markOf(cursor)
    let known = mark?.count ?? 0
    listening?.()
    for await (const event of followHistory(this.#path, mark ? { ...later, since: mark.time } : request, signal)) {
      if (event.time !== mark?.time) known = 0
      if (known > 0) {
        known--
        continue
      }
      mark = { time: event.time, count: event.time === mark?.time ? mark.count + 1 : 1 }
      yield { events: [event], cursor: `${mark.time}-${mark.count}` }
    }
  }

  get #path(): string {
    return pathsOf(this.#context.tuixDir).events
  }
}

function markOf(cursor: string): Mark {
  const [, time, count] = /^(\d{1,16})-(\d{1,9})$/.exec(cursor) ?? []
  if (time === undefined) throw new ProcessManagerError('usage', 'invalid cursor: use the one of an earlier item')
  return { time: Number(time), count: Number(count) }
}
