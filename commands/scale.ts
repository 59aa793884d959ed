import { ProcessManagerError } from '../src/index.ts'
import type { Command } from './shared/command.ts'
import { commandOptions, NO_WAIT_OPTION, runAndReport } from './shared/lifecycle-command.ts'
import { noProcessesText, withDeclaredForOrder } from './shared/open-manager.ts'
import { DRY_RUN_OPTION, planProgress, printPlan } from './shared/plan.ts'
import { usageError } from './shared/usage.ts'

export const scale: Command = {
  name: 'scale',
  aliases: [],
  summary: 'Set the number of instances of a process',
  usage: 'scale <name=count…> [options]',
  options: [DRY_RUN_OPTION, NO_WAIT_OPTION],
  examples: [
    ['scale web=4', 'Run web-1 to web-4; stop and remove any others'],
    ['scale web=4 worker=2 --json', 'Scale several processes; print one object per instance'],
  ],
  async run(context) {
    const counts = countsOf(context.names)
    const options = commandOptions(context.flags)
    return await withDeclaredForOrder(context, async ({ manager, declared }) => {
      const [name] = Object.keys(counts)
      if (declared.processes.length === 0)
        throw new ProcessManagerError(
          'unknown-process',
          `no process is named \`${name}\`; ${await noProcessesText(context, declared)}`,
        )
      const nothing = 'nothing to scale'
      const steps = await manager.plan('scale', { names: Object.keys(counts) }, counts)
      if (context.flags.dryRun) return printPlan(context, 'scale', steps, nothing)
      const doing = `Scaling ${context.names.join(', ')}`
      const followed = { manager, doing, ...planProgress(steps, 'scale') }
      return await runAndReport(context, followed, () => manager.scale(counts, options), { declared, nothing })
    })
  },
}

/** Instances of one process. */
const MOST = 1000

function countsOf(words: string[]): Record<string, number> {
  if (words.length === 0) throw usageError('missing NAME=COUNT, such as web=4')
  const counts: Record<string, number> = {}
  const [only = '', number = ''] = words
  if (words.length === 2 && !only.includes('=') && /^[+-]?\d+$/.test(number))
    throw usageError(`write NAME=COUNT, such as ${only}=${number.replace(/^\D/, '')}`)
  for (const word of words) {
    const [name = '', count] = word.split('=', 2)
    if (count === undefined) throw usageError(`${name}: missing =COUNT, such as ${name}=2`)
    if (name === '' || !/^\d+$/.test(count)) throw usageError(`${word} must be NAME=COUNT, such as web=4`)
    if (counts[name] !== undefined) throw usageError(`${name} is given more than once`)
    counts[name] = Number(count)
    if (Number(count) === 0) throw usageError(`${name} needs at least 1 instance; to run none, stop it`)
    if (Number(count) > MOST) throw usageError(`${name} can have at most ${MOST} instances`)
  }
  return counts
}
