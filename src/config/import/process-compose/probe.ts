import type { ProcessConfig } from '../../../model/config/config.ts'
import type { HealthCheckConfig } from '../../../model/config/health-check.ts'
import type { Placeholders } from '../../placeholders.ts'
import type { Notes } from '../notes.ts'
import { defined } from '../values.ts'
import { EXEC_KEYS, HTTP_KEYS, PROBE_KEYS } from './keys.ts'
import type { ComposeProcess, Probe } from './schema.ts'
import { fillText, forShell, type Replacements } from './text.ts'

type Health = Pick<ProcessConfig, 'healthCheck' | 'onUnhealthy'>

/** The health check of a process. Only one is possible: readiness comes first, since other processes wait for it. */
export function healthOf(
  source: ComposeProcess,
  name: string,
  replacements: Replacements,
  placeholders: Placeholders,
  notes: Notes,
): Health {
  const { readiness_probe, liveness_probe, ready_log_line, availability } = source
  const [key, probe] = readiness_probe
    ? (['readiness_probe', readiness_probe] as const)
    : (['liveness_probe', liveness_probe] as const)
  if (readiness_probe && liveness_probe) {
    notes.add(
      name,
      'liveness_probe',
      'is not carried over: a process has only one health check, which is `readiness_probe`',
    )
  }
  if (probe && ready_log_line !== undefined) {
    notes.add(name, 'ready_log_line', `is not carried over: a process has only one health check, which is \`${key}\``)
  }
  const check = probe ? checkOf(probe, key, name, replacements, placeholders, notes) : undefined
  if (check) {
    const restarts = availability?.restart === 'always' || availability?.restart === 'on_failure'
    // A process that is not restarted when it exits is not restarted when it is unhealthy either.
    return { healthCheck: check, ...(!restarts && { onUnhealthy: 'none' as const }) }
  }
  if (ready_log_line === undefined) return {}
  return { healthCheck: { type: 'output', outputPattern: fillText(ready_log_line, replacements) } }
}

function checkOf(
  probe: Probe,
  key: string,
  name: string,
  replacements: Replacements,
  placeholders: Placeholders,
  notes: Notes,
): HealthCheckConfig | undefined {
  notes.addUnsupported(name, probe, PROBE_KEYS, `${key}.`)
  if ((probe.success_threshold ?? 1) > 1) {
    notes.add(name, `${key}.success_threshold`, 'is not carried over: one success is enough')
  }
  // The defaults are those of process-compose.
  const rules = {
    interval: (probe.period_seconds || 10) * 1000,
    timeout: (probe.timeout_seconds || 1) * 1000,
    retries: probe.failure_threshold || 3,
    ...(probe.initial_delay_seconds && { startPeriod: probe.initial_delay_seconds * 1000 }),
  }
  if (probe.exec) {
    notes.addUnsupported(name, probe.exec, EXEC_KEYS, `${key}.exec.`)
    const { command = '', working_dir } = probe.exec
    const line = forShell(command, replacements)
    const folder = working_dir === undefined ? undefined : fillText(working_dir, replacements)
    return {
      type: 'exec',
      command: folder === undefined ? line : `cd ${quoted(folder, placeholders)} && { ${line}\n}`,
      ...rules,
    }
  }
  if (probe.http_get) return { ...httpOf(probe.http_get, key, name, replacements, notes), ...rules }
  notes.add(name, key, 'is not carried over: it has neither `exec` nor `http_get`')
  return undefined
}

const METHODS = ['GET', 'POST', 'HEAD'] as const

function httpOf(
  http: NonNullable<Probe['http_get']>,
  key: string,
  name: string,
  replacements: Replacements,
  notes: Notes,
): HealthCheckConfig {
  notes.addUnsupported(name, http, HTTP_KEYS, `${key}.http_get.`)
  const filled = (value: unknown) => fillText(String(value ?? ''), replacements)
  const port = filled(http.port || http.num_port || '')
  const path = filled(http.path) || '/'
  const url = `${filled(http.scheme) || 'http'}://${filled(http.host) || '127.0.0.1'}${port && `:${port}`}${path.startsWith('/') ? '' : '/'}${path}`
  const method = METHODS.find((known) => known === (http.method?.toUpperCase() ?? 'GET'))
  if (!method) notes.add(name, `${key}.http_get.method`, 'is not carried over: a check can only send GET, POST or HEAD')
  const headers = Object.entries(http.headers ?? {}).map(([header, value]) => [header, filled(value)])
  return defined({
    type: 'http' as const,
    url,
    method: method === 'GET' ? undefined : method,
    expectedStatus: http.status_code || 200,
    headers: headers.length > 0 ? Object.fromEntries(headers) : undefined,
  })
}

/** Quotes a word for /bin/sh. Between double quotes it may have variables. */
function quoted(word: string, placeholders: Placeholders): string {
  if (placeholders.has(word)) return `"${word.replace(/["\\$`]/g, (special) => `\\${special}`)}"`
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
