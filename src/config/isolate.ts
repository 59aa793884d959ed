import { addressOf } from '../model/config/health-check.ts'
import { ProcessManagerError } from '../model/errors.ts'
import type { ParsedProcess } from './resolve/index.ts'

/* Makes of declared processes some that can run in many copies at once: for tests, each of which has a stack of its own. */

interface FixedPort {
  name: string
  port: number
}

/**
 * The same processes without what two copies would share: each gets another port, and logs go where those of all others go.
 * Files that change restart nothing, since tests write files, and nothing outlives the test.
 *
 * @param reserve a port that nobody else gets
 * @param env variables for every process, over its own
 * @param origins places of the declarations by name, for messages
 * @throws ProcessManagerError `config` for a port that is written out where it cannot be replaced
 */
export function isolated(
  processes: readonly ParsedProcess[],
  reserve: () => number,
  env: Readonly<Record<string, string>>,
  origins: Readonly<Record<string, string>> = {},
): ParsedProcess[] {
  const fixed = processes.flatMap((process): FixedPort[] => {
    const port = fixedPortOf(process)
    return port === undefined ? [] : [{ name: process.name, port }]
  })
  return processes.map((process) => {
    const alone = withOwnPort(process, reserve)
    const place = origins[process.name] ?? `process \`${process.name}\``
    const problem = foreignCheck(alone) ?? writtenPort(alone, fixed)
    if (problem !== undefined) throw new ProcessManagerError('config', `${place}: ${problem}`)
    const { logFile: _log, errorFile: _errors, watch: _watch, autostart: _auto, ...rest } = alone
    return { ...rest, env: { ...alone.env, ...env }, persist: false }
  })
}

/** The port that its declaration names: in `port`, or in the variable `PORT`. */
function fixedPortOf({ port, env }: ParsedProcess): number | undefined {
  if (typeof port === 'number') return port
  const variable = env?.PORT
  return port === undefined && variable !== undefined && /^\d{1,5}$/.test(variable) ? Number(variable) : undefined
}

/** With another port in place of its own, also in its health check. */
function withOwnPort(process: ParsedProcess, reserve: () => number): ParsedProcess {
  const own = fixedPortOf(process)
  if (own === undefined && process.port === undefined) return process
  const { env: { PORT: _, ...env } = {}, healthCheck } = process
  const alone: ParsedProcess = { ...process, env, port: needsSeveral(process) ? 'auto' : reserve() }
  if (healthCheck?.type === 'tcp' && healthCheck.port === own) {
    const { port: _own, ...check } = healthCheck
    return { ...alone, healthCheck: check }
  }
  if (healthCheck?.type !== 'http' || healthCheck.url === undefined) return alone
  const url = healthCheck.url.replace(ADDRESS, (address, head: string, port: string) =>
    Number(port) === own ? `${head}:\${PORT}` : address,
  )
  return { ...alone, healthCheck: { ...healthCheck, url } }
}

/** Whether each instance has a port of its own. Those that share one have theirs behind it. */
function needsSeveral({ port, instances = 1 }: ParsedProcess): boolean {
  return instances > 1 && typeof port !== 'number'
}

/** The beginning of an address with a port. */
const ADDRESS = /^(https?:\/\/[^/?#]*?):(\d+)(?=[/?#]|$)/i

/** What is wrong with a health check that asks a port of this machine which is not the process's own. */
function foreignCheck({ healthCheck }: ParsedProcess): string | undefined {
  if (healthCheck?.type === 'tcp' && healthCheck.port !== undefined && isLocal(healthCheck.host ?? 'localhost'))
    return sharedPort('healthCheck.port', healthCheck.port)
  if (healthCheck?.type !== 'http' || healthCheck.url === undefined) return undefined
  const address = addressOf(healthCheck.url, '')
  if (!address?.port || !isLocal(address.hostname)) return undefined
  return sharedPort('healthCheck.url', Number(address.port))
}

function sharedPort(setting: string, port: number): string {
  return `${setting} asks port ${port}, which all stacks would share: give the process that listens there a \`port\`, and let it listen on $PORT`
}

function isLocal(host: string): boolean {
  return /^(localhost|.*\.localhost|127\..*|0\.0\.0\.0|\[?::1?\]?)$/i.test(host)
}

/** What is wrong with a text that has a port which every stack replaces by another one. */
function writtenPort({ name, command, args = [], env = {} }: ParsedProcess, fixed: FixedPort[]): string | undefined {
  const texts: [setting: string, text: string][] = [
    ['command', [command, ...args].join(' ')],
    ...Object.entries(env).map(([variable, text]): [string, string] => [`env.${variable}`, text]),
  ]
  for (const [setting, text] of texts) {
    const found = fixed.find(({ port }) => namesPort(text, port))
    if (found === undefined) continue
    const whose = found.name === name ? 'its own port' : `the port of ${found.name}`
    return `${setting} has ${whose} (${found.port}) written out, and each stack has another one: write \${{ ${found.name}.port }}`
  }
  return undefined
}

/** Whether a text means a port by a number: the whole of it, behind a host, or behind an option for ports. */
function namesPort(text: string, port: number): boolean {
  return new RegExp(String.raw`^\s*${port}\s*$|[\w\]]:${port}(?!\d)|(?:^|\s)(?:--port[= ]|-p ?)${port}(?!\d)`).test(
    text,
  )
}
