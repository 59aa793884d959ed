import { FORMATS, type Format, formatOf } from '../src/internal.ts'
import { type Command, type CommandContext, EXIT } from './shared/command.ts'
import { oneOf } from './shared/flag-values.ts'
import { usageError } from './shared/usage.ts'
import { writeNewFile } from './shared/write-file.ts'

export const importFile: Command = {
  name: 'import',
  aliases: [],
  summary: 'Convert a config of PM2, process-compose and others',
  usage: 'import <file> [options]',
  options: [
    { flags: '--out <file>', summary: 'Write to this file instead of stdout' },
    {
      flags: '--format <format>',
      summary: 'json, jsonc, yaml, toml, ts, js, mjs or cjs (default: as in --out)',
      choices: FORMATS,
    },
    { flags: '--force', summary: 'Replace an existing file' },
  ],
  examples: [
    ['import ecosystem.config.js', 'Print the config; differences are listed on stderr'],
    ['import process-compose.yaml --out tuix.config.ts', 'Write the config as a module'],
    ['import Procfile --format yaml', 'Print the config as YAML'],
  ],
  async run(context) {
    const { names, flags, environment, print, printJson, warn, note } = context
    const [file, ...others] = names
    if (file === undefined || others.length > 0)
      throw usageError('import needs one file, such as: import ecosystem.config.js')
    const format = formatFor(context)
    const { cwd } = environment
    const out = flags.out as string | undefined
    const { importConfig } = await import('../src/internal.ts')
    const converted = await importConfig({ cwd, file, format, ...(out !== undefined && { target: out }) })
    if (out !== undefined) await writeNewFile({ cwd, file: out, text: converted.text, force: flags.force === true })
    if (flags.json) printJson({ ...converted, file: out ?? null })
    else if (out === undefined) print(converted.text.replace(/\n$/, ''))
    else print(`${out}: ${converted.names.join(', ')}`)
    for (const sentence of converted.notes) warn(sentence)
    if (out !== undefined && !flags.json) note(`Next: ${environment.program} start --all --config ${out}`)
    return EXIT.done
  },
}

function formatFor({ flags }: CommandContext): Format {
  const { format } = flags
  const out = flags.out as string | undefined
  if (format !== undefined) return oneOf('--format', format, FORMATS)
  if (out === undefined) return 'json'
  const found = formatOf(out)
  if (found) return found
  const endings = FORMATS.map((each) => `.${each}`).join(', ')
  throw usageError(`--out must end in one of ${endings}, not ${out}; or give --format`)
}
