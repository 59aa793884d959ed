import { createClient } from '../../src/client/client.ts'
import type { ProcessEvent } from '../../src/model/lifecycle/events.ts'
import type { ProcessDetail } from '../../src/model/views/state.ts'
import type { Control } from '../../src/protocol/operations.ts'
import { read } from './processes.ts'
import type { Project } from './project.ts'
import { until } from './until.ts'

/** The living supervisor of a project, asked over its socket: no command has to be started, so that it can be polled. */
export function control(project: Project): Control {
  const info = project.supervisor()
  if (!info) throw new Error('nobody supervises')
  return createClient(info.socket)
}

/** Waits until a process is as `condition` says, and resolves with what it is then. */
export async function untilState(
  project: Project,
  name: string,
  condition: (state: ProcessDetail) => boolean,
  timeoutMs = 20_000,
): Promise<ProcessDetail> {
  let last: ProcessDetail | undefined
  const probe = async () => {
    last = await control(project).status({ name })
    return condition(last) ? last : undefined
  }
  try {
    return await until(probe, { timeoutMs, everyMs: 25, what: `${name} to be as expected` })
  } catch (error) {
    const { status, reason, health, run, restarts, pid } = last ?? {}
    throw new Error(`${(error as Error).message}; ${JSON.stringify({ status, reason, health, run, restarts, pid })}`)
  }
}

/** Everything that the supervisors of a project have told so far, oldest first; of one process, or of all. */
export function eventsOf(project: Project, name?: string): ProcessEvent[] {
  const lines = project.read('.tuix/events.jsonl').split('\n').slice(0, -1)
  const events = lines.map((line) => JSON.parse(line) as ProcessEvent)
  return name === undefined ? events : events.filter((event) => event.name === name)
}

/** ms within which a supervisor has to answer, whatever happens to its processes. */
const PROMPT = 200

/**
 * Waits until 19 of 20 requests in a row are answered at once. A machine under load may hold up some; a supervisor that
 * waits for what hangs holds up all of them.
 */
export async function untilPrompt(project: Project): Promise<void> {
  const answered = () => requests(project, () => performance.now())
  await until(async () => (await answered()) < PROMPT, { timeoutMs: 30_000, what: `answers within ${PROMPT} ms` })
}

/** The ms of processor time within which the supervisor answered 19 of 20 requests, what else it did meanwhile included. */
export function workPerAnswer(project: Project): Promise<number> {
  const pid = project.supervisor()?.identity.pid
  return requests(project, () => {
    const stat = read(`/proc/${pid}/task/${pid}/stat`)
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number)
    return 10 * ((user ?? 0) + (system ?? 0))
  })
}

/** What 19 of 20 requests for the list of processes have cost at most, on this clock. */
async function requests(project: Project, clock: () => number): Promise<number> {
  const client = control(project)
  const costs: number[] = []
  for (let request = 0; request < 20; request++) {
    const begun = clock()
    await client.list({})
    costs.push(clock() - begun)
  }
  return costs.sort((a, b) => a - b)[18] ?? Number.POSITIVE_INFINITY
}
