import { dirname, resolve } from 'node:path'
import { ProcessManagerError } from '../model/errors.ts'
import { basesOfBlock, basesOfFile, type Reading } from './bases.ts'
import { completeDraft } from './complete.ts'
import { type Draft, over } from './draft.ts'
import { DEFAULT_TUIX_DIR } from './find.ts'
import { type Base, type Layer, stack } from './layer.ts'
import { configsFor, type LocateOptions } from './locate.ts'
import { profilesOf, selectedProfile } from './profile.ts'
import type { ParsedProcess, ProcessDefaults } from './resolve/index.ts'

export interface LoadedConfig {
  /** Absolute; `null`: there is none. Where there are several, the one that declares the processes. */
  file: string | null
  /** Absolute paths of all files that were read: configs, what they extend, and files of variables. */
  files: string[]
  /** Folder of `file`; else the one with a state folder; else `cwd`. */
  folder: string
  /** Absolute. */
  tuixDir: string
  /** The profile that was selected. */
  profile: string | null
  /** Complete: `cwd`, `logFile` and `errorFile` are absolute, `defaults` and `envFile` are in it. */
  processes: ParsedProcess[]
  /** Where each process was declared, by name: `processes.json: processes[2]`. None for what was declared in code. */
  origins: Record<string, string>
  /** For processes that do not say. */
  defaults: ProcessDefaults
  /** Of another tool's file: what is not the same here, a sentence each. */
  notes?: string[]
}

/**
 * Loads `file`, or what is found from `cwd` upwards: the first of `tuix.config.*`, `processes.*` and `package.json` that
 * declares processes, over what those before it say; each over what it extends; and over all that the profile. No config is
 * no error. `file` may be another tool's, such as a Procfile: `import/`. Throws a `config` error, one sentence; for a profile that there is not, `usage`.
 */
export async function loadConfig(options: LocateOptions): Promise<LoadedConfig> {
  const { cwd, blocks = [], environment = process.env } = options
  const reading: Reading = { cwd, environment, files: new Set() }
  const { file, folder, bases } = await readFiles(options, reading)
  const inCode = await Promise.all(
    blocks.map(({ path, block }) => basesOfBlock(block, { path, folder: cwd, variables: false }, reading)),
  )
  const profile = selectedProfile(options, [...bases, ...inCode.flat()])
  const whole = (each: Base[]) => stack([...each, ...profilesOf(each, profile, environment)])
  const parts = [whole(bases), ...inCode.map(whole)]
  const drafts = parts.flatMap(draftsOf)
  refuseDoubles(drafts)
  const onRead = (path: string) => reading.files.add(path)
  const processes = drafts.map((draft) => completeDraft(draft, { environment, onRead }))
  const notes = bases.flatMap((base) => base.notes ?? [])
  return {
    file,
    files: [...reading.files],
    folder,
    tuixDir: tuixDirOf(options, folder, parts),
    profile: profile ?? null,
    processes,
    origins: Object.fromEntries(drafts.map(originOf).filter((origin) => origin !== undefined)),
    defaults: Object.assign({}, ...parts.map(({ wide }) => wide).reverse()),
    ...(notes.length > 0 && { notes }),
  }
}

async function readFiles(options: LocateOptions, reading: Reading) {
  const found = configsFor(options)
  const bases: Base[] = []
  for (const file of found.files) {
    const read = await basesOfFile(file, reading, { named: options.file !== undefined })
    bases.push(...read)
    if (read.some(({ processes }) => processes)) return { file, folder: dirname(file), bases }
  }
  return { file: found.files[0] ?? null, folder: found.folder, bases }
}

type Part = Omit<Layer, 'source'>

/** What the user says, then what code says, then what files say. */
function tuixDirOf({ cwd, tuixDir }: LocateOptions, folder: string, [inFiles, ...inCode]: Part[]): string {
  if (tuixDir !== undefined) return resolve(cwd, tuixDir)
  const said = [...inCode, inFiles].find((part) => part?.tuixDir !== undefined)?.tuixDir
  return said ?? resolve(folder, DEFAULT_TUIX_DIR)
}

function draftsOf({ processes = new Map(), defaults }: Part): Draft[] {
  return [...processes.values()].map((draft) => over(draft, defaults))
}

/** One process is declared in one part: there is no rule by which the app or the file would win. */
function refuseDoubles(drafts: Draft[]): void {
  const seen = new Map<unknown, Draft>()
  for (const draft of drafts) {
    const name = draft.settings.get('name')?.value
    const other = seen.get(name)
    if (other) {
      const [, origin] = originOf(other) ?? []
      const where = origin === undefined ? 'twice by the app' : `in ${origin} and by the app`
      throw new ProcessManagerError('config', `process ${name} is declared ${where}`)
    }
    seen.set(name, draft)
  }
}

/** Name and place: where its command was written, since other files may only change it. Undefined: it was given in code. */
function originOf({ settings, from }: Draft): [name: string, origin: string] | undefined {
  const { file, path } = settings.get('command')?.from ?? from
  const name = String(settings.get('name')?.value)
  return file === undefined ? undefined : [name, path === '' ? file : `${file}: ${path}`]
}
