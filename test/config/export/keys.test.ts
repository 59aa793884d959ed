import { describe, expect, it } from 'vitest'
import { COMPOSE_KEYS, SWARM_KEYS } from '../../../src/config/export/compose/keys.ts'
import type { Fates } from '../../../src/config/export/keys.ts'
import { KUBERNETES_KEYS } from '../../../src/config/export/kubernetes/keys.ts'
import { NOMAD_KEYS } from '../../../src/config/export/nomad/keys.ts'
import { SYSTEMD_KEYS } from '../../../src/config/export/systemd/keys.ts'
import { EXPORT_FORMATS, type ExportFormat } from '../../../src/config/export/types.ts'
import type { ProcessConfig } from '../../../src/model/config/config.ts'
import { exported, textOf } from './exporting.ts'

const FATES: Record<ExportFormat, Fates> = {
  systemd: SYSTEMD_KEYS,
  compose: COMPOSE_KEYS,
  swarm: SWARM_KEYS,
  kubernetes: KUBERNETES_KEYS,
  nomad: NOMAD_KEYS,
}

/** A process with the setting, and without it. */
interface Sample {
  with: Partial<ProcessConfig>
  /** What both have. */
  base?: Partial<ProcessConfig>
}

const health = { type: 'http', url: 'http://localhost:80/' } as const

/** A value of every setting that asks for something other than its default. */
const SAMPLES: Record<keyof ProcessConfig, Sample> = {
  name: { with: { name: 'api' } },
  command: { with: { command: 'node other.mjs' } },
  args: { with: { args: ['--flag'] }, base: { command: 'node' } },
  shell: { with: { shell: true } },
  cwd: { with: { cwd: 'packages/web' } },
  env: { with: { env: { MODE: 'x' } } },
  envFile: { with: {} },
  autostart: { with: { autostart: true } },
  startWithAll: { with: { startWithAll: false } },
  autorestart: { with: { autorestart: false } },
  restartDelay: { with: { restartDelay: 7000 } },
  maxRestartDelay: { with: { maxRestartDelay: 70_000 } },
  maxRestarts: { with: { maxRestarts: 77 }, base: { autorestart: 'on-failure' } },
  stableAfter: { with: { stableAfter: 70_000 } },
  stopSignal: { with: { stopSignal: 'SIGINT' } },
  stopTimeout: { with: { stopTimeout: 70_000 } },
  stopCommand: { with: { stopCommand: 'kill $TUIX_PID' } },
  daemon: { with: { daemon: true } },
  pidFile: { with: { pidFile: 'web.pid' }, base: { daemon: true } },
  minUptime: { with: { minUptime: 7000 } },
  stopExitCodes: { with: { stopExitCodes: [7] } },
  watch: { with: { watch: true } },
  watchPaths: { with: { watchPaths: ['src'] }, base: { watch: true } },
  ignoreWatch: { with: { ignoreWatch: ['src'] }, base: { watch: true } },
  watchDebounce: { with: { watchDebounce: 7000 }, base: { watch: true } },
  watchPolling: { with: { watchPolling: true }, base: { watch: true } },
  logFile: { with: { logFile: 'web.log' } },
  errorFile: { with: { errorFile: 'web.err.log' } },
  maxLogSize: { with: { maxLogSize: 77 } },
  maxLogFiles: { with: { maxLogFiles: 7 } },
  compressLogs: { with: { compressLogs: true } },
  mergeLogs: { with: { mergeLogs: true }, base: { logFile: 'web.log' } },
  maxMemory: { with: { maxMemory: 777 } },
  maxCpu: { with: { maxCpu: 700 } },
  heapSnapshot: { with: { heapSnapshot: true } },
  memoryEvidence: { with: { memoryEvidence: true } },
  port: { with: { port: 7777 } },
  ports: { with: { ports: { http: 7777, debug: 7778 } } },
  ipc: { with: { ipc: true } },
  otlp: { with: { otlp: true } },
  share: { with: { share: 'proxy' }, base: { port: 80 } },
  instances: { with: { instances: 7 } },
  instanceVariable: { with: { instanceVariable: { name: 'NUMBER' } } },
  dependsOn: { with: { dependsOn: ['db'] } },
  schedule: { with: { schedule: '7 * * * *' } },
  timezone: { with: { timezone: 'Europe/Berlin' }, base: { schedule: '7 * * * *' } },
  hooks: { with: { hooks: { onReady: 'true' } } },
  group: { with: { group: 'app' } },
  interpreter: { with: { interpreter: 'python3' } },
  healthCheck: { with: { healthCheck: health }, base: { port: 80 } },
  onUnhealthy: { with: { onUnhealthy: 'none' }, base: { port: 80, healthCheck: health } },
  startTimeout: { with: { startTimeout: 77_000 }, base: { port: 80, healthCheck: health } },
  onStartTimeout: { with: { onStartTimeout: 'ready' } },
  persist: { with: { persist: true } },
  deploy: { with: { deploy: { image: 'shop:2', replicas: 7 } } },
}

const settings = Object.keys(SAMPLES) as (keyof ProcessConfig)[]

/** A project whose one process has these settings, beside a database. */
function exportedWith(format: ExportFormat, config: Partial<ProcessConfig>, hasFile = false) {
  const web: ProcessConfig = { name: 'web', command: 'node server.mjs', ...config }
  const file = { path: '/srv/shop/.env', variables: { MODE: 'x' }, isPlain: true }
  if (hasFile) web.env = { MODE: 'x' }
  // Nomad runs programs of its hosts, and only those have a folder.
  const image = format === 'nomad' ? {} : { image: 'shop:1' }
  return exported(format, [{ name: 'db', command: 'redis-server', port: 6379 }, web], {
    ...image,
    ...(hasFile && { envFiles: { web: [file] } }),
  })
}

describe.each(EXPORT_FORMATS)('in an export to %s', (format) => {
  it.each(settings)('`%s` is carried over or named', (key) => {
    const { with: own, base = {} } = SAMPLES[key]
    const before = exportedWith(format, base)
    const after = exportedWith(format, { ...base, ...own }, key === 'envFile')
    const fate = FATES[format][key]
    const isNamed = after.notes.some((note) => note.includes(`\`${key}`))
    if ('not' in fate) expect(after.notes).toContain(`web: \`${key}\` ${fate.not}`)
    else expect(textOf(after) !== textOf(before)).toBe('as' in fate)
    if ('moot' in fate) expect(isNamed).toBe(false)
  })

  it('has nothing in its notes that nobody asked for', () => {
    expect(exportedWith(format, {}).notes).toEqual([])
  })
})
