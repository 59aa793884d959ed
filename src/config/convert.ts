import { basename, dirname, join, relative, resolve } from 'node:path'
import type { ProcessConfig } from '../model/config/config.ts'
import { escapeReferences, mapReferringTexts } from '../model/config/references.ts'
import type { ImportKind } from './import/kind.ts'
import { noteLines } from './import/notes.ts'
import { profilesIn } from './import/profiles.ts'
import type { ImportedProcess, ImportNote } from './import/types.ts'
import { importedForWriting } from './import/writing.ts'
import type { Placeholders } from './placeholders.ts'
import { parseProcess } from './process.ts'
import { defaultFileName, type Format, isAppConfig, isCode } from './write/format.ts'
import { installedPackage } from './write/package.ts'
import { type Draft, render } from './write/render.ts'

export interface ConvertOptions {
  /** Absolute. */
  cwd: string
  /** File of another tool, relative to `cwd`. */
  file: string
  format: Format
  /** File to be written, relative to `cwd`, which the paths in the text are relative to. Default: a file beside `file`. */
  target?: string
  /** Comment lines for the end. */
  ending?: string[]
}

export interface Conversion {
  kind: ImportKind
  /** Text of the new config file. */
  text: string
  /** Names of the processes in it. */
  names: string[]
  /** Differences from the behaviour in the other tool, a sentence each. */
  notes: string[]
}

/** Converts a file of another tool into a config. Throws a `config` error of one sentence. */
export async function convertConfig({ cwd, file, format, target, ending }: ConvertOptions): Promise<Conversion> {
  const path = resolve(cwd, file)
  const { kind, imported, placeholders, environment, ownNames } = await importedForWriting(path, file)
  const { processes, notes } = imported
  if (isCode(format)) notes.push(...notesOnFiles(processes, placeholders, ownNames))
  // Validated now, so that an error names the file that it came from.
  for (const { config, path: place } of processes) {
    const real = mapReferringTexts(placeholders.revealAll(config, environment), escapeReferences)
    parseProcess(real, { cwd: dirname(path), file, path: place })
  }
  const destination = resolve(cwd, target ?? join(dirname(path), defaultFileName(format)))
  const folder = relative(dirname(destination), dirname(path))
  const real = (text: string) => placeholders.reveal(text, environment)
  const draft = draftOf(processes.map((process) => ({ ...process, config: movedTo(process.config, folder, real) })))
  const packageName = installedPackage(dirname(destination))
  const text = await render(draft, {
    format,
    wrapped: isAppConfig(destination),
    heading: [`From ${basename(file)}.`],
    placeholders,
    environment,
    ...(packageName !== undefined && { packageName }),
    ...(ending && { ending }),
  })
  return {
    kind,
    text,
    names: processes.map(({ config }) => config.name),
    notes: noteLines(notes).map((note) => named(note, placeholders)),
  }
}

/** A module does not get the variables of `envFile`. */
function notesOnFiles(
  processes: ImportedProcess[],
  placeholders: Placeholders,
  ownNames: ReadonlySet<string>,
): ImportNote[] {
  return processes.flatMap(({ config }) =>
    [...placeholders.namesIn(config)]
      .filter((name) => ownNames.has(name))
      .map((name) => ({
        process: config.name,
        key: `process.env.${name}`,
        text: 'comes from a file, which a module must read itself, such as with `process.loadEnvFile()`',
      })),
  )
}

/** A note with the names of variables, such as `$PORT`. */
function named(note: string, placeholders: Placeholders): string {
  return placeholders
    .parts(note)
    .map((part) => (typeof part === 'string' ? part : `$${part.name}`))
    .join('')
}

function draftOf(processes: ImportedProcess[]): Draft {
  const profiles = profilesIn(processes)
  return {
    processes: processes.map(({ config }) => config),
    ...(Object.keys(profiles).length > 0 && { profiles }),
  }
}

/** Adapts paths for a config in another folder. `folder` is the relative path from there to the original folder. */
function movedTo(config: ProcessConfig, folder: string, real: (text: string) => string): ProcessConfig {
  if (folder === '') return config
  const from = (path: string) => (real(path).startsWith('/') ? path : join(folder, path))
  const { name, command, args, cwd = '', logFile, errorFile, envFile, ...rest } = config
  return {
    name,
    command,
    ...(args && { args }),
    cwd: from(cwd),
    ...rest,
    ...(envFile !== undefined && { envFile: Array.isArray(envFile) ? envFile.map(from) : from(envFile) }),
    ...(logFile !== undefined && { logFile: from(logFile) }),
    ...(errorFile !== undefined && { errorFile: from(errorFile) }),
  }
}
