import type { ResolvedProcess } from '../../model/config/config.ts'
import { configOfRun, type Given } from '../../model/lifecycle/references.ts'
import { maskText } from '../../model/redaction/mask.ts'
import { hideValues, secretsOf } from '../../model/redaction/secrets.ts'
import type { Managed } from '../managed.ts'
import { environmentOf } from './environment.ts'

/** The secrets of a process, with the config and environment that they were found in. */
interface Known {
  config: ResolvedProcess
  environment: Record<string, string> | null
  given: Given | undefined
  secrets: string[]
}

/** Takes the secrets of a process out of the output of it, its hooks and its health checks. Finds them once per config. */
export class Redaction {
  readonly #inherited: Record<string, string>
  readonly #known = new WeakMap<Managed, Known>()

  /** @param inherited environment of processes that were started without a command */
  constructor(inherited: Record<string, string>) {
    this.#inherited = inherited
  }

  redact(managed: Managed, text: string): string {
    return text === '' ? '' : maskText(hideValues(text, this.#secretsOf(managed)))
  }

  #secretsOf(managed: Managed): string[] {
    const { environment } = managed
    const { config, given } = managed.process
    const known = this.#known.get(managed)
    if (known?.config === config && known.environment === environment && known.given === given) return known.secrets
    const secrets = secretsOf(configOfRun(managed.process), environmentOf(managed, this.#inherited))
    this.#known.set(managed, { config, environment, given, secrets })
    return secrets
  }
}
