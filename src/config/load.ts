import { dirname, resolve } from 'node:path'
import type { AlertConfig } from '../model/config/alerts.ts'
import type { TargetConfig } from '../model/config/targets.ts'
import type { WebConfig } from '../model/config/web.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { basesOfBlock, basesOfFile, type LoadContext } from './bases.ts'
import { completeDraft } from './complete.ts'
import { type Draft, mergeOver } from './draft.ts'
import { DEFAULT_TUIX_DIR } from './find.ts'
import { type Base, type Layer, mergeLayers } from './layer.ts'
import { configsFor, type LocateOptions } from './locate.ts'
import { profilesOf, selectedProfile } from './profile.ts'
import { refuseInvalidReferences } from './refuse-references.ts'
import type { ParsedProcess, ProcessDefaults } from './resolve/index.ts'

export interface LoadedConfig {
  /** Absolute path of the config file; null if there is none. Of several, the one that declares the processes. */
  file: string | null
  /** Absolute paths of all files that were read: configs, the files that they extend, and env files. */
  files: string[]
  /** Folder of `file`, or else the one with a state folder, or else `cwd`. */
  folder: string
  /** Absolute. */
  tuixDir: string
  /** The selected profile. */
  profile: string | null
  /** Complete processes: paths are absolute, `defaults` and `envFile` are merged in. */
  processes: ParsedProcess[]
  /** Place of each declaration, by process name: `processes.json: processes[2]`. Processes declared in code have none. */
  origins: Record<string, string>
  /** Absolute paths of the env files of each process that has any, by process name. */
  envFiles: Record<string, string[]>
  /** Settings of the web listener; null if it is not wanted. */
  web: WebConfig | null
  /** Start the proxy of the user, too. */
  proxy: boolean
  /** Empty if there are none. */
  alerts: AlertConfig[]
  /** By name; paths are absolute. Empty if there are none. */
  targets: Record<string, TargetConfig>
  /** Settings for processes that do not set them. */
  defaults: ProcessDefaults
  /** What the user should know, a sentence each: differences in behaviour if the file is of another tool. */
  notes?: string[]
}

/**
 * Loads the config from `file`, or from the first of `tuix.config.*`, `processes.*` and `package.json` upwards of `cwd`
 * that declares processes. It is merged over the ones before it, each over the files that it extends, and the profile
 * over all. It is no error if there is no config. `file` may be of another tool, such as a Procfile (`import/`).
 *
 * @throws ProcessManagerError `config`, or `usage` for an unknown profile
 */
export async function loadConfig(options: LocateOptions): Promise<LoadedConfig> {
  const { cwd, blocks = [], environment = process.env } = options
  const context: LoadContext = { cwd, environment, files: new Set() }
  const { file, folder, bases } = await readFiles(options, context)
  const inCode = await Promise.all(
    blocks.map(({ path, block }) => basesOfBlock(block, { path, folder: cwd, variables: false }, context)),
  )
  const profile = selectedProfile(options, [...bases, ...inCode.flat()])
  const whole = (each: Base[]) => mergeLayers([...each, ...profilesOf(each, profile, environment)])
  const parts = [whole(bases), ...inCode.map(whole)]
  const drafts = parts.flatMap(draftsOf)
  rejectDuplicates(drafts)
  const envFiles: Record<string, string[]> = {}
  // Once each, although several processes may read the same file.
  const onFiles = new Set<string>()
  const onNote = (note: string) => onFiles.add(note)
  // Of env files that are read already: several processes may have the same.
  const known = new Map()
  const processes = drafts.map((draft) => {
    const read: string[] = []
    const onRead = (path: string) => read.push(path)
    const process = completeDraft(draft, { environment, onRead, onNote, envFiles: known })
    for (const path of read) context.files.add(path)
    if (read.length > 0) envFiles[process.name] = read
    return process
  })
  refuseInvalidReferences(processes, drafts)
  const notes = [...bases.flatMap((base) => base.notes ?? []), ...onFiles]
  return {
    file,
    files: [...context.files],
    folder,
    tuixDir: tuixDirOf(options, folder, parts),
    profile: profile ?? null,
    processes,
    origins: Object.fromEntries(drafts.map(originOf).filter((origin) => origin !== undefined)),
    envFiles,
    web: [...parts].reverse().find((part) => part.web !== undefined)?.web ?? null,
    proxy: [...parts].reverse().find((part) => part.proxy !== undefined)?.proxy ?? false,
    alerts: [...parts].reverse().find((part) => part.alerts !== undefined)?.alerts ?? [],
    targets: Object.assign({}, ...parts.map((part) => part.targets)),
    defaults: Object.assign({}, ...parts.map(({ managerDefaults: wide }) => wide).reverse()),
    ...(notes.length > 0 && { notes }),
  }
}

async function readFiles(options: LocateOptions, context: LoadContext) {
  const found = configsFor(options)
  const bases: Base[] = []
  for (const file of found.files) {
    const read = await basesOfFile(file, context, { named: options.file !== undefined })
    bases.push(...read)
    if (read.some(({ processes }) => processes)) return { file, folder: dirname(file), bases }
  }
  return { file: found.files[0] ?? null, folder: found.folder, bases }
}

type Part = Omit<Layer, 'source'>

/** The option of the user comes first, then code, then files. */
function tuixDirOf({ cwd, tuixDir }: LocateOptions, folder: string, [inFiles, ...inCode]: Part[]): string {
  if (tuixDir !== undefined) return resolve(cwd, tuixDir)
  const configured = [...inCode, inFiles].find((part) => part?.tuixDir !== undefined)?.tuixDir
  return configured ?? resolve(folder, DEFAULT_TUIX_DIR)
}

function draftsOf({ processes = new Map(), defaults }: Part): Draft[] {
  return [...processes.values()].map((draft) => mergeOver(draft, defaults))
}

/** A process must not be declared both by the app and in a file, since neither overrides the other. */
function rejectDuplicates(drafts: Draft[]): void {
  const seen = new Map<unknown, Draft>()
  for (const draft of drafts) {
    const name = draft.settings.get('name')?.value
    const other = seen.get(name)
    if (other) {
      const [, origin] = originOf(other) ?? []
      const where = origin === undefined ? 'twice by the app' : `both in ${origin} and by the app`
      throw new ProcessManagerError('config', `process ${name} is declared ${where}`)
    }
    seen.set(name, draft)
  }
}

/**
 * Name and place of a process. The place is that of its command, since other files may only change it. Undefined if
 * given in code.
 */
function originOf({ settings, from }: Draft): [name: string, origin: string] | undefined {
  const { file, path } = settings.get('command')?.from ?? from
  const name = String(settings.get('name')?.value)
  return file === undefined ? undefined : [name, path === '' ? file : `${file}: ${path}`]
}
