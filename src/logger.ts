import type { ProcessEvent, ProcessEventType } from './model/events.ts'
import type { LogLevel, ProcessLog } from './model/logs.ts'

/** Anything with these four methods: pino, winston, bunyan, `console`, tuix's own logger. */
export type Logger = Record<LogLevel, (...args: never[]) => unknown>

/** What a logger is told of besides the sentence. */
type Facts = Record<string, unknown>

export interface LoggerSources {
  /** Everything that happens; `listening` is called when nothing is missed any more. */
  events(listening: () => void): AsyncIterable<ProcessEvent>
  /** Absent: the logger is not to be told lines. */
  onLine?(listener: (log: ProcessLog) => void): void
  warn(message: string): void
}

/** Tells a logger everything until the events end. Resolves as soon as it misses nothing. */
export function feedLogger(logger: Logger, { events, onLine, warn }: LoggerSources): Promise<void> {
  const feed = new LoggerFeed(logger, warn)
  onLine?.((log) => feed.line(log))
  return new Promise((resolve) => {
    const attend = async () => {
      for await (const event of events(resolve)) feed.event(event)
    }
    attend()
      .catch((error: Error) => warn(`the logger is not told of events any more: ${error.message}`))
      .finally(resolve)
  })
}

/** Tells a logger what happens to processes and what they print; never throws, whatever the logger does. */
class LoggerFeed {
  readonly #write: (level: LogLevel, message: string, facts: Facts) => unknown
  readonly #warn: (message: string) => void
  #warned = false

  /** @param warn told once, if the logger fails */
  constructor(logger: Logger, warn: (message: string) => void) {
    this.#write = writerOf(logger)
    this.#warn = warn
  }

  event({ time, name, type, message, ...facts }: ProcessEvent): void {
    this.#tell(levelOf(type, message), `${name || 'supervisor'}: ${message}`, { process: name, event: type, ...facts })
  }

  line({ name, level, message, source }: ProcessLog): void {
    // The supervisor's own words among the lines come as events.
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

function levelOf(type: ProcessEventType, message: string): LogLevel {
  if (type === 'health' && message.startsWith('unhealthy')) return 'warn'
  return LEVELS[type] ?? 'info'
}

/** In the order of arguments that a logger takes. */
function writerOf(logger: Logger): (level: LogLevel, message: string, facts: Facts) => unknown {
  const call = (level: LogLevel, ...args: unknown[]) => (logger[level] as (...args: unknown[]) => unknown)(...args)
  // To a person at a console the sentence is enough.
  if ((logger as unknown) === console) return (level, message) => call(level, message)
  // pino and bunyan take an object before the message, and read one behind it as something to format.
  if ('bindings' in logger || 'fields' in logger) return (level, message, facts) => call(level, facts, message)
  return call
}

/** A logger may answer with a promise, or, as tuix's own does, with an Effect: a description of the logging, to be run. */
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

/** The app's, which has brought the logger; undefined: it has none. A bundler must not look for it. */
async function loadEffect(): Promise<EffectModule | undefined> {
  const name = 'effect'
  const loaded = (await import(name).catch(() => undefined)) as { Effect: EffectModule } | undefined
  return loaded?.Effect
}
