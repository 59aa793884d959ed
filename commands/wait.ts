import {
  type Condition,
  type Outcome,
  type ProcessManager,
  ProcessManagerError,
  type ProcessState,
} from '../src/index.ts'
import { CONDITIONS } from '../src/internal.ts'
import { type Command, EXIT } from './shared/command.ts'
import { exitCodeOf } from './shared/exit-codes.ts'
import { oneOf, timeSpan } from './shared/flag-values.ts'
import { runWithProgress } from './shared/lifecycle-command.ts'
import { withManagerForOrder } from './shared/open-manager.ts'
import { reportOutcomes } from './shared/report.ts'
import { namedBy } from './shared/selection.ts'
import { usageError } from './shared/usage.ts'

const OTHERS = CONDITIONS.filter((condition) => condition !== 'healthy')

export const wait: Command = {
  name: 'wait',
  aliases: [],
  summary: 'Wait until processes are healthy, stopped or completed',
  usage: 'wait <name…> [options]',
  options: [
    { flags: '--for <condition>', summary: `healthy (default), ${OTHERS.join(', ')}`, choices: CONDITIONS },
    { flags: '--timeout <time>', summary: 'Give up after 30s, 2m or 5000 (ms); exit code 124' },
  ],
  examples: [
    ['wait web db --timeout 30s', 'Until both are healthy, or running if they have no health check'],
    ['wait migrate --for completed', 'Until it has exited with code 0'],
    ['wait web --for stopped', 'Until it is stopped'],
  ],
  async run(context) {
    const { names, flags, environment } = context
    if (names.length === 0) throw usageError('wait needs the name of a process, such as: wait web')
    const condition = flags.for === undefined ? 'healthy' : oneOf('--for', flags.for, CONDITIONS)
    const timeout = flags.timeout === undefined ? undefined : timeSpan('--timeout', flags.timeout)
    return await withManagerForOrder(context, async (manager) => {
      const processes = (await namedBy(names, await manager.list())).map(({ name }) => name)
      const results = new Map<string, Outcome>()
      const waiting: Waiting = { manager, condition, timeout, signal: environment.signal, results }
      const followed = {
        manager,
        doing: `Waiting for ${processes.join(', ')}`,
        actionOf: ({ name }: ProcessState) => (processes.includes(name) ? ('wait' as const) : null),
        resultOf: (name: string) => results.get(name),
      }
      const request = () => waitForAll(processes, waiting)
      // To follow processes would start a supervisor. Without one nothing changes, so there is no progress to show.
      const isAtRest = (await manager.supervisor()) === null
      const { outcomes, reported, took } = isAtRest
        ? { outcomes: await request(), reported: undefined, took: undefined }
        : await runWithProgress(context, followed, request)
      if (!outcomes || environment.signal.aborted) return EXIT.interrupted
      const code = await reportOutcomes(context, outcomes, { nothing: 'nothing to wait for', reported, took })
      // The first failure decides: the waits that it cancelled have no code of their own.
      const first = [...results.values()].find(({ ok }) => !ok)
      return first ? exitCodeOf(first.code) : code
    })
  },
}

interface Waiting {
  manager: ProcessManager
  condition: Condition
  timeout: number | undefined
  signal: AbortSignal
  /** The result of each process, in the order in which they became known. */
  results: Map<string, Outcome>
}

/** Waits for all processes at the same time. When one can no longer meet the condition, the other waits are cancelled. */
async function waitForAll(
  names: string[],
  { manager, condition, timeout, signal, results }: Waiting,
): Promise<Outcome[]> {
  const end = new AbortController()
  const given = AbortSignal.any([signal, end.signal])
  const waitFor = async (name: string): Promise<Outcome> => {
    try {
      await manager.waitFor(name, condition, { signal: given, ...(timeout !== undefined && { timeout }) })
      return { name, ok: true, result: 'met', message: condition, warnings: [] }
    } catch (error) {
      if (given.aborted) return { name, ok: false, result: 'failed', message: 'no longer waited for', warnings: [] }
      const failed = failure(name, error)
      // A timeout comes to all of them at once, and each reports its own state.
      if (failed.code !== 'timeout') end.abort()
      return failed
    }
  }
  const waiting = names.map(async (name) => {
    const outcome = await waitFor(name)
    results.set(name, outcome)
    return outcome
  })
  return await Promise.all(waiting).finally(() => end.abort())
}

function failure(name: string, error: unknown): Outcome {
  if (!(error instanceof ProcessManagerError)) throw error
  return { name, ok: false, result: 'failed', message: error.predicate, code: error.code, warnings: [] }
}
