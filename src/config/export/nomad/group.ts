import { duration, replicasOf } from '../containers.ts'
import { checkOf } from '../health.ts'
import { isOwnHost, portOf, portOfUrl } from '../ports.ts'
import type { ExportContext, ExportedProcess } from '../types.ts'
import { type Block, heredoc } from './hcl.ts'
import { imageOf, PORT, taskOf } from './task.ts'

/** Image of the tasks that wait for others: it has a shell and `nc`. */
const WAITING_IMAGE = 'busybox:1.37'

/** The group of a job, with the task of the process and those that wait for others before it. */
export function groupOf(
  process: ExportedProcess,
  { job, dependencies }: { job: string; dependencies: { process: ExportedProcess; job: string }[] },
  context: ExportContext,
): Block {
  const { name, config, deploy } = process
  if (deploy?.constraints) context.notes.add(name, 'deploy.constraints', 'is not carried over: write a `constraint`')
  return {
    type: 'group',
    labels: [name],
    attributes: { count: config.startWithAll === false ? 0 : replicasOf(process) },
    blocks: [
      networkOf(process),
      restartOf(process),
      process.kind === 'service'
        ? updateOf(process, context)
        : { type: 'reschedule', attributes: { attempts: 0, unlimited: false } },
      serviceOf(process, job, context),
      ...dependencies.map((dependency) => waitOf(process, dependency, context)),
      taskOf(process, job, context),
    ],
  }
}

/** A static port, or one that Nomad picks. */
function networkOf(process: ExportedProcess): Block | undefined {
  const port = portOf(process)
  if (port === null) return undefined
  const isPicked = process.config.port === 'auto'
  return {
    type: 'network',
    blocks: [{ type: 'port', labels: [PORT], attributes: isPicked ? {} : { static: port } }],
  }
}

/** As many restarts as there may be failures in a row, within the time in which none of them counts as stable. */
function restartOf({ kind, config }: ExportedProcess): Block {
  const { autorestart, maxRestarts, restartDelay, stableAfter } = config
  if (kind === 'schedule' || autorestart === false)
    return { type: 'restart', attributes: { attempts: 0, mode: 'fail' } }
  const attempts = maxRestarts === 'unlimited' ? 100 : maxRestarts
  // Shorter ones are refused.
  const interval = Math.max(5000, (attempts + 1) * (restartDelay + stableAfter))
  return {
    type: 'restart',
    attributes: {
      attempts,
      interval: duration(Math.ceil(interval / 1000) * 1000),
      delay: duration(restartDelay),
      mode: maxRestarts === 'unlimited' ? 'delay' : 'fail',
    },
  }
}

function updateOf({ name, deploy }: ExportedProcess, { notes }: ExportContext): Block | undefined {
  if (!deploy?.update) return undefined
  const { order = 'start-first', parallelism = 1, delay, monitor, onFailure = 'rollback' } = deploy.update
  if (delay !== undefined)
    notes.add(name, 'deploy.update.delay', 'is not carried over: Nomad goes on once a replica is healthy')
  return {
    type: 'update',
    attributes: {
      max_parallel: parallelism,
      canary: order === 'start-first' ? Math.max(1, parallelism) : undefined,
      auto_promote: order === 'start-first' ? true : undefined,
      min_healthy_time: monitor === undefined ? undefined : duration(monitor),
      auto_revert: onFailure === 'rollback',
    },
  }
}

/** The service by which others find the process, with its check. */
function serviceOf(process: ExportedProcess, job: string, context: ExportContext): Block | undefined {
  if (portOf(process) === null) {
    if (process.config.healthCheck)
      context.notes.add(process.name, 'healthCheck', 'is not carried over: Nomad checks ports, and none is known')
    return undefined
  }
  const check = process.kind === 'schedule' ? undefined : healthOf(process, context)
  return { type: 'service', attributes: { name: job, port: PORT, provider: 'nomad' }, blocks: [check] }
}

function healthOf(process: ExportedProcess, { notes }: ExportContext): Block | undefined {
  const { name, config, deploy } = process
  if (deploy?.healthCommand !== undefined)
    notes.add(name, 'deploy.healthCommand', 'is not carried over: Nomad checks ports alone')
  const found = checkOf(process, notes)
  if (!found) return undefined
  const port = portOf(process)
  const refuse = (reason: string) => void notes.add(name, 'healthCheck', `is not carried over: ${reason}`)
  if (found.type === 'exec') return refuse('only Consul runs scripts as checks')
  const [host, checked] = found.type === 'tcp' ? [found.host, found.port] : [found.url.hostname, portOfUrl(found.url)]
  if (!isOwnHost(host) || checked !== port) return refuse('it checks another address than that of the process')
  const { interval, timeout, retries } = found.check
  const restart: Block = {
    type: 'check_restart',
    attributes: { limit: Math.max(1, retries), grace: duration(config.startTimeout) },
  }
  if (found.type === 'http' && found.check.expectedStatus.length > 0)
    notes.add(name, 'healthCheck.expectedStatus', 'is not carried over: 200 to 299 count')
  return {
    type: 'check',
    attributes: {
      type: found.type,
      ...(found.type === 'http' && {
        path: found.url.pathname + found.url.search,
        protocol: found.url.protocol === 'https:' ? 'https' : undefined,
        method: found.check.method === 'GET' ? undefined : found.check.method,
      }),
      interval: duration(interval),
      timeout: duration(timeout),
    },
    blocks: [
      found.type === 'http' && Object.keys(found.check.headers).length > 0
        ? {
            type: 'header',
            attributes: Object.fromEntries(
              Object.entries(found.check.headers).map(([header, value]) => [header, [value]]),
            ),
          }
        : undefined,
      config.onUnhealthy === 'restart' ? restart : undefined,
    ],
  }
}

/** A task that ends when the service of another job answers. */
function waitOf(
  process: ExportedProcess,
  { process: other, job }: { process: ExportedProcess; job: string },
  context: ExportContext,
): Block | undefined {
  const key = `dependsOn.${other.name}`
  if (process.config.dependsOn[other.name] === 'completed')
    return void context.notes.add(process.name, key, 'is not carried over: a job cannot wait for the end of another')
  if (portOf(other) === null)
    return void context.notes.add(process.name, key, `is not carried over: ${other.name} has no \`port\` to wait for`)
  const image = imageOf(process, context) === undefined ? undefined : WAITING_IMAGE
  // Nomad writes the file anew when the service appears.
  const script = 'until read -r host port < local/address && nc -z "$host" "$port"; do sleep 1; done'
  return {
    type: 'task',
    labels: [`wait-for-${other.name}`],
    attributes: { driver: image === undefined ? 'raw_exec' : 'docker' },
    blocks: [
      { type: 'lifecycle', attributes: { hook: 'prestart', sidecar: false } },
      { type: 'config', attributes: { image, command: '/bin/sh', args: ['-c', script] } },
      {
        type: 'template',
        attributes: {
          destination: 'local/address',
          change_mode: 'noop',
          data: heredoc([`{{ range nomadService "${job}" }}{{ .Address }} {{ .Port }}`, '{{ end }}']),
        },
      },
    ],
  }
}
