import { CONDITIONS, type Condition, type Outcome, type ProcessManager, ProcessManagerError } from '../src/index.ts'
import { type Command, type CommandContext, EXIT } from './command.ts'
import { exitCodeOf } from './failure.ts'
import { reportOutcomes } from './outcomes.ts'
import { withProgress } from './progress.ts'
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
      const waiting: Waiting = { manager, condition, timeout, signal: environment.signal }
      const doing = `Waiting for ${processes.join(', ')}`
      const { outcomes, first } = await withProgress(context, doing, () => waitForAll(processes, waiting))
      if (environment.signal?.aborted) return EXIT.interrupted
      return report(context, outcomes, first)
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
}

interface Waited {
  outcomes: Outcome[]
  /** What failed first; absent: nothing did. */
  first?: Outcome
}

/** All at the same time. When one cannot meet the condition any more, they cannot all: the rest is given up. */
async function waitForAll(names: string[], { manager, condition, timeout, signal }: Waiting): Promise<Waited> {
  const end = new AbortController()
  const given = signal ? AbortSignal.any([signal, end.signal]) : end.signal
  let first: Outcome | undefined
  const waiting = Promise.all(
    names.map(async (name): Promise<Outcome> => {
      try {
        const options = { signal: given, ...(timeout !== undefined && { timeout }) }
        await manager.waitFor(name, condition, options)
        return { name, ok: true, message: condition, warnings: [] }
      } catch (error) {
        if (given.aborted) return { name, ok: false, message: 'not waited for any longer', warnings: [] }
        const failed = failure(name, error)
        first ??= failed
        // Those that time out do so together, and each says how far it got.
        if (failed.code !== 'timeout') end.abort()
        return failed
      }
    }),
  )
  const outcomes = await waiting.finally(() => end.abort())
  return { outcomes, ...(first && { first }) }
}

function failure(name: string, error: unknown): Outcome {
  if (!(error instanceof ProcessManagerError)) throw error
  // The sentence begins with the name, as an outcome's does not.
  const message = error.message.startsWith(`${name} `) ? error.message.slice(name.length + 1) : error.message
  return { name, ok: false, message, code: error.code, warnings: [] }
}

function report(context: CommandContext, outcomes: Outcome[], first: Outcome | undefined): number {
  reportOutcomes(context, outcomes, { nothing: 'nothing to wait for' })
  return first ? exitCodeOf(first.code) : EXIT.done
}
