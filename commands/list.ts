import { type Command, EXIT } from './command.ts'
import { driftSince } from './drift.ts'
import { listTable } from './format/list.ts'
import { openManager } from './session.ts'
import { withoutNames } from './usage.ts'

export const list: Command = {
  name: 'list',
  aliases: ['ls', 'ps'],
  summary: 'Show all processes',
  usage: 'list [options]',
  options: [],
  examples: [
    ['list', 'A table'],
    ['list --json', 'An array of objects; memory in MB, uptime in s, cpu in percent'],
  ],
  async run(context) {
    const { environment, flags, print, note, paint } = context
    withoutNames(context, 'list')
    const manager = await openManager(context)
    try {
      const states = await manager.list()
      const drift = await driftSince(context, manager)
      const detailed = states.map((state) => ({ ...state, drift: drift?.changes[state.name] ?? [] }))
      if (flags.json) print(JSON.stringify(detailed, null, 2))
      else if (states.length === 0)
        note(`no processes yet; start those of the config with: ${environment.program} start --all`)
      else print(await listTable(states, { paint, now: environment.now(), width: widthOf(environment.stdout) }))
      if (drift?.sentence && !flags.json) note(drift.sentence)
      return EXIT.done
    } finally {
      await manager.close()
    }
  },
}

export function widthOf({ isTTY, columns }: { isTTY: boolean; columns: number }): number | undefined {
  return isTTY ? columns : undefined
}
