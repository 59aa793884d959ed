import * as describe from '../lifecycle/describe.ts'
import { statusOf } from '../lifecycle/phase.ts'
import type { ProcessDetail, ProcessState } from '../views/state.ts'
import { ownedOf, wantedReplicas } from './declared.ts'
import type { Cluster, Node } from './engine.ts'
import {
  endOf,
  exitOf,
  hasEnded,
  hasFailed,
  hostOf,
  phaseOf,
  type Replica,
  replicasOf,
  tasksByService,
  timeOf,
} from './tasks.ts'

/** All replicas of a stack, each as a process. */
export function replicasIn(cluster: Cluster, stack: string): Replica[] {
  const tasks = tasksByService(cluster)
  return ownedOf(cluster.services, stack).flatMap((owned) =>
    replicasOf(owned, tasks.get(owned.service.ID) ?? [], cluster.nodes),
  )
}

/** The public state of a replica. `now`: epoch ms. */
export function stateOf(replica: Replica, now: number): ProcessState {
  const { owned, name, current, tasks, node } = replica
  const { config, deploy } = owned
  const phase = phaseOf(replica)
  const runs = phase === 'running' || (phase === 'starting' && current?.Status.State === 'starting')
  const startedAt = runs && current ? timeOf(current.Status.Timestamp) : null
  const exit = tasks.map((task, index) => exitOf(task, index + 1)).findLast((each) => each !== undefined)
  const failures = tasks.filter(hasFailed).length
  const host = phase === 'stopped' ? undefined : hostOf(node)
  const isChecked = config.healthCheck !== null || deploy.healthCommand !== undefined
  return {
    name,
    group: config.group ?? null,
    instanceOf: name === config.name ? null : config.name,
    status: statusOf(phase),
    phase,
    wanted: wantedReplicas(owned.service.Spec) > 0 ? 'up' : 'down',
    pid: runs ? (current?.Status.ContainerStatus?.PID ?? null) : null,
    // Replicas that were replaced because of an order are no restarts.
    restarts: tasks.filter((task) => task !== current && hasFailed(task)).length,
    uptime: startedAt === null ? 0 : Math.max(0, now - startedAt) / 1000,
    cpu: null,
    memory: null,
    exitCode: exit?.code ?? null,
    exitSignal: exit?.signal ?? null,
    run: tasks.length,
    startedAt,
    retryAt: null,
    maxRestarts: config.maxRestarts,
    // A container that is checked is not said to run before it is healthy.
    health: runs && isChecked ? (phase === 'running' ? 'healthy' : 'starting') : null,
    failures: phase === 'running' ? 0 : failures,
    watch: false,
    suspendedBy: null,
    dependsOn: Object.keys(config.dependsOn),
    port: typeof config.port === 'number' ? config.port : null,
    frozen: null,
    program: null,
    waitingFor: null,
    reason: reasonOf(replica),
    lastExit: exit
      ? { ...exit, ...(exit.ended && exit.ended.type !== 'spawn-failed' && { why: describe.cause(exit.ended) }) }
      : null,
    adopted: false,
    owned: false,
    command: config.command,
    cwd: config.cwd,
    logFile: '',
    errorFile: '',
    ...(host !== undefined && { host }),
  }
}

export function detailOf(replica: Replica, now: number): ProcessDetail {
  const { config } = replica.owned
  return {
    ...stateOf(replica, now),
    config,
    environment: 'start',
    healthHistory: [],
    metrics: {},
    channel: null,
  }
}

/** 'host2 does not answer since 23:12:05 UTC'. */
export function lostText(node: Node): string {
  const time = new Date(timeOf(node.UpdatedAt)).toISOString().slice(11, 19)
  return `${hostOf(node) ?? node.ID} does not answer since ${time} UTC`
}

function reasonOf(replica: Replica): string {
  const { current, tasks, lost, node } = replica
  const phase = phaseOf(replica)
  if (phase === 'stopped' || phase === 'stopping' || phase === 'completed') return ''
  if (lost) return lost === node || !current ? lostText(lost) : `moved: ${lostText(lost)}`
  if (phase === 'running') return ''
  const ended = tasks.findLast((task) => endOf(task) !== undefined)
  const end = ended && endOf(ended)
  return (
    current?.Status.Err ||
    (end ? describe.cause(end) : current && !hasEnded(current) ? (current.Status.Message ?? '') : '')
  )
}
