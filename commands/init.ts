import { FORMATS, ProcessManagerError } from '../src/index.ts'
import { type Command, EXIT } from './command.ts'
import { withoutNames } from './usage.ts'
import { oneOf } from './values.ts'

export const init: Command = {
  name: 'init',
  aliases: [],
  summary: 'Write a first config, of what the folder has of other tools, or an example',
  usage: 'init [options]',
  options: [
    { flags: '--format <format>', summary: 'ts (default), js, mjs, cjs, json, jsonc, yaml or toml', choices: FORMATS },
    { flags: '--dry-run', summary: 'Print it instead of writing it' },
    { flags: '--force', summary: 'Replace the file if there is one' },
  ],
  examples: [
    ['init', 'Write tuix.config.ts'],
    ['init --format yaml --dry-run', 'See what processes.yaml would be'],
  ],
  async run(context) {
    withoutNames(context, 'init')
    const { flags, environment, print, warn, note } = context
    const { cwd, program } = environment
    const format = oneOf('--format', flags.format ?? 'ts', FORMATS)
    const { starterConfig } = await import('../src/index.ts')
    const { file, text, source, names, notes, existing } = await starterConfig({ cwd, format })
    const from = source === undefined ? 'an example, to be changed' : `taken from ${source}`
    if (!flags.dryRun) {
      refuseSecond(existing, flags.force === true)
      const { writeNew } = await import('./write-new.ts')
      await writeNew({ cwd, file, text, force: flags.force === true })
    }
    if (flags.json) print(JSON.stringify({ file, source: source ?? null, names, notes, text }, null, 2))
    else print(flags.dryRun ? text.replace(/\n$/, '') : `${file}: ${names.join(', ')} (${from})`)
    for (const sentence of notes) warn(sentence)
    for (const other of existing.filter((name) => name !== file)) warn(`${other} is there as well`)
    if (!flags.json && !flags.dryRun) note(`Next: look at ${file}, then ${program} start --all`)
    return EXIT.done
  },
}

/** A second config beside the first would be one too many, whatever its format. */
function refuseSecond([existing]: string[], force: boolean): void {
  if (existing === undefined || force) return
  throw new ProcessManagerError('usage', `${existing} is there already; --force writes anyway, --dry-run shows what`)
}
