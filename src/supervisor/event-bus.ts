import * as describe from '../model/lifecycle/describe.ts'
import type { EventFacts, ProcessEvent } from '../model/lifecycle/events.ts'
import { maskText } from '../model/redaction/mask.ts'
import { hideDetails } from '../model/redaction/secrets.ts'
import type { Journal } from '../storage/journal.ts'
import type { Clock } from '../system/clock.ts'
import { Broadcast } from './broadcast.ts'

/** `time`: default now. */
type EmittedEvent = EventFacts & Pick<ProcessEvent, 'name' | 'run'> & { time?: number }

/** Adds the sentence to each event, masks secrets, writes the event to the journal, and passes it to all listeners. */
export class EventBus {
  readonly #journal: Pick<Journal, 'append'>
  readonly #clock: Pick<Clock, 'now'>
  readonly #broadcast = new Broadcast<ProcessEvent>()

  constructor(journal: Pick<Journal, 'append'>, clock: Pick<Clock, 'now'>) {
    this.#journal = journal
    this.#clock = clock
  }

  emit(emitted: EmittedEvent): void {
    const timed = { time: this.#clock.now(), ...emitted }
    const { time, name, type, run, ...facts } = timed
    const message = maskText(describe.event(timed))
    // The process's own secrets were redacted when the cause came in. This masks whatever else looks like a secret.
    const cause = 'cause' in facts && facts.cause && { cause: hideDetails(facts.cause, maskText) }
    const event = { time, name, type, run, message, ...facts, ...cause }
    this.#journal.append(event)
    this.#broadcast.emit(event)
  }

  /** Emits a warning about a run of a process, or about the supervisor itself. */
  warn(detail: string, { name = '', run = 0 }: { name?: string; run?: number } = {}): void {
    this.emit({ name, run, type: 'warning', cause: { type: 'problem', detail } })
  }

  /** Returns a function that removes the listener. */
  listen(listener: (event: ProcessEvent) => void): () => void {
    return this.#broadcast.listen(listener)
  }

  /** Every event from now on, until the signal aborts. */
  iterate(signal: AbortSignal): AsyncGenerator<ProcessEvent, void, undefined> {
    return this.#broadcast.iterate(signal)
  }
}
