import type { EndCause } from '../lifecycle/causes.ts'
import type { PhaseType } from '../lifecycle/phase.ts'
import type { RunExit } from '../lifecycle/process.ts'
import { type Owned, revisionOf, wantedReplicas } from './declared.ts'
import type { Cluster, Node, Task } from './engine.ts'

/** One replica: the place in a service that tasks fill one after the other. */
export interface Replica {
  owned: Owned
  /** From 1. */
  slot: number
  /** Of the process that it is: `web-2`, or `web` if it is the only one. */
  name: string
  /** All tasks that the engine remembers, oldest first. */
  tasks: Task[]
  /** The one that counts: the newest. */
  current: Task | undefined
  /** Where the current one runs or ran. */
  node: Node | undefined
  /** The host that has ceased to answer while this replica was on it. */
  lost: Node | undefined
}

const ENDED = new Set(['complete', 'shutdown', 'failed', 'rejected', 'remove', 'orphaned'])

export function hasEnded(task: Task): boolean {
  return ENDED.has(task.Status.State)
}

export function hasFailed(task: Task): boolean {
  return task.Status.State === 'failed' || task.Status.State === 'rejected'
}

/** It runs, on a host that answers. */
export function isRunning({ Status, DesiredState, NodeID }: Task, nodes: Node[]): boolean {
  return Status.State === 'running' && DesiredState === 'running' && !isDown(nodes.find(({ ID }) => ID === NodeID))
}

function isDown(node: Node | undefined): boolean {
  return node?.Status.State === 'down'
}

/** Whether a task is of the present version of its service. */
export function isPresent({ Spec }: Task, { service }: Owned): boolean {
  const { TaskTemplate } = service.Spec
  return revisionOf(Spec) === revisionOf(TaskTemplate) && (Spec.ForceUpdate ?? 0) === (TaskTemplate.ForceUpdate ?? 0)
}

/** The tasks of each service, by its id: looked up once, so that the cost of a list grows with the number of tasks alone. */
export function tasksByService({ tasks }: Cluster): Map<string, Task[]> {
  const found = new Map<string, Task[]>()
  for (const task of tasks) {
    const others = found.get(task.ServiceID)
    if (others) others.push(task)
    else found.set(task.ServiceID, [task])
  }
  return found
}

/** The replicas of a service, also those that have ended or are to run. */
export function replicasOf(owned: Owned, tasks: Task[], nodes: Node[]): Replica[] {
  const count = wantedReplicas(owned.service.Spec) || owned.replicas
  const { name } = owned.config
  return Array.from({ length: count }, (_, index): Replica => {
    const slot = index + 1
    const own = tasks.filter((task) => task.Slot === slot).sort((a, b) => a.CreatedAt.localeCompare(b.CreatedAt))
    const current = own.findLast((task) => task.DesiredState === 'running' && !hasEnded(task)) ?? own.at(-1)
    const nodeOf = (task: Task | undefined) => nodes.find(({ ID }) => ID === task?.NodeID)
    const lost = [...own].reverse().map(nodeOf).find(isDown)
    return {
      owned,
      slot,
      name: count === 1 ? name : `${name}-${slot}`,
      tasks: own,
      current,
      node: nodeOf(current),
      lost,
    }
  })
}

export function phaseOf({ owned, current, tasks, node }: Replica): PhaseType {
  const isWanted = wantedReplicas(owned.service.Spec) > 0
  if (!current) return isWanted ? 'spawning' : 'stopped'
  const { State } = current.Status
  if (!isWanted) return hasEnded(current) || isDown(node) ? 'stopped' : 'stopping'
  if (isDown(node)) return 'backoff'
  if (State === 'running') return current.DesiredState === 'running' ? 'running' : 'stopping'
  if (State === 'complete') return 'completed'
  if (hasFailed(current)) return 'crashed'
  if (hasEnded(current)) return 'spawning'
  // Swarm waits with a finished task for the delay before a restart.
  if (current.DesiredState === 'ready' && tasks.some(hasFailed)) return 'backoff'
  return State === 'starting' || State === 'preparing' ? 'starting' : 'spawning'
}

/** Why a task ended; undefined if it has not, or was asked to. */
export function endOf(task: Task): EndCause | undefined {
  const { State, Err = '', ContainerStatus } = task.Status
  if (State === 'rejected') return { type: 'spawn-failed', problem: { type: 'system', detail: Err } }
  if (State !== 'failed' && State !== 'complete') return undefined
  // The engine's own words: it has no field for that.
  if (/unhealthy/.test(Err)) return { type: 'unhealthy', detail: Err }
  if (State === 'failed' && ContainerStatus?.ExitCode === undefined)
    return { type: 'spawn-failed', problem: { type: 'system', detail: Err } }
  return exitedOf(task)
}

/** Shells and Docker say 128 and the number of the signal. */
const SIGNALS: Record<number, string> = { 137: 'SIGKILL', 143: 'SIGTERM' }

function exitedOf({ CreatedAt, Status }: Task): EndCause {
  const code = Status.ContainerStatus?.ExitCode ?? 0
  const lasted = Math.max(0, timeOf(Status.Timestamp) - timeOf(CreatedAt))
  return { type: 'exited', code, signal: SIGNALS[code] ?? null, lasted }
}

/** How a run ended, of which only its task is known. Undefined: it has not, or never began. */
export function exitOf(task: Task, run: number): RunExit | undefined {
  const asked = wasAskedToEnd(task)
  const end = asked ? exitedOf(task) : endOf(task)
  if (!end) return undefined
  const at = timeOf(task.Status.Timestamp)
  const lasted = Math.max(0, at - timeOf(task.CreatedAt))
  const { code = null, signal = null } = end.type === 'exited' ? end : {}
  return {
    run,
    code: signal === null ? code : null,
    signal,
    at,
    lasted,
    early: false,
    asked,
    ended: end.type === 'exited' ? null : end,
  }
}

/** Whether the engine has ended a container, because of an order or to run it elsewhere. */
function wasAskedToEnd({ Status }: Task): boolean {
  return Status.State === 'shutdown' && Status.ContainerStatus?.ExitCode !== undefined
}

/** Whether a task gave way to this one, which is of a newer order. */
export function isReplacedBy(task: Task, next: Task | undefined): boolean {
  if (next === undefined || !wasAskedToEnd(task)) return false
  const isForced = (task.Spec.ForceUpdate ?? 0) !== (next.Spec.ForceUpdate ?? 0)
  return isForced || revisionOf(task.Spec) !== revisionOf(next.Spec)
}

export function timeOf(timestamp: string): number {
  return Date.parse(timestamp)
}

export function hostOf(node: Node | undefined): string | undefined {
  return node?.Description?.Hostname
}
