import * as describe from '../lifecycle/describe.ts'
import type { ProcessEvent, UnwordedEvent } from '../lifecycle/events.ts'
import { maskText } from '../redaction/mask.ts'
import { lostText } from './state.ts'
import { endOf, type Replica, timeOf } from './tasks.ts'

/** What has happened to a replica, as far as the engine remembers its tasks, oldest first. */
export function historyOf(replica: Replica): ProcessEvent[] {
  const { name, tasks, lost } = replica
  const events = tasks.flatMap((task, index): UnwordedEvent[] => {
    const run = index + 1
    const at = timeOf(task.Status.Timestamp)
    const pid = task.Status.ContainerStatus?.PID ?? 0
    const begun: UnwordedEvent = { type: 'start', time: timeOf(task.CreatedAt), name, run, pid }
    const end = endOf(task)
    if (task.Status.State === 'running')
      return [begun, { type: 'ready', time: at, name, run, cause: { type: 'uptime' } }]
    if (!end) return task.Status.State === 'shutdown' ? [begun, { type: 'stop', time: at, name, run }] : [begun]
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

/** Tells the events of a later moment from those that were known. */
export function eventKey({ name, run, type, time }: ProcessEvent): string {
  return `${name} ${run} ${type} ${time}`
}
