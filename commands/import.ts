import { FORMATS, type Format, formatOf, ProcessManagerError } from '../src/index.ts'
import { type Command, type CommandContext, EXIT } from './command.ts'
import { oneOf } from './values.ts'

export const importFile: Command = {
  name: 'import',
  aliases: [],
  summary: 'Make a config of a PM2, process-compose, Procfile or package.json file',
  usage: 'import <file> [options]',
  options: [
    { flags: '--out <file>', summary: 'Write it there instead of to stdout' },
    {
      flags: '--format <format>',
      summary: 'json, jsonc, yaml, toml, ts, js, mjs or cjs (default: as --out ends)',
      choices: FORMATS,
    },
    { flags: '--force', summary: 'Replace the file if there is one' },
  ],
  examples: [
    ['import ecosystem.config.js', 'See what it becomes; on stderr, what is not the same'],
    ['import process-compose.yaml --out tuix.config.ts', 'Write it as a module'],
    ['import Procfile --format yaml', 'Print it as YAML'],
  ],
  async run(context) {
    const { names, flags, environment, print, warn, note } = context
    const [file, ...others] = names
    if (file === undefined || others.length > 0) {
      throw new ProcessManagerError('usage', 'say which file to import, one at a time')
    }
    const format = formatFor(context)
    const { cwd } = environment
    const out = flags.out as string | undefined
    const { importConfig } = await import('../src/index.ts')
    const converted = await importConfig({ cwd, file, format, ...(out !== undefined && { target: out }) })
    if (out !== undefined) {
      const { writeNew } = await import('./write-new.ts')
      await writeNew({ cwd, file: out, text: converted.text, force: flags.force === true })
    }
    if (flags.json) print(JSON.stringify({ ...converted, file: out ?? null }, null, 2))
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
  throw new ProcessManagerError(
    'usage',
    `--out must end in one of ${endings}, or --format say what to write; not ${out}`,
  )
}
