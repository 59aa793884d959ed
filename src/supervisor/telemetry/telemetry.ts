import { liveOf } from '../../model/lifecycle/phase.ts'
import type { ManagedProcess } from '../../model/lifecycle/process.ts'
import { faultText, reasonOf } from '../../model/text/system-error.ts'
import type { Answer, Request } from '../http/handler.ts'
import type { Collector } from './collector.ts'
import type { OtlpOptions, OtlpService } from './otlp-service.ts'

/** The way to what measures and reports. Nothing of it is loaded, and nothing is measured, until somebody asks or a config does. */
export class Telemetry {
  readonly #options: OtlpOptions
  #collector: Promise<Collector> | undefined
  #otlp: Promise<OtlpService> | undefined
  /** Processes as they were when a run of theirs was first seen that is to be reported by OTLP, by id. */
  #begun = new Map<string, ManagedProcess>()
  #isClosed = false

  constructor(options: OtlpOptions) {
    this.#options = options
  }

  /** Answers `GET /metrics`. */
  async scrape(request: Request): Promise<Answer> {
    const { answerScrape } = await import('./scrape.ts')
    return answerScrape(request, await this.#collect())
  }

  /** Processes have changed. */
  update(): void {
    const reported = this.#options.processes.snapshot().filter(({ config }) => config.otlp !== undefined)
    if (reported.length === 0 && !this.#otlp) return
    const before = this.#begun
    this.#begun = new Map()
    for (const process of reported) {
      const first = before.get(process.id) ?? (hasOwnConfig(process) ? process : undefined)
      if (first) this.#begun.set(process.id, first)
    }
    this.#otlp ??= this.#loadOtlp()
    const failed = (error: unknown) => this.#options.events.warn(faultText(error))
    void this.#otlp.then((otlp) => !this.#isClosed && otlp.update(this.#begun)).catch(failed)
  }

  /** Works in an exit handler. */
  close(): void {
    this.#isClosed = true
    void this.#otlp?.then((otlp) => otlp.close())
  }

  #loadOtlp(): Promise<OtlpService> {
    const loaded = import('./otlp-service.ts').then(
      ({ OtlpService }) => new OtlpService(this.#options, () => this.#collect()),
    )
    loaded.catch((error) => this.#options.events.warn(`nothing is sent by OTLP: ${reasonOf(error)}`))
    return loaded
  }

  #collect(): Promise<Collector> {
    this.#collector ??= import('./collector.ts').then(({ Collector }) => new Collector(this.#options))
    return this.#collector
  }
}

/** Whether it has a run, and its config is that of the run. While one is stopped for another, the config is that of the next. */
function hasOwnConfig({ phase }: ManagedProcess): boolean {
  if (phase.type === 'cleanup') return phase.live !== null && phase.startAt === null
  return phase.type !== 'stopping' && liveOf(phase) !== null
}
