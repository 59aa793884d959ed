import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { isRecord } from '../../model/config/shape.ts'
import type { SwarmSettings } from '../../model/config/targets.ts'
import { ProcessManagerError } from '../../model/errors.ts'

/** Where a Docker Engine listens. */
export type EngineAddress =
  | { type: 'unix'; socket: string }
  | { type: 'tcp'; host: string; port: number; tls: EngineTls | null }
  /** `ssh` as `SshConnection` takes it; `socket` is a path there. */
  | { type: 'ssh'; ssh: string; socket: string }

/** PEM files. */
export interface EngineTls {
  ca?: string
  cert?: string
  key?: string
  /** False only where the user's context says so. */
  isVerified: boolean
}

/** Where it listens unless something else is said. */
export const SOCKET = '/var/run/docker.sock'

/**
 * The address of an engine, found as `docker` finds it: what the target says, else `DOCKER_CONTEXT` and `DOCKER_HOST`, else the current
 * context of `docker`, else the socket of this machine.
 *
 * @throws ProcessManagerError `config`
 */
export function engineAddress(
  target: string,
  { docker, context, tls }: SwarmSettings,
  environment: Record<string, string | undefined>,
): EngineAddress {
  const given = tls && { ...tls, isVerified: true }
  if (docker !== undefined) return parseAddress(target, docker, given ?? tlsOf(environment))
  if (context !== undefined) return contextAddress(target, context, environment)
  const { DOCKER_HOST, DOCKER_CONTEXT } = environment
  if (DOCKER_HOST) return parseAddress(target, DOCKER_HOST, given ?? tlsOf(environment))
  const current = DOCKER_CONTEXT || currentContext(environment)
  return current === undefined ? { type: 'unix', socket: SOCKET } : contextAddress(target, current, environment)
}

function parseAddress(target: string, text: string, tls: EngineTls | null): EngineAddress {
  const [, scheme = '', rest = ''] = /^(\w+):\/\/(.*)$/s.exec(text) ?? []
  if (scheme === 'unix' && rest.startsWith('/')) return { type: 'unix', socket: rest }
  if (['tcp', 'http', 'https'].includes(scheme)) {
    const url = URL.canParse(`http://${rest}`) ? new URL(`http://${rest}`) : null
    const secured = scheme === 'https' ? (tls ?? { isVerified: true }) : tls
    if (url?.hostname) {
      const host = url.hostname.replace(/^\[|\]$/g, '')
      return { type: 'tcp', host, port: Number(url.port) || (secured ? 2376 : 2375), tls: secured }
    }
  }
  if (scheme === 'ssh' && rest !== '') {
    const [, place = '', path = ''] = /^([^/]+)(\/.*)?$/.exec(rest) ?? []
    if (place !== '') return { type: 'ssh', ssh: `ssh://${place}`, socket: path.length > 1 ? path : SOCKET }
  }
  throw new ProcessManagerError(
    'config',
    `target ${target}: the address of the engine must be unix:///…, tcp://HOST:PORT or ssh://USER@HOST, not ${JSON.stringify(text)}`,
  )
}

function tlsOf({
  DOCKER_TLS_VERIFY,
  DOCKER_TLS,
  DOCKER_CERT_PATH,
  ...environment
}: Record<string, string | undefined>): EngineTls | null {
  if (!DOCKER_TLS_VERIFY && !DOCKER_TLS) return null
  const folder = DOCKER_CERT_PATH || configFolder(environment)
  return {
    ca: join(folder, 'ca.pem'),
    cert: join(folder, 'cert.pem'),
    key: join(folder, 'key.pem'),
    isVerified: Boolean(DOCKER_TLS_VERIFY),
  }
}

function configFolder({ DOCKER_CONFIG, HOME }: Record<string, string | undefined>): string {
  return DOCKER_CONFIG || join(HOME || homedir(), '.docker')
}

function currentContext(environment: Record<string, string | undefined>): string | undefined {
  const config = readJson(join(configFolder(environment), 'config.json'))
  const { currentContext: name } = isRecord(config) ? config : {}
  return typeof name === 'string' && name !== '' && name !== 'default' ? name : undefined
}

/** `docker` keeps a context in a folder that is named by the hash of its name. */
function contextAddress(target: string, name: string, environment: Record<string, string | undefined>): EngineAddress {
  if (name === 'default') return { type: 'unix', socket: SOCKET }
  const folder = join(configFolder(environment), 'contexts')
  const id = createHash('sha256').update(name).digest('hex')
  const meta = readJson(join(folder, 'meta', id, 'meta.json'))
  const endpoint = isRecord(meta) && isRecord(meta.Endpoints) ? meta.Endpoints.docker : undefined
  if (!isRecord(endpoint) || typeof endpoint.Host !== 'string')
    throw new ProcessManagerError(
      'config',
      `target ${target}: docker has no context \`${name}\`; see \`docker context ls\``,
    )
  const pem = (file: string) => {
    const path = join(folder, 'tls', id, 'docker', `${file}.pem`)
    return exists(path) ? { [file]: path } : {}
  }
  const files = { ...pem('ca'), ...pem('cert'), ...pem('key') }
  const isVerified = endpoint.SkipTLSVerify !== true
  const tls = Object.keys(files).length > 0 || !isVerified ? { ...files, isVerified } : null
  return parseAddress(target, endpoint.Host, tls)
}

function exists(path: string): boolean {
  try {
    readFileSync(path)
    return true
  } catch {
    return false
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
