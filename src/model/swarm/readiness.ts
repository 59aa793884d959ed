import type { EndCause } from '../lifecycle/causes.ts'
import { type Owned, wantedReplicas } from './declared.ts'
import type { Node, Task } from './engine.ts'
import { endOf, hasEnded, hasFailed, hostOf, isPresent, isRunning, timeOf } from './tasks.ts'

export type Readiness =
  | { type: 'pending'; detail: string }
  | { type: 'ready' }
  | { type: 'completed' }
  /** A new replica has ended before all were ready. */
  | { type: 'failed'; end: EndCause }
  /** A new version has failed. `isBack`: the old one runs again. */
  | { type: 'refused'; isBack: boolean; detail: string }
  /** A replacement waits for a host that is gone. */
  | { type: 'lost'; host: string }

export interface Awaited {
  /** Ids of the tasks that had failed before. */
  failedBefore: ReadonlySet<string>
  /** Replicas that ran are being replaced, which the engine watches over and reports of. */
  isReplaced: boolean
  /** When the last replacement before this one began; absent if there was none. The engine tells of it until the next one begins. */
  replacedBefore?: string | undefined
  /** Enough time has passed that the engine would report of a replacement if there were one. */
  isLate: boolean
}

/** How far a service is with what it was last told. */
export function readinessOf(owned: Owned, tasks: Task[], nodes: Node[], awaited: Awaited): Readiness {
  const wanted = wantedReplicas(owned.service.Spec)
  const present = tasks.filter((task) => isPresent(task, owned))
  const status = statusOf(owned, awaited)
  const { State, Message = '' } = status
  if (awaited.isReplaced) {
    const lost = hostWaitedFor(status, tasks, nodes)
    if (lost) return { type: 'lost', host: hostOf(lost) ?? lost.ID }
    const failed = tasks.findLast((task) => hasFailed(task) && !awaited.failedBefore.has(task.ID))
    const detail = failed?.Status.Err || Message
    if (State === 'rollback_completed') return { type: 'refused', isBack: true, detail }
    if (State === 'paused' || State === 'rollback_paused') return { type: 'refused', isBack: false, detail }
    if (State === 'updating' || State === 'rollback_started') return { type: 'pending', detail: Message }
    if (State !== 'completed' && !awaited.isLate) return { type: 'pending', detail: '' }
  } else {
    const failed = present.find((task) => hasFailed(task) && !awaited.failedBefore.has(task.ID))
    const end = failed && endOf(failed)
    if (end) return { type: 'failed', end }
  }
  const running = present.filter((task) => isRunning(task, nodes))
  const others = tasks.filter((task) => isRunning(task, nodes) && !isPresent(task, owned))
  if (running.length >= wanted && others.length === 0) return { type: 'ready' }
  const completed = present.filter(({ Status }) => Status.State === 'complete')
  if (completed.length > 0 && running.length + completed.length >= wanted) return { type: 'completed' }
  const waiting = present.find((task) => !hasEnded(task) && task.Status.State !== 'running')
  return { type: 'pending', detail: waiting?.Status.Err || waiting?.Status.Message || '' }
}

/** A replacement that the engine does not end by itself: a new one has to be begun. */
export function isStuck({ service }: Owned, tasks: Task[], nodes: Node[]): boolean {
  const status = service.UpdateStatus ?? {}
  return /paused/.test(status.State ?? '') || hostWaitedFor(status, tasks, nodes) !== undefined
}

/**
 * The lost host for which a replacement waits. The engine waits without an end for each new task to run (`updater.go` of SwarmKit),
 * also if its host is gone before that, and another task has taken its place.
 */
function hostWaitedFor(status: UpdateStatus, tasks: Task[], nodes: Node[]): Node | undefined {
  const { State = '', StartedAt = '' } = status
  if (State !== 'updating' && State !== 'rollback_started') return undefined
  const begun = tasks.filter((task) => timeOf(task.CreatedAt) >= timeOf(StartedAt))
  const waiting = begun.filter((task) => !hasEnded(task) && task.Status.State !== 'running')
  return nodes.find(({ ID, Status }) => Status.State === 'down' && waiting.some(({ NodeID }) => NodeID === ID))
}

type UpdateStatus = NonNullable<Owned['service']['UpdateStatus']>

function statusOf({ service }: Owned, { replacedBefore }: Awaited): UpdateStatus {
  const { UpdateStatus = {} } = service
  return UpdateStatus.StartedAt === replacedBefore ? {} : UpdateStatus
}

/** Nothing of it runs any more, on any host that answers. */
export function isDown(tasks: Task[], nodes: Node[]): boolean {
  const answers = (task: Task) => nodes.find(({ ID }) => ID === task.NodeID)?.Status.State !== 'down'
  return tasks.every((task) => hasEnded(task) || !task.NodeID || !answers(task))
}
