import * as z from 'zod/mini'
import type { HealthCheckConfig, HealthRules, ResolvedHealthCheck } from '../model/config.ts'
import { choice, count, filled, flag, headers, pattern, period, port, settings, text, wait } from './values.ts'

/** The schema of health checks, and their defaults. How its messages are worded: `values.ts`. */

type Type = HealthCheckConfig['type']
type OwnKey = Exclude<keyof HealthCheckConfig, keyof HealthRules | 'type'>

const DEFAULTS = { interval: 30_000, timeout: 5000, retries: 3, startPeriod: 0 } satisfies HealthRules

/** The settings of each type; it cannot do without the first. */
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
  z.regex(/^https?:\/\/[^/\s]/i, URL_RULE),
  z.refine((value) => URL.canParse(value), { error: `must be ${URL_RULE}` }),
)

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
  host: z.exactOptional(filled('a host name or address')),
  port: z.exactOptional(port),
  script: z.exactOptional(filled('JavaScript source or the path of a script')),
  command: z.exactOptional(filled('a command line')),
  interval: z.exactOptional(period),
  timeout: z.exactOptional(period),
  retries: z.exactOptional(count),
  startPeriod: z.exactOptional(wait),
} satisfies Record<keyof HealthCheckConfig, z.ZodMiniType>

export const healthCheck = settings(shape).check(({ value, issues }) => {
  const { type } = value
  const refuse = (key: OwnKey, message: string) => issues.push({ code: 'custom', path: [key], message, input: value })
  const [needed] = KEYS[type]
  if (value[needed] === undefined) refuse(needed, `is missing: a health check of type "${type}" needs it`)
  for (const owner of TYPES) {
    if (owner === type) continue
    const foreign = KEYS[owner].find((key) => value[key] !== undefined)
    if (foreign) refuse(foreign, `belongs to a health check of type "${owner}", not "${type}"`)
  }
})

/** Applies every default. The schema has made sure that the type has what it needs. */
export function resolveHealthCheck(config: HealthCheckConfig): ResolvedHealthCheck {
  const { type, interval, timeout, retries, startPeriod } = { ...DEFAULTS, ...config }
  const rules = { interval, timeout, retries, startPeriod }
  switch (type) {
    case 'output': {
      const { outputPattern = '', repeat = false } = config
      if (typeof outputPattern === 'string') return { ...rules, type, outputPattern, repeat }
      const { source, flags } = outputPattern
      return { ...rules, type, outputPattern: { source, flags }, repeat }
    }
    case 'http': {
      const { url = '', method = 'GET', expectedStatus = [], headers = {} } = config
      return { ...rules, type, url, method, expectedStatus: [expectedStatus].flat(), headers: { ...headers } }
    }
    case 'tcp':
      return { ...rules, type, host: config.host ?? 'localhost', port: config.port ?? 0 }
    case 'script':
      return { ...rules, type, script: config.script ?? '' }
    case 'exec':
      return { ...rules, type, command: config.command ?? '' }
    default:
      return type satisfies never
  }
}
