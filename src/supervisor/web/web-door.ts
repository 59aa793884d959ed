import { existsSync } from 'node:fs'
import type { WebInfo } from '../../model/views/web-info.ts'
import type { CloseWebRequest, WebSettings } from '../../protocol/inputs.ts'
import type { Control } from '../../protocol/operations.ts'
import { pathsOf } from '../../storage/paths.ts'
import type { WebService, WebServiceOptions } from './web-service.ts'

const CLOSED: WebInfo = { url: null, token: null }

/** The way to the web listener. Nothing of it is loaded in a supervisor that nobody asked for one. */
export class WebDoor {
  readonly #options: Omit<WebServiceOptions, 'control'>
  #service: Promise<WebService> | undefined
  #isClosed = false

  constructor(options: Omit<WebServiceOptions, 'control'>) {
    this.#options = options
  }

  async info(): Promise<WebInfo> {
    return (await this.#service)?.info() ?? CLOSED
  }

  /** @param control what it offers */
  async open(settings: WebSettings, control: Control): Promise<WebInfo> {
    return (await this.#load(control)).open(settings)
  }

  async forget({ source }: CloseWebRequest): Promise<WebInfo> {
    const service = await this.#service
    if (!service) return CLOSED
    return source === undefined || service.isOpenedBy(source) ? service.forget() : service.info()
  }

  /** Opens it again if the supervisor before had it open. */
  restore(control: Control): void {
    if (existsSync(pathsOf(this.#options.tuixDir).web)) void this.#load(control).then((web) => web.restore())
  }

  /** Works in an exit handler. */
  close(): void {
    this.#isClosed = true
    void this.#service?.then((service) => service.close())
  }

  async #load(control: Control): Promise<WebService> {
    const loaded = async () => {
      const { WebService } = await import('./web-service.ts')
      return new WebService({ ...this.#options, control })
    }
    this.#service ??= loaded()
    const service = await this.#service
    if (this.#isClosed) service.close()
    return service
  }
}
