import type { ProcessState } from '../../src/model/views/state.ts'
import type { Project } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

/** Waits until a process runs and, if it has a health check, is healthy, in a later run than `before`. */
export function upAgain(project: Project, before: ProcessState): Promise<ProcessState> {
  const { name, run } = before
  return until(
    async () => {
      const state = await project.state(name)
      return state.run > run && state.status === 'running' && state.health !== 'unhealthy' ? state : undefined
    },
    { what: `${name} to be up again`, timeoutMs: 30_000, everyMs: 100 },
  )
}

/** SIGKILL for a process that is managed; resolves when it is up again. */
export async function killAndAwait(
  project: Project,
  name: string,
): Promise<{ before: ProcessState; after: ProcessState }> {
  const before = await project.state(name)
  if (before.pid === null) throw new Error(`${name} does not run`)
  process.kill(before.pid, 'SIGKILL')
  return { before, after: await upAgain(project, before) }
}

/** What the supervisor has told of a process so far, oldest first. */
export function toldOf(project: Project, name: string): string[] {
  return project
    .read('.tuix/events.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter((event) => event.name === name)
    .map(({ type, message }) => `${type}: ${message}`)
}

/** The body of an answer; polled, so that a server that is just being restarted is waited for. */
export function answer(url: string, isWanted: (body: string) => boolean = () => true): Promise<string> {
  return until(
    async () => {
      const response = await fetch(url, { signal: AbortSignal.timeout(2000), headers: { connection: 'close' } })
      const body = await response.text()
      return response.ok && isWanted(body) ? body : undefined
    },
    { what: `an answer of ${url}`, timeoutMs: 30_000, everyMs: 50 },
  )
}
