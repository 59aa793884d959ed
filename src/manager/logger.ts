import type { ProcessEvent, ProcessEventType } from '../model/lifecycle/events.ts'
import { reasonOf } from '../model/text/system-error.ts'
import type { LogLevel, ProcessLog } from '../model/views/logs.ts'

/** Anything with these four methods: pino, winston, bunyan, `console`, tuix's own logger. */
export type Logger = Record<LogLevel, (...args: never[]) => unknown>

/** Fields that a logger gets besides the sentence. */
type Facts = Record<string, unknown>

export interface LoggerSources {
  /** All events; `listening` is called when no event is missed any more. */
  events(listening: () => void): AsyncIterable<ProcessEvent>
  /** Absent: the logger gets no log lines. */
  onLine?(listener: (log: ProcessLog) => void): void
  warn(message: string): void
}

/** Passes events and log lines to a logger until the events end. Resolves as soon as no event is missed. */
export function feedLogger(logger: Logger, { events, onLine, warn }: LoggerSources): Promise<void> {
  const feed = new LoggerFeed(logger, warn)
  onLine?.((log) => feed.line(log))
  return new Promise((resolve) => {
    const attend = async () => {
      for await (const event of events(resolve)) feed.event(event)
    }
    attend()
      .catch((error: Error) => warn(`the logger no longer receives events: ${reasonOf(error)}`))
      .finally(resolve)
  })
}

/** Passes events and log lines to a logger. Never throws, whatever the logger does. */
class LoggerFeed {
  readonly #write: (level: LogLevel, message: string, facts: Facts) => unknown
  readonly #warn: (message: string) => void
  #warned = false

  /** @param warn called once, if the logger fails */
  constructor(logger: Logger, warn: (message: string) => void) {
    this.#write = writerOf(logger)
    this.#warn = warn
  }

  event(event: ProcessEvent): void {
    const { time, name, type, message, ...facts } = event
    this.#tell(levelOf(event), `${name || 'supervisor'}: ${message}`, { process: name, event: type, ...facts })
  }

  line({ name, level, message, source }: ProcessLog): void {
    // Lines of the source `system` are events, which arrive separately.
    if (source !== 'system') this.#tell(level, `${name}: ${message}`, { process: name, source })
  }

  #tell(level: LogLevel, message: string, facts: Facts): void {
    settle(() => this.#write(level, message, facts)).catch((error: unknown) => {
      if (!this.#warned) this.#warn(`the logger failed: ${error instanceof Error ? error.message : String(error)}`)
      this.#warned = true
    })
  }
}

const LEVELS: Partial<Record<ProcessEventType, LogLevel>> = {
  crash: 'error',
  error: 'error',
  restart: 'warn',
  warning: 'warn',
  hook: 'debug',
}

function levelOf({ type, health }: ProcessEvent): LogLevel {
  return health === 'unhealthy' ? 'warn' : (LEVELS[type] ?? 'info')
}

/** Calls a logger with its arguments in the order that it expects. */
function writerOf(logger: Logger): (level: LogLevel, message: string, facts: Facts) => unknown {
  const call = (level: LogLevel, ...args: unknown[]) => (logger[level] as (...args: unknown[]) => unknown)(...args)
  // On a console the sentence is enough.
  if ((logger as unknown) === console) return (level, message) => call(level, message)
  // pino and bunyan take an object before the message. After it, they would treat it as a value to format.
  if ('bindings' in logger || 'fields' in logger) return (level, message, facts) => call(level, facts, message)
  return call
}

/** A logger may return a promise, or, like tuix's own, an Effect, which has to be run. */
async function settle(write: () => unknown): Promise<void> {
  const answer = await write()
  if (typeof answer !== 'object' || answer === null || !('pipe' in answer)) return
  const effect = await loadEffect()
  if (effect?.isEffect(answer)) await effect.runPromise(answer)
}

interface EffectModule {
  isEffect(value: unknown): boolean
  runPromise(effect: unknown): Promise<unknown>
}

/** The `effect` package of the app, whose logger needs it. Undefined if the app has none. Bundlers must not look for it. */
async function loadEffect(): Promise<EffectModule | undefined> {
  const name = 'effect'
  const loaded = (await import(name).catch(() => undefined)) as { Effect: EffectModule } | undefined
  return loaded?.Effect
}
