import type { ResolvedProcess } from '../config/config.ts'

/* What the standard variables of OpenTelemetry say: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */

/** Where something is sent. */
export interface OtlpTarget {
  url: string
  headers: Record<string, string>
  /** ms. */
  timeout: number
}

export interface OtlpSettings {
  logs: OtlpTarget | null
  /** `interval`: ms. */
  metrics: (OtlpTarget & { interval: number }) | null
  /** Why nothing is sent although it is wanted, one sentence. */
  problem: string | null
}

type Environment = Readonly<Record<string, string>>

const TIMEOUT = 10_000
const INTERVAL = 60_000
/** ms. */
const LONGEST = 2 ** 31 - 1

/**
 * What is sent of a process and where to. That takes both: its config says so, and its environment has an endpoint.
 *
 * @param environment that of the process
 */
export function otlpSettings(otlp: ResolvedProcess['otlp'], environment: Environment): OtlpSettings {
  const nothing = { logs: null, metrics: null, problem: null }
  if (otlp === undefined || environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return nothing
  try {
    const metrics = otlp === 'logs' ? null : targetOf('METRICS', environment)
    const interval = time(environment.OTEL_METRIC_EXPORT_INTERVAL) ?? INTERVAL
    return {
      logs: otlp === 'metrics' ? null : targetOf('LOGS', environment),
      metrics: metrics && { ...metrics, interval },
      problem: null,
    }
  } catch (error) {
    return { ...nothing, problem: (error as Error).message }
  }
}

/** Null: nobody wants it. An empty variable is one that is not set. */
function targetOf(signal: 'LOGS' | 'METRICS', environment: Environment): OtlpTarget | null {
  const exporters = environment[`OTEL_${signal}_EXPORTER`] || 'otlp'
  if (!exporters.split(',').some((name) => name.trim() === 'otlp')) return null
  const find = (name: string) =>
    [`OTEL_EXPORTER_OTLP_${signal}_${name}`, `OTEL_EXPORTER_OTLP_${name}`].find((variable) => environment[variable])
  const variable = find('ENDPOINT')
  if (variable === undefined) return null
  const given = environment[variable] ?? ''
  // Only the endpoint of all signals is a base. That of one is taken as it is.
  const isBase = variable === 'OTEL_EXPORTER_OTLP_ENDPOINT'
  const url = isBase ? `${given.replace(/\/+$/, '')}/v1/${signal.toLowerCase()}` : given
  // It may hold a password, so that it is not repeated in a message.
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw new Error(`${variable} must be an address that begins with http:// or https://`)
  const protocol = find('PROTOCOL')
  if (protocol !== undefined && environment[protocol] === 'grpc')
    throw new Error(`${protocol} is grpc, which is not spoken here: use http/json, with the endpoint for HTTP`)
  const headers = {
    ...pairsIn(environment.OTEL_EXPORTER_OTLP_HEADERS),
    ...pairsIn(environment[`OTEL_EXPORTER_OTLP_${signal}_HEADERS`]),
  }
  const wrong = Object.entries(headers).find(([name, value]) => !isHeader(name, value))
  if (wrong) throw new Error(`${find('HEADERS')} has ${JSON.stringify(wrong[0])}, which is no header`)
  return { url, headers, timeout: time(environment[find('TIMEOUT') ?? '']) ?? TIMEOUT }
}

/** `NAME=value,NAME=value`, percent-encoded: of headers and of attributes. */
export function pairsIn(list = ''): Record<string, string> {
  const pairs = list.split(',').flatMap((pair) => {
    const [, name = '', value = ''] = /^\s*([^=\s][^=]*?)\s*=\s*(.*?)\s*$/s.exec(pair) ?? []
    return name === '' ? [] : [[decoded(name), decoded(value)]]
  })
  return Object.fromEntries(pairs)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** By RFC 9110. A line break would begin another header. */
function isHeader(name: string, value: string): boolean {
  return /^[!#$%&'*+.^_`|~\w-]+$/.test(name) && /^[\t -~\u0080-\u00ff]*$/.test(value)
}

/** ms; undefined if it is no time. */
function time(text: string | undefined): number | undefined {
  const ms = Number(text || Number.NaN)
  return ms >= 1 && ms <= LONGEST ? ms : undefined
}

/** ms until the next attempt: what the receiver has asked for, or else twice as long as before the last one, up to a minute. */
export function retryDelay(attempt: number, retryAfter: number | undefined, random: number): number {
  if (retryAfter !== undefined) return Math.min(Math.max(retryAfter, 1000), 600_000)
  // Not all at once, if a receiver was away for many.
  return Math.min(1000 * 2 ** attempt, 60_000) * (0.5 + random / 2)
}
