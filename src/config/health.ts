import * as z from 'zod/mini'
import type { ProcessConfig } from '../model/config/config.ts'
import { addressOf, type HealthCheckSettings, type HealthRules, hasOwnPort } from '../model/config/health-check.ts'
import { mainPortName } from '../model/config/ports.ts'
import { replaceReferences, sampleOf } from '../model/config/references.ts'
import type { Variables } from '../model/config/referring.ts'
import { HEALTH_WORDS } from './other-words.ts'
import {
  choice,
  count,
  duration,
  flag,
  headers,
  nonEmpty,
  pattern,
  port,
  positiveDuration,
  settings,
  text,
} from './values.ts'

/** Schema of health checks. `values.ts` explains how its messages are worded. */

type Type = HealthCheckSettings['type']
type OwnKey = Exclude<keyof HealthCheckSettings, keyof HealthRules | 'type'>

/** The settings of each type. The first is required, but for the port of a process that has a `port` itself. */
const KEYS: Record<Type, readonly [OwnKey, ...OwnKey[]]> = {
  output: ['outputPattern', 'repeat'],
  http: ['url', 'method', 'expectedStatus', 'headers'],
  tcp: ['port', 'host'],
  script: ['script'],
  exec: ['command'],
}
const TYPES = ['output', 'http', 'tcp', 'script', 'exec'] as const satisfies Type[]

const URL_RULE = 'an http:// or https:// address'
const url = text('a string').check(
  z.regex(/^(https?:\/\/[^/\s]|\/|\$\{\{)/i, URL_RULE),
  z.refine((value) => isAddress(replaceReferences(value, sampleOf)), { error: `must be ${URL_RULE}` }),
)

/** Whether it is one, with any references replaced. */
function isAddress(value: string): boolean {
  return /^(https?:|\/)/i.test(value) && addressOf(value, 1) !== undefined
}

const STATUS = 'an HTTP status from 200 to 599, or a list of them'
const status = z.int(STATUS).check(z.gte(200, STATUS), z.lte(599, STATUS))

const shape = {
  type: choice(TYPES),
  outputPattern: z.exactOptional(pattern),
  repeat: z.exactOptional(flag),
  url: z.exactOptional(url),
  method: z.exactOptional(choice(['GET', 'POST', 'HEAD'])),
  expectedStatus: z.exactOptional(z.union([status, z.array(status).check(z.minLength(1, STATUS))], STATUS)),
  headers: z.exactOptional(headers),
  host: z.exactOptional(nonEmpty('a host name or address')),
  port: z.exactOptional(port),
  script: z.exactOptional(nonEmpty('JavaScript source or the path of a script')),
  command: z.exactOptional(nonEmpty('a command line')),
  interval: z.exactOptional(positiveDuration),
  timeout: z.exactOptional(positiveDuration),
  retries: z.exactOptional(count),
  startPeriod: z.exactOptional(duration),
} satisfies Record<keyof HealthCheckSettings, z.ZodMiniType>

export const healthCheck = settings(shape, undefined, HEALTH_WORDS).check(({ value, issues }) => {
  const { type } = value
  const refuse = (key: OwnKey, message: string) => issues.push({ code: 'custom', path: [key], message, input: value })
  const [needed] = KEYS[type]
  if (value[needed] === undefined && type !== 'tcp')
    refuse(needed, `is missing: a health check of type "${type}" needs it`)
  for (const owner of TYPES) {
    if (owner === type) continue
    const foreign = KEYS[owner].find((key) => value[key] !== undefined)
    if (foreign) refuse(foreign, `belongs to a health check of type "${owner}", not "${type}"`)
  }
})

/** What is wrong between a health check and the process that it is for: a setting of the check, and the message. */
export function ownPortProblem({
  healthCheck,
  port: single,
  ports,
  env,
}: Pick<ProcessConfig, 'healthCheck' | 'port' | 'ports' | 'env'>): [OwnKey, string] | undefined {
  if (healthCheck?.type !== 'http' && healthCheck?.type !== 'tcp') return undefined
  const { type } = healthCheck
  const port = single ?? ports?.[mainPortName(ports) ?? '']
  const url = (type === 'http' && healthCheck.url) || ''
  const host = (type === 'tcp' && healthCheck.host) || 'localhost'
  const isOwn = type === 'tcp' ? healthCheck.port === undefined : hasOwnPort(url)
  if (isOwn && port === undefined && (env as Variables | undefined)?.PORT === undefined) {
    if (type === 'tcp') return ['port', 'is missing: a health check of type "tcp" needs it']
    return ['url', 'means the port of the process, which has no `port`']
  }
  if (isOwn || port === undefined || typeof port === 'number') return undefined
  const address = type === 'http' ? addressOf(url, 1) : undefined
  const fixed = type === 'tcp' ? healthCheck.port : address?.port
  if (!fixed || !isLocal(address?.hostname ?? host)) return undefined
  return type === 'tcp'
    ? ['port', 'must be left out: the process has `port: auto`, and another one each time']
    : [
        'url',
        `must be a path such as "${address?.pathname}", without the port ${fixed}: the process has \`port: auto\``,
      ]
}

function isLocal(host: string): boolean {
  return /^(localhost|.*\.localhost|127\..*|0\.0\.0\.0|\[?::1?\]?)$/i.test(host)
}
