import { type Command, EXIT } from './command.ts'
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
      if (flags.json) print(JSON.stringify(states, null, 2))
      else if (states.length === 0)
        note(`no processes yet; start those of the config with: ${environment.program} start --all`)
      else print(await listTable(states, { paint, now: environment.now(), width: widthOf(environment.stdout) }))
      return EXIT.done
    } finally {
      await manager.close()
    }
  },
}

export function widthOf({ isTTY, columns }: { isTTY: boolean; columns: number }): number | undefined {
  return isTTY ? columns : undefined
}
