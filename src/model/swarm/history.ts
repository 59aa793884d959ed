import * as describe from '../lifecycle/describe.ts'
import type { ProcessEvent, UnwordedEvent } from '../lifecycle/events.ts'
import { maskText } from '../redaction/mask.ts'
import type { Task } from './engine.ts'
import { lostText } from './state.ts'
import { endOf, hasEnded, isReplacedBy, type Replica, timeOf } from './tasks.ts'

/** What has happened to a replica, as far as the engine remembers its tasks, oldest first. */
export function historyOf(replica: Replica): ProcessEvent[] {
  const { name, tasks, lost } = replica
  const events = tasks.flatMap((task, index): UnwordedEvent[] => {
    const run = index + 1
    const at = timeOf(task.Status.Timestamp)
    const pid = task.Status.ContainerStatus?.PID ?? 0
    const begun: UnwordedEvent = { type: 'start', time: beginningOf(task, tasks[index - 1]), name, run, pid }
    const end = endOf(task)
    if (task.Status.State === 'running')
      return [begun, { type: 'ready', time: at, name, run, cause: { type: 'uptime' } }]
    if (!end) return [begun, ...stopOf(task, tasks[index + 1], { time: at, name, run })]
    const { code: exitCode = null, signal = null } = end.type === 'exited' ? end : {}
    const ended = { time: at, name, run, cause: end, exitCode, signal }
    return [begun, task.Status.State === 'complete' ? { type: 'exit', ...ended } : { type: 'crash', ...ended }]
  })
  const gone: UnwordedEvent[] = lost
    ? [
        {
          type: 'warning',
          time: timeOf(lost.UpdatedAt),
          name,
          run: tasks.length,
          cause: { type: 'problem', detail: lostText(lost) },
        },
      ]
    : []
  return [...events, ...gone]
    .sort((one, other) => one.time - other.time)
    .map((event) => ({ ...event, message: maskText(describe.event(event)) }) as ProcessEvent)
}

/** A task may be made long before its predecessor has made room for it. */
function beginningOf(task: Task, before: Task | undefined): number {
  const made = timeOf(task.CreatedAt)
  const freed = before && hasEnded(before) ? timeOf(before.Status.Timestamp) : made
  return freed <= timeOf(task.Status.Timestamp) ? Math.max(made, freed) : made
}

/** The end of a task that the engine has ended. */
function stopOf(task: Task, next: Task | undefined, at: Pick<UnwordedEvent, 'time' | 'name' | 'run'>): UnwordedEvent[] {
  if (task.Status.State !== 'shutdown') return []
  return [isReplacedBy(task, next) ? { type: 'restart', ...at, cause: { type: 'restart' } } : { type: 'stop', ...at }]
}

/** Tells the events of a later moment from those that were known. */
export function eventKey({ name, run, type, time }: ProcessEvent): string {
  return `${name} ${run} ${type} ${time}`
}
