import {
  CONDITIONS,
  type Condition,
  type Outcome,
  type ProcessManager,
  ProcessManagerError,
  type ProcessState,
} from '../src/index.ts'
import { carryOut } from './carry-out.ts'
import { type Command, EXIT } from './command.ts'
import { exitCodeOf } from './failure.ts'
import { reportOutcomes } from './outcomes.ts'
import { namedBy } from './selection.ts'
import { openManager } from './session.ts'
import { oneOf, timeSpan } from './values.ts'

const OTHERS = CONDITIONS.filter((condition) => condition !== 'healthy')

export const wait: Command = {
  name: 'wait',
  aliases: [],
  summary: 'Wait until processes are healthy, or in another condition',
  usage: 'wait <name…> [options]',
  options: [
    { flags: '--for <condition>', summary: `healthy (default), ${OTHERS.join(', ')}`, choices: CONDITIONS },
    { flags: '--timeout <time>', summary: 'Give up with exit code 124: 30s, 2m, 5000 (ms)' },
  ],
  examples: [
    ['wait web db --timeout 30s', 'Until both are healthy (running, without a health check)'],
    ['wait migrate --for completed', 'Until it has ended with exit code 0'],
    ['wait web --for stopped', 'Until somebody has stopped it'],
  ],
  async run(context) {
    const { names, flags, environment } = context
    if (names.length === 0) throw new ProcessManagerError('usage', 'say what to wait for: names of processes')
    const condition = flags.for === undefined ? 'healthy' : oneOf('--for', flags.for, CONDITIONS)
    const timeout = flags.timeout === undefined ? undefined : timeSpan('--timeout', flags.timeout)
    const manager = await openManager(context)
    try {
      const processes = (await namedBy(names, await manager.list())).map(({ name }) => name)
      const judged = new Map<string, Outcome>()
      const waiting: Waiting = { manager, condition, timeout, signal: environment.signal, judged }
      const followed = {
        manager,
        doing: `Waiting for ${processes.join(', ')}`,
        actionOf: ({ name }: ProcessState) => (processes.includes(name) ? ('wait' as const) : null),
        startsOthers: false,
        judged: (name: string) => judged.get(name),
      }
      const request = () => waitForAll(processes, waiting)
      // To follow what is at rest would bring up a supervisor, and there is nothing to see.
      const isAtRest = (await manager.supervisor()) === null
      const { outcomes, told, took } = isAtRest
        ? { outcomes: await request(), told: undefined, took: undefined }
        : await carryOut(context, followed, request)
      if (!outcomes || environment.signal?.aborted) return EXIT.interrupted
      const code = reportOutcomes(context, outcomes, { nothing: 'nothing to wait for', told, took })
      // Those that were given up because of another have no code of their own.
      const first = [...judged.values()].find(({ ok }) => !ok)
      return first ? exitCodeOf(first.code) : code
    } finally {
      await manager.close()
    }
  },
}

interface Waiting {
  manager: ProcessManager
  condition: Condition
  timeout: number | undefined
  signal: AbortSignal | undefined
  /** How each came out, in the order in which that was known. */
  judged: Map<string, Outcome>
}

/** All at the same time. When one cannot meet the condition any more, they cannot all: the rest is given up. */
async function waitForAll(
  names: string[],
  { manager, condition, timeout, signal, judged }: Waiting,
): Promise<Outcome[]> {
  const end = new AbortController()
  const given = signal ? AbortSignal.any([signal, end.signal]) : end.signal
  const waitFor = async (name: string): Promise<Outcome> => {
    try {
      await manager.waitFor(name, condition, { signal: given, ...(timeout !== undefined && { timeout }) })
      return { name, ok: true, message: condition, warnings: [] }
    } catch (error) {
      if (given.aborted) return { name, ok: false, message: 'not waited for any longer', warnings: [] }
      const failed = failure(name, error)
      // Those that time out do so together, and each says how far it got.
      if (failed.code !== 'timeout') end.abort()
      return failed
    }
  }
  const waiting = names.map(async (name) => {
    const outcome = await waitFor(name)
    judged.set(name, outcome)
    return outcome
  })
  return await Promise.all(waiting).finally(() => end.abort())
}

function failure(name: string, error: unknown): Outcome {
  if (!(error instanceof ProcessManagerError)) throw error
  // The sentence begins with the name, as an outcome's does not.
  const message = error.message.startsWith(`${name} `) ? error.message.slice(name.length + 1) : error.message
  return { name, ok: false, message, code: error.code, warnings: [] }
}
