import type { ResolvedProcess } from '../model/config.ts'
import { maskText } from '../model/mask.ts'
import { hideValues, secretsOf } from '../model/secrets.ts'
import type { Managed } from './managed.ts'

/** What a process's secrets were told from. */
interface Known {
  config: ResolvedProcess
  environment: Record<string, string> | null
  secrets: string[]
}

/** Takes the secrets of a process out of what it, its hooks and its health checks say; they are looked for once per config. */
export function createHiding(
  environmentOf: (managed: Managed) => Record<string, string>,
): (managed: Managed, text: string) => string {
  const cache = new WeakMap<Managed, Known>()
  const secretsFor = (managed: Managed): string[] => {
    const { process, environment } = managed
    const { config } = process
    const known = cache.get(managed)
    if (known?.config === config && known.environment === environment) return known.secrets
    const secrets = secretsOf(config, environmentOf(managed))
    cache.set(managed, { config, environment, secrets })
    return secrets
  }
  return (managed, text) => (text === '' ? '' : maskText(hideValues(text, secretsFor(managed))))
}
