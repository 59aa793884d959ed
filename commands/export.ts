import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ProcessManagerError } from '../src/index.ts'
import { EXPORT_FORMATS, type ExportFormat, exportConfig, type LoadedConfig, wordsOf } from '../src/internal.ts'
import { type Command, type CommandContext, type CommandOption, EXIT } from './shared/command.ts'
import { oneOf } from './shared/flag-values.ts'
import { loadDeclarations, noProcessesText, warnOfNotes } from './shared/open-manager.ts'
import { expandNames } from './shared/selection.ts'
import { unknownProcess, usageError } from './shared/usage.ts'
import { fileSize, writeNewFile } from './shared/write-file.ts'

interface Format {
  /** What its files are. */
  summary: string
  /** What to do with them. `…` stands for their folder. */
  next: string
}

const FORMATS: Record<ExportFormat, Format> = {
  systemd: {
    summary: 'Units, timers, a target and a slice',
    next: 'copy them to /etc/systemd/system, then: systemctl daemon-reload && systemctl enable --now NAME.target',
  },
  compose: { summary: 'A file for docker compose', next: 'docker compose -f …/compose.yaml up -d' },
  swarm: { summary: 'A file for docker stack deploy', next: 'docker stack deploy -c …/stack.yaml NAME' },
  kubernetes: { summary: 'Manifests, one file for each process', next: 'kubectl apply -f …' },
  nomad: { summary: 'Jobs, one file for each process', next: 'nomad job run …/NAME.nomad.hcl' },
}

const OPTIONS: CommandOption[] = [
  { flags: '--out <dir>', summary: 'Write into this folder instead of to stdout' },
  { flags: '--image <image>', summary: 'Container image of processes without `deploy.image`' },
  { flags: '--force', summary: 'Replace existing files' },
]

export const exportFiles: Command = {
  name: 'export',
  aliases: [],
  summary: 'Write files of systemd, compose, Swarm, Kubernetes or Nomad',
  usage: 'export <format> [name…] [options]',
  options: OPTIONS,
  subcommands: EXPORT_FORMATS.map((name) => ({
    name,
    summary: FORMATS[name].summary,
    options: OPTIONS,
    run: (context) => exportAs(name, context),
  })),
  examples: [
    ['export systemd --out units', 'Write units; differences are listed on stderr'],
    ['export compose --image shop:1 > compose.yaml', 'All processes in the same image'],
    ['export kubernetes web', 'Print the manifests of web and of what it depends on'],
  ],
  async run(context) {
    const [word, ...names] = context.names
    if (word === undefined) throw usageError(`export needs a format; available: ${EXPORT_FORMATS.join(', ')}`)
    return await exportAs(oneOf('the format', word, EXPORT_FORMATS), { ...context, names })
  },
}

async function exportAs(format: ExportFormat, context: CommandContext): Promise<number> {
  const { flags, environment, print, printJson, warn, note } = context
  const declared = await loadDeclarations(context)
  warnOfNotes(context, declared)
  const out = flags.out as string | undefined
  const { files, notes } = await exportConfig({
    format,
    declared,
    names: await namesIn(declared, context),
    target: out === undefined ? declared.folder : resolve(environment.cwd, out),
    ...(flags.image !== undefined && { image: flags.image }),
    command: `${environment.program} export ${format}`,
    path: environment.env.PATH ?? '',
  })
  if (out !== undefined) await writeFiles(context, out, files)
  if (flags.json) printJson({ format, files, notes, folder: out ?? null })
  else if (out === undefined) print(printed(format, files).replace(/\n$/, ''))
  else print(files.map(({ name }) => join(out, name)).join('\n'))
  for (const sentence of notes) warn(sentence)
  if (out !== undefined && !flags.json) note(`Next: ${FORMATS[format].next.replace('…', out)}`)
  return EXIT.done
}

/** The names that the user gave; without any, all. Throws for one that the config does not have. */
async function namesIn(declared: LoadedConfig, context: CommandContext): Promise<string[]> {
  const known = declared.processes.map(({ name }) => name)
  if (known.length === 0) throw new ProcessManagerError('config', await noProcessesText(context, declared))
  const names = context.names.length > 0 ? await expandNames(context.names, () => known) : known
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) throw unknownProcess(unknown, known)
  return names
}

/** All files in one text, as the format knows it: documents of YAML, else each after its name, as `systemctl cat` prints them. */
function printed(format: ExportFormat, files: { name: string; text: string }[]): string {
  if (files.length === 1) return files[0]?.text ?? ''
  if (format === 'kubernetes') return files.map(({ text }) => text).join('---\n')
  return files.map(({ name, text }) => `# ${name}\n${text}`).join('\n')
}

/** Writes all files, or none if one of them exists already. */
async function writeFiles(
  { environment: { cwd }, flags }: CommandContext,
  folder: string,
  files: { name: string; text: string }[],
) {
  const force = flags.force === true
  const existing = force ? undefined : files.find(({ name }) => fileSize(resolve(cwd, folder, name)) !== null)
  if (existing) throw usageError(`${join(folder, existing.name)} already exists; use --force to replace it`)
  try {
    await mkdir(resolve(cwd, folder), { recursive: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ProcessManagerError('internal', `${folder} cannot be made: ${wordsOf(code)}`)
  }
  for (const { name, text } of files) await writeNewFile({ cwd, file: join(folder, name), text, force })
}
