import { checkOf, healthCommandOf, seconds } from '../health.ts'
import { isOwnHost, portOfUrl } from '../ports.ts'
import type { ExportContext, ExportedProcess } from '../types.ts'

interface Probe {
  httpGet?: object
  tcpSocket?: object
  exec?: { command: string[] }
}

/** Time between probes while the process starts, in s. */
const STARTUP_PERIOD = 1

/** The probes of a container: for the start, for its Service, and, if an unhealthy process is to be restarted, for its life. */
export function probesOf(process: ExportedProcess, context: ExportContext): object {
  const { config } = process
  const healthCommand = healthCommandOf(process, context.notes)
  const probe = healthCommand === undefined ? probeOfCheck(process, context) : commandProbe(healthCommand)
  if (!probe) return {}
  const { interval = 30_000, timeout = 5000, retries = 3 } = config.healthCheck ?? {}
  const timeoutSeconds = seconds(timeout)
  const regular = { ...probe, periodSeconds: seconds(interval), timeoutSeconds, failureThreshold: Math.max(1, retries) }
  return {
    startupProbe: {
      ...probe,
      periodSeconds: STARTUP_PERIOD,
      timeoutSeconds,
      failureThreshold: seconds(config.startTimeout / STARTUP_PERIOD),
    },
    readinessProbe: regular,
    ...(config.onUnhealthy === 'restart' && { livenessProbe: regular }),
  }
}

function commandProbe(command: string | string[]): Probe {
  return { exec: { command: typeof command === 'string' ? ['/bin/sh', '-c', command] : command } }
}

function probeOfCheck(process: ExportedProcess, { notes }: ExportContext): Probe | undefined {
  const { name } = process
  const found = checkOf(process, notes)
  if (!found) return undefined
  switch (found.type) {
    case 'http': {
      const { url, check } = found
      if (check.method !== 'GET')
        return void notes.add(name, 'healthCheck', `is not carried over: a probe makes no ${check.method} requests`)
      if (check.expectedStatus.length > 0)
        notes.add(name, 'healthCheck.expectedStatus', 'is not carried over: 200 to 399 count')
      const headers = Object.entries(check.headers).map(([header, value]) => ({ name: header, value }))
      const isTls = url.protocol === 'https:'
      return {
        httpGet: {
          path: url.pathname + url.search,
          port: portOfUrl(url),
          ...(isTls && { scheme: 'HTTPS' }),
          ...(!isOwnHost(url.hostname) && { host: url.hostname }),
          ...(headers.length > 0 && { httpHeaders: headers }),
        },
      }
    }
    case 'tcp':
      return { tcpSocket: { port: found.port, ...(!isOwnHost(found.host) && { host: found.host }) } }
    case 'exec':
      return { exec: { command: ['/bin/sh', '-c', found.command] } }
    default:
      return found satisfies never
  }
}
