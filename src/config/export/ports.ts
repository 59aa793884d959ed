import type { ResolvedProcess } from '../../model/config/config.ts'
import { addressOf } from '../../model/config/health-check.ts'

/** The port in the container of a process whose port is picked when it starts: every container has all ports to itself. */
export const AUTO_PORT = 8080

/** The port on which a process listens: its `port`, or `PORT` in its `env`, or where its health check asks. Null: none that is known. */
export function portOf({ config }: { config: ResolvedProcess }): number | null {
  if (config.port !== null) return config.port === 'auto' ? AUTO_PORT : config.port
  const inEnv = Number(config.env.PORT)
  return Number.isInteger(inEnv) && inEnv > 0 && inEnv < 65_536 ? inEnv : checkedPort(config)
}

function checkedPort({ healthCheck: check }: ResolvedProcess): number | null {
  if (check?.type === 'tcp') return isOwnHost(check.host) ? check.port : null
  const url = check?.type === 'http' ? addressOf(check.url, '') : undefined
  return url && isOwnHost(url.hostname) ? portOfUrl(url) : null
}

/** Whether an address is one of the process itself. */
export function isOwnHost(host: string): boolean {
  return /^(?:localhost|127\.0\.0\.1|\[?::1\]?|0\.0\.0\.0)$/.test(host)
}

/** The port of an address, also of one that does not say it. */
export function portOfUrl({ port, protocol }: URL): number {
  if (port !== '') return Number(port)
  return protocol === 'https:' ? 443 : 80
}
