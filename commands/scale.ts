import { ProcessManagerError } from '../src/index.ts'
import { carryOut, interrupted } from './carry-out.ts'
import type { Command } from './command.ts'
import { noteDrift } from './drift.ts'
import { reportOutcomes } from './outcomes.ts'
import { DRY_RUN_OPTION, followPlan, tellPlan } from './plan.ts'
import { openDeclared } from './session.ts'

export const scale: Command = {
  name: 'scale',
  aliases: [],
  summary: 'Bring processes to a number of instances',
  usage: 'scale <name=count…> [options]',
  options: [DRY_RUN_OPTION, { flags: '--no-wait', summary: 'Return at once, do not wait until they are up' }],
  examples: [
    ['scale web=4', 'Run web-1 to web-4; those beyond are stopped and removed'],
    ['scale web=4 worker=2 --json', 'Several at once, one object for each instance'],
  ],
  async run(context) {
    const counts = countsOf(context.names)
    const { manager, declared } = await openDeclared(context)
    try {
      const nothing = 'nothing to scale'
      const steps = await manager.plan('scale', { names: Object.keys(counts) }, counts)
      if (context.flags.dryRun) return tellPlan(context, 'scale', steps, nothing)
      const options = context.flags.wait === undefined ? {} : { wait: context.flags.wait }
      const doing = `Scaling ${context.names.join(', ')}`
      const followed = { manager, doing, startsOthers: true, ...followPlan(steps, 'scale') }
      const { outcomes, told, took } = await carryOut(context, followed, () => manager.scale(counts, options))
      if (!outcomes) return interrupted(context)
      await noteDrift(declared, manager)
      return reportOutcomes(context, outcomes, { nothing, told, took })
    } finally {
      await manager.close()
    }
  },
}

const MOST = 1000

function countsOf(words: string[]): Record<string, number> {
  if (words.length === 0) throw usage('say what to scale to how many, such as web=4')
  const counts: Record<string, number> = {}
  for (const word of words) {
    const [, name, count] = /^([^=]+)=(\d+)$/.exec(word) ?? []
    if (name === undefined) throw usage(`${word} is no name with a number of instances, such as web=4`)
    if (counts[name] !== undefined) throw usage(`${name} is given more than once`)
    counts[name] = Number(count)
    if (Number(count) === 0) throw usage(`${name} needs at least 1 instance; to have none, stop it`)
    if (Number(count) > MOST) throw usage(`${name} can have at most ${MOST} instances`)
  }
  return counts
}

function usage(sentence: string): ProcessManagerError {
  return new ProcessManagerError('usage', sentence)
}
