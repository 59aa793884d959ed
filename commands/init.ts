import { FORMATS } from '../src/internal.ts'
import { type Command, EXIT } from './shared/command.ts'
import { oneOf } from './shared/flag-values.ts'
import { usageError, withoutNames } from './shared/usage.ts'
import { writeNewFile } from './shared/write-file.ts'

export const init: Command = {
  name: 'init',
  aliases: [],
  summary: 'Write a first config, from existing files or an example',
  usage: 'init [options]',
  options: [
    {
      flags: '--format <format>',
      summary: 'File format: ts (default), js, mjs, cjs, json, jsonc, yaml or toml',
      choices: FORMATS,
    },
    { flags: '--dry-run', summary: 'Print the config instead of writing it' },
    { flags: '--force', summary: 'Write even if a config exists' },
  ],
  examples: [
    ['init', 'Write tuix.config.ts'],
    ['init --format yaml --dry-run', 'Only show what processes.yaml would contain'],
  ],
  async run(context) {
    withoutNames(context, 'init')
    const { flags, environment, print, printJson, warn, note } = context
    const { cwd, program } = environment
    const format = oneOf('--format', flags.format ?? 'ts', FORMATS)
    const { starterConfig } = await import('../src/internal.ts')
    const { file, text, source, names, notes, existing } = await starterConfig({ cwd, format })
    const from = source === undefined ? 'an example to edit' : `taken from ${source}`
    if (!flags.dryRun) {
      refuseSecondConfig(existing, flags.force === true)
      await writeNewFile({ cwd, file, text, force: flags.force === true })
    }
    if (flags.json) printJson({ file, source: source ?? null, names, notes, text })
    else print(flags.dryRun ? text.replace(/\n$/, '') : `${file}: ${names.join(', ')} (${from})`)
    for (const sentence of notes) warn(sentence)
    for (const other of existing.filter((name) => name !== file)) warn(`${other} exists as well`)
    if (!flags.json && !flags.dryRun) note(`Next: check ${file}, then run: ${program} start --all`)
    return EXIT.done
  },
}

/** Refuses to write a config next to an existing one, whatever its format. */
function refuseSecondConfig([existing]: string[], force: boolean): void {
  if (existing === undefined || force) return
  throw usageError(`${existing} already exists; use --force to write anyway, or --dry-run to see the result`)
}
