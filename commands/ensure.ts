import { type Ensured, ProcessManagerError } from '../src/index.ts'
import { safeText } from './format/printable.ts'
import { elapsed } from './format/units.ts'
import { type Command, type CommandContext, EXIT } from './shared/command.ts'
import { noteDrift } from './shared/drift.ts'
import { exitCodeOf } from './shared/exit-codes.ts'
import { commandOptions, TIMEOUT_OPTION } from './shared/lifecycle-command.ts'
import { noProcessesText, withDeclared } from './shared/open-manager.ts'
import { refuseOtherNames } from './shared/other-names.ts'
import { expandNames, namesOf } from './shared/selection.ts'
import { usageError } from './shared/usage.ts'

export const ensure: Command = {
  name: 'ensure',
  aliases: [],
  summary: 'Start or reuse processes, and tell where they are',
  usage: 'ensure <name…> [options]',
  options: [TIMEOUT_OPTION],
  examples: [
    ['ensure web', 'Start it unless it runs, wait until it is ready, and print its address'],
    ['ensure web --json --timeout 60s', 'Address, port and log cursor as one object, or the error; for programs'],
  ],
  async run(context) {
    const { names, flags, environment, printJson } = context
    if (names.length === 0) throw usageError('ensure needs the name of a process, such as: ensure web')
    return await withDeclared(context, async ({ manager, declared }) => {
      const known = async () => [...declared.processes.map(({ name }) => name), ...namesOf(await manager.saved())]
      const wanted = await expandNames(names, known)
      await refuseOtherNames({ names: wanted }, known)
      const [first = ''] = wanted
      if ((await known()).length === 0)
        throw new ProcessManagerError(
          'unknown-process',
          `no process is named \`${first}\`; ${await noProcessesText(context, declared)}`,
        )
      const { signal } = environment
      const found = await manager.ensure(wanted, { ...commandOptions(flags), signal }).catch((error) => {
        if (!signal.aborted) throw error
      })
      if (!found) return EXIT.interrupted
      await noteDrift(declared, manager)
      if (flags.json) printJson(found.length === 1 ? found[0] : found)
      else for (const each of found) report(context, each)
      const failure = found.find(({ error }) => error)
      return failure ? exitCodeOf(failure.error?.code) : EXIT.done
    })
  },
}

function report({ print, note, paint, paintError }: CommandContext, ensured: Ensured): void {
  const { name, url, port, pid, readyMs, error } = ensured
  if (error) {
    note(`${paintError('red', name)}: ${error.message}`)
    const lines = error.lastLines.length > 0 ? error.lastLines : error.lastError === null ? [] : [error.lastError]
    for (const line of lines) note(`  ${safeText(line, false)}`)
    return
  }
  const where = url ?? (port === null ? null : `port ${port}`)
  const text = pid === null ? 'done' : `ready${where === null ? '' : ` at ${where}`}`
  const after = readyMs === null ? '' : ` after ${elapsed(readyMs)}`
  print(`${paint('bold', name)}: ${text}${paint('gray', pid === null ? '' : ` (pid ${pid})`)}${after}`)
}
