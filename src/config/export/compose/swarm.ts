import { duration, replicasOf } from '../containers.ts'
import type { ExportContext, ExportedProcess } from '../types.ts'
import type { References } from './references.ts'
import { commonService, limitsOf } from './service.ts'

/** A service for `docker stack deploy`. */
export function swarmService(process: ExportedProcess, references: References, context: ExportContext): object {
  const { kind, config, deploy } = process
  const { labels, ...common } = commonService(process, { references, isSwarm: true }, context)
  const isIdle = kind === 'schedule' || config.startWithAll === false
  const { networks = [], constraints = [] } = deploy ?? {}
  return {
    ...common,
    networks: networks.length > 0 ? networks : undefined,
    deploy: {
      replicas: isIdle ? 0 : replicasOf(process),
      restart_policy: restartPolicy(process),
      update_config: updateOf(process),
      placement: constraints.length > 0 ? { constraints } : undefined,
      resources: limitsOf(process),
      labels,
    },
  }
}

function restartPolicy({ kind, config }: ExportedProcess): object {
  const { autorestart, maxRestarts, restartDelay, stableAfter } = config
  if (kind === 'schedule' || autorestart === false) return { condition: 'none' }
  return {
    condition: autorestart === true ? 'any' : 'on-failure',
    delay: duration(restartDelay),
    ...(maxRestarts !== 'unlimited' && { max_attempts: maxRestarts, window: duration(stableAfter) }),
  }
}

function updateOf({ deploy }: ExportedProcess): object {
  const { order = 'start-first', parallelism, delay, monitor, onFailure = 'rollback' } = deploy?.update ?? {}
  return {
    parallelism,
    delay: delay === undefined ? undefined : duration(delay),
    monitor: monitor === undefined ? undefined : duration(monitor),
    order,
    failure_action: onFailure,
  }
}
