import type { CrashBrief } from '../src/index.ts'
import { type Command, type CommandContext, EXIT } from './shared/command.ts'
import { withManager } from './shared/open-manager.ts'
import { terminalWidth } from './shared/output.ts'
import { usageError } from './shared/usage.ts'

export const crashes: Command = {
  name: 'crashes',
  aliases: [],
  summary: 'Show what was recorded of crashes',
  usage: 'crashes [name | show <N|ID>] [options]',
  options: [],
  examples: [
    ['crashes', 'The kept reports, newest first'],
    ['crashes web', 'Those of one process'],
    ['crashes show 1', 'The newest: causes, last output, and what has changed since'],
    ['crashes show web-14', 'That of the 14th run of web'],
  ],
  async run(context) {
    const { names } = context
    const [word, which, ...more] = names
    if (word === 'show' && which !== undefined && more.length === 0) return await show(context, which)
    if (word === 'show' || which !== undefined)
      throw usageError(word === 'show' ? 'crashes show needs one number or id' : 'crashes takes one name')
    return await list(context, word)
  },
}

async function list(context: CommandContext, name: string | undefined): Promise<number> {
  const { flags, print, printJson, note, paint } = context
  const found = await withManager(context, (manager) => manager.crashes(name))
  if (flags.json) printJson(found)
  else if (found.length === 0) note(name === undefined ? 'no crash is recorded' : `no crash of ${name} is recorded`)
  else {
    const { crashList } = await import('./format/crash.ts')
    print(crashList(found, paint))
  }
  return EXIT.done
}

async function show(context: CommandContext, which: string): Promise<number> {
  const { environment, flags, print, printJson, paint } = context
  const report = await withManager(context, async (manager) =>
    manager.crash(/^\d+$/.test(which) ? nth(await manager.crashes(), Number(which)).id : which),
  )
  if (flags.json) printJson(report)
  else {
    const { crashPage } = await import('./format/crash.ts')
    print(crashPage(report, { paint, now: environment.now(), width: terminalWidth(environment.stdout) }))
  }
  return EXIT.done
}

function nth(found: CrashBrief[], number: number): CrashBrief {
  const crash = found[number - 1]
  if (!crash) throw usageError(found.length === 0 ? 'no crash is recorded' : `give a number from 1 to ${found.length}`)
  return crash
}
