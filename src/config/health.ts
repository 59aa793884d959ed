import * as z from 'zod/mini'
import type { HealthCheckConfig, HealthRules } from '../model/config.ts'
import { choice, count, filled, flag, headers, pattern, period, port, settings, text, wait } from './values.ts'

/** The schema of health checks. How its messages are worded: `values.ts`. */

type Type = HealthCheckConfig['type']
type OwnKey = Exclude<keyof HealthCheckConfig, keyof HealthRules | 'type'>

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
