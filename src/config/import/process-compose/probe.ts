import type { HealthCheckConfig, ProcessConfig } from '../../../model/config.ts'
import type { Notes } from '../notes.ts'
import { defined } from '../values.ts'
import { EXEC_KEYS, HTTP_KEYS, PROBE_KEYS } from './keys.ts'
import type { ComposeProcess, Probe } from './schema.ts'
import { filledText, forShell, type Replacements } from './text.ts'

type Health = Pick<ProcessConfig, 'healthCheck' | 'onUnhealthy'>

/** A process has one health check here: readiness, which others wait for, comes first. */
export function healthOf(source: ComposeProcess, name: string, replacements: Replacements, notes: Notes): Health {
  const { readiness_probe, liveness_probe, ready_log_line, availability } = source
  const [key, probe] = readiness_probe
    ? (['readiness_probe', readiness_probe] as const)
    : (['liveness_probe', liveness_probe] as const)
  if (readiness_probe && liveness_probe) {
    notes.add(
      name,
      'liveness_probe',
      'is not carried over: a process has one health check, and `readiness_probe` is it',
    )
  }
  if (probe && ready_log_line !== undefined) {
    notes.add(name, 'ready_log_line', `is not carried over: a process has one health check, and \`${key}\` is it`)
  }
  const check = probe ? checkOf(probe, key, name, replacements, notes) : undefined
  if (check) {
    const restarts = availability?.restart === 'always' || availability?.restart === 'on_failure'
    // What is not to be restarted when it ends is not restarted for being unhealthy either.
    return { healthCheck: check, ...(!restarts && { onUnhealthy: 'none' as const }) }
  }
  if (ready_log_line === undefined) return {}
  return { healthCheck: { type: 'output', outputPattern: filledText(ready_log_line, replacements) } }
}

function checkOf(
  probe: Probe,
  key: string,
  name: string,
  replacements: Replacements,
  notes: Notes,
): HealthCheckConfig | undefined {
  notes.rest(name, probe, PROBE_KEYS, `${key}.`)
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
    notes.rest(name, probe.exec, EXEC_KEYS, `${key}.exec.`)
    const { command = '', working_dir } = probe.exec
    const line = forShell(command, replacements)
    const folder = working_dir === undefined ? undefined : filledText(working_dir, replacements)
    return { type: 'exec', command: folder === undefined ? line : `cd ${quoted(folder)} && { ${line}\n}`, ...rules }
  }
  if (probe.http_get) return { ...httpOf(probe.http_get, key, name, replacements, notes), ...rules }
  notes.add(name, key, 'is not carried over: it has neither `exec` nor `http_get`')
  return undefined
}

function httpOf(
  http: NonNullable<Probe['http_get']>,
  key: string,
  name: string,
  replacements: Replacements,
  notes: Notes,
): HealthCheckConfig {
  notes.rest(name, http, HTTP_KEYS, `${key}.http_get.`)
  const filled = (value: unknown) => filledText(String(value ?? ''), replacements)
  const port = filled(http.port || http.num_port || '')
  const path = filled(http.path) || '/'
  const url = `${filled(http.scheme) || 'http'}://${filled(http.host) || '127.0.0.1'}${port && `:${port}`}${path.startsWith('/') ? '' : '/'}${path}`
  const method = http.method?.toUpperCase() ?? 'GET'
  const known = method === 'GET' || method === 'POST' || method === 'HEAD'
  if (!known) notes.add(name, `${key}.http_get.method`, 'is not carried over: a check is GET, POST or HEAD')
  const headers = Object.entries(http.headers ?? {}).map(([header, value]) => [header, filled(value)])
  return defined({
    type: 'http' as const,
    url,
    method: known && method !== 'GET' ? method : undefined,
    expectedStatus: http.status_code || 200,
    headers: headers.length > 0 ? Object.fromEntries(headers) : undefined,
  })
}

/** For /bin/sh. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
