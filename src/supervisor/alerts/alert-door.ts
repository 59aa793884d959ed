import { existsSync, statSync } from 'node:fs'
import type { ProcessEvent } from '../../model/lifecycle/events.ts'
import type { AlertsInfo, AlertTestResult } from '../../model/views/alerts-info.ts'
import type { AlertSettings, AlertTest } from '../../protocol/inputs.ts'
import { pathsOf } from '../../storage/paths.ts'
import type { AlertService, AlertServiceOptions } from './alert-service.ts'

const NONE: AlertsInfo = { rules: [], open: [], waiting: 0 }

/** The way to alerts. Nothing of them is loaded in a supervisor that has no rules. */
export class AlertDoor {
  readonly #options: AlertServiceOptions
  #service: Promise<AlertService> | undefined
  #loaded: AlertService | undefined
  #isClosed = false
  #begin = () => {}
  readonly #begun = new Promise<void>((resolve) => {
    this.#begin = resolve
  })

  constructor(options: AlertServiceOptions) {
    this.#options = options
  }

  /** Listens, to go on with the alerts of the supervisor before. To be called before anything happens. */
  restore(): void {
    const { alerts, events } = pathsOf(this.#options.tuixDir)
    if (!existsSync(alerts)) return
    const journal = statSync(events, { throwIfNoEntry: false })
    void this.#load(journal && { id: `${journal.dev}:${journal.ino}`, offset: journal.size })
  }

  /** Goes on, since all processes are there. */
  begin(): void {
    this.#begin()
  }

  heard(event: ProcessEvent): void {
    // Behind the restore, so that nothing is heard twice.
    if (this.#loaded) this.#loaded.heard(event)
    else void this.#service?.then((service) => service.heard(event))
  }

  /** Processes have changed. */
  update(): void {
    this.#loaded?.update()
  }

  async info(): Promise<AlertsInfo> {
    return (await this.#service)?.info() ?? NONE
  }

  async set(settings: AlertSettings): Promise<AlertsInfo> {
    if (!this.#service && settings.rules.length === 0) return NONE
    return (await this.#load()).set(settings)
  }

  async test({ rule }: AlertTest): Promise<AlertTestResult[]> {
    return (await this.#load()).test(rule)
  }

  /** Works in an exit handler. */
  close(): void {
    this.#isClosed = true
    this.#loaded?.close()
  }

  #load(journal?: { id: string; offset: number }): Promise<AlertService> {
    const load = async () => {
      const [{ AlertService }, { readAlerts }] = await Promise.all([
        import('./alert-service.ts'),
        import('../../storage/alerts.ts'),
      ])
      const service = new AlertService(this.#options, readAlerts(this.#options.tuixDir))
      await this.#begun
      await service.restore(journal)
      if (this.#isClosed) service.close()
      return service
    }
    this.#service ??= load()
    void this.#service.then((service) => {
      // In the next turn: whoever waits for the promise already comes first.
      setImmediate(() => (this.#loaded = service))
    })
    return this.#service
  }
}
