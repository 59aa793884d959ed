import { ProcessManagerError } from '../../src/index.ts'
import { silentSupervisor } from '../../src/internal.ts'
import type { CommandContext } from './command.ts'
import { timeSpan } from './flag-values.ts'
import { openManager } from './open-manager.ts'

/** ms after the time limit in which a supervisor answers that observes it itself. */
const GRACE = 1000
/** ms within which a supervisor must answer something when the time is over. */
const ANSWER_WITHIN = 500
/** Longest delay of setTimeout in ms. */
const LONGEST = 2 ** 31 - 1

/**
 * Makes `--timeout` hold for a supervisor that does not answer. One that answers observes the limit itself.
 *
 * @throws ProcessManagerError `timeout`
 */
export async function withinTimeLimit(context: CommandContext, work: () => Promise<number>): Promise<number> {
  const limit = timeSpan('--timeout', context.flags.timeout ?? '')
  if (limit + GRACE > LONGEST) return await work()
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => void silence(context).then((error) => error && reject(error)), limit + GRACE)
  })
  return await Promise.race([work(), over]).finally(() => clearTimeout(timer))
}

async function silence(context: CommandContext): Promise<ProcessManagerError | undefined> {
  try {
    const { tuixDir } = await openManager({ ...context, warn: () => {} })
    const silent = await silentSupervisor(tuixDir, ANSWER_WITHIN)
    return silent && new ProcessManagerError('timeout', silent.message)
  } catch {
    // The command itself tells what is wrong with the config.
    return undefined
  }
}
