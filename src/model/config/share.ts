import type { ResolvedProcess } from './config.ts'
import { addressOf, hasOwnPort, type ResolvedHealthCheck } from './health-check.ts'
import { withMainPort } from './ports.ts'

/* A port that several instances share: a forwarder listens on it, and each instance on a port of its own. */

type Sharing = Pick<ResolvedProcess, 'share'>

export const isForwarder = ({ share }: Sharing): boolean => share?.part === 'proxy'
export const isSurge = ({ share }: Sharing): boolean => share?.part === 'surge'
/** It is one of the declared number. */
export const isCounted = ({ share }: Sharing): boolean => share === undefined || share.part === 'instance'
/** Connections are passed on to it. */
export const isBackend = ({ share }: Sharing): boolean => share !== undefined && share.part !== 'proxy'

/** What stands for the number in the name of a forwarder. */
export const FORWARDER = 'proxy'

/** Where a forwarder listens, unless its config says otherwise. */
export const FORWARDER_HOST = '127.0.0.1'

/** ms between the death of a forwarder and the next one, at first and at most. */
const RESTART_DELAY = 50
const MAX_RESTART_DELAY = 1000
/** ms that a forwarder has beyond the time that instances have for what is under way. */
const LATER = 1000

/** The instance of a declared process behind its shared port. */
export function behind(config: ResolvedProcess, port: number): ResolvedProcess {
  const healthCheck = config.healthCheck && ofOwnPort(config.healthCheck, port)
  return { ...config, ...withMainPort(config, 'auto'), healthCheck, share: { port, part: 'instance' } }
}

/** A check of the shared port is meant for each instance. */
function ofOwnPort(check: ResolvedHealthCheck, port: number): ResolvedHealthCheck {
  if (check.type === 'tcp') return check.port === port ? { ...check, port: null } : check
  if (check.type !== 'http' || hasOwnPort(check.url)) return check
  const address = addressOf(check.url, port)
  if (address?.protocol !== 'http:' || address.port !== String(port)) return check
  return { ...check, url: `${address.pathname}${address.search}` }
}

/** The forwarder of a declared process. Its program is the supervisor's matter. */
export function forwarderOf(config: ResolvedProcess, port: number, name: string): ResolvedProcess {
  const host = config.env.HOST ?? FORWARDER_HOST
  const { autostart, startWithAll, maxLogSize, maxLogFiles, compressLogs, group, persist, origin, source } = config
  return {
    name,
    command: `forwards ${host.includes(':') ? `[${host}]` : host}:${port} to ${config.name}`,
    program: '',
    args: [],
    cwd: config.cwd,
    env: { HOST: host },
    autostart,
    ...(startWithAll !== undefined && { startWithAll }),
    autorestart: true,
    restartDelay: RESTART_DELAY,
    maxRestartDelay: MAX_RESTART_DELAY,
    maxRestarts: 'unlimited',
    stableAfter: 5000,
    stopSignal: 'SIGTERM',
    stopTimeout: config.stopTimeout + LATER,
    minUptime: 0,
    stopExitCodes: [],
    watch: null,
    maxMemory: null,
    maxCpu: null,
    heapSnapshot: false,
    port,
    ipc: false,
    instances: config.instances,
    instanceVariable: null,
    instanceOf: config.name,
    dependsOn: {},
    schedule: null,
    timezone: null,
    hooks: {},
    maxLogSize,
    maxLogFiles,
    compressLogs,
    mergeLogs: false,
    ...(group !== undefined && { group }),
    healthCheck: null,
    onUnhealthy: 'restart',
    startTimeout: 10_000,
    onStartTimeout: 'fail',
    ...(persist !== undefined && { persist }),
    ...(origin !== undefined && { origin }),
    ...(source !== undefined && { source }),
    share: { port, part: 'proxy' },
  }
}
