import { existsSync } from 'node:fs'
import { basename, isAbsolute } from 'node:path'
import { ProcessManager, ProcessManagerError } from '../../src/index.ts'
import {
  configsFor,
  importableIn,
  type LoadedConfig,
  type LocateOptions,
  loadConfig,
  locateTuixDir,
  reasonOf,
  usualTuixDir,
} from '../../src/internal.ts'
import type { CommandContext, Flags } from './command.ts'
import { knownTargets, targetsOf } from './targets.ts'
import { usageError } from './usage.ts'

export type Invocation = Pick<CommandContext, 'environment' | 'flags' | 'warn'>

/** A manager that knows every declared process, and the config that declares them. */
export interface Declared {
  manager: ProcessManager
  declared: LoadedConfig
}

/** Opens a manager for a command that only queries or stops processes, and closes it afterwards. */
export async function withManager<Result>(
  invocation: Invocation,
  work: (manager: ProcessManager) => Promise<Result>,
): Promise<Result> {
  const manager = await openManager(invocation)
  try {
    return await work(manager)
  } finally {
    await manager.close()
  }
}

/** The same for a command that then orders something, which takes a supervisor that answers. A dry run does without. */
export async function withManagerForOrder<Result>(
  invocation: Invocation,
  work: (manager: ProcessManager) => Promise<Result>,
): Promise<Result> {
  return await withManager(invocation, (manager) => {
    if (!invocation.flags.dryRun) manager.requireAnswers()
    return work(manager)
  })
}

/** The same with the config. */
export async function withDeclaredForOrder<Result>(
  invocation: Invocation,
  work: (opened: Declared) => Promise<Result>,
): Promise<Result> {
  return await withDeclared(invocation, (opened) => {
    if (!invocation.flags.dryRun) opened.manager.requireAnswers()
    return work(opened)
  })
}

/** Loads the config, opens a manager that knows its processes, and closes the manager afterwards. */
export async function withDeclared<Result>(
  invocation: Invocation,
  work: (opened: Declared) => Promise<Result>,
): Promise<Result> {
  const opened = await openDeclared(invocation)
  try {
    return await work(opened)
  } finally {
    await opened.manager.close()
  }
}

/**
 * Opens a manager for a command that only queries or stops processes. The config is not read if the supervisor's folder is
 * known without it, which keeps `list` fast.
 */
export async function openManager(invocation: Invocation): Promise<ProcessManager> {
  if (invocation.flags.everywhere) return openEverywhere(invocation)
  if (placeOf(invocation).targets) return (await openDeclared(invocation)).manager
  const tuixDir = locate(invocation) ?? (await folderFromConfig(invocation))
  return new ProcessManager({ tuixDir, ...daemonOptions(invocation) }, folderOf(invocation))
}

/** Of all projects of this user. None of their configs is read. */
function openEverywhere(invocation: Invocation): ProcessManager {
  const given = (['config', 'profile', 'target', 'tuixDir'] as const).find(
    (flag) => invocation.flags[flag] !== undefined,
  )
  if (given !== undefined)
    throw usageError(`--everywhere is about all projects: leave out --${given === 'tuixDir' ? 'tuix-dir' : given}`)
  return new ProcessManager({ everywhere: true, ...daemonOptions(invocation) }, '/')
}

/** Loads the config and opens a manager that knows every declared process. */
export async function openDeclared(invocation: Invocation): Promise<Declared> {
  const declared = await loadDeclarations(invocation)
  const { tuixDir, folder, processes, origins, defaults, web, proxy, alerts, file } = declared
  const place = placeOf(invocation)
  warnOfNotes(invocation, declared)
  const options = {
    ...defaults,
    tuixDir,
    processes,
    origins,
    web: web ?? false,
    proxy,
    alerts,
    ...(place.targets && { target: place.targets, targets: await knownTargets(declared, place.folder) }),
    source: file ?? folderOf(invocation),
    ...daemonOptions(invocation),
  }
  return { manager: new ProcessManager(options, folder), declared }
}

/** Warns of what the config has that works differently, or not at all. */
export function warnOfNotes(invocation: Invocation, { file, notes = [] }: LoadedConfig): void {
  for (const note of notes) invocation.warn(`${file && basename(file)}: ${note}`)
}

/** Loads everything that the config file and the host declare. Throws a `config` error of one sentence. */
export async function loadDeclarations(invocation: Invocation): Promise<LoadedConfig> {
  return await loadConfig(sourcesOf(invocation))
}

/** Why there are no processes: `no config file found in /app; write one with: tuix-ps init`. */
export async function noProcessesText(
  { environment: { program } }: Invocation,
  { file, folder }: LoadedConfig,
): Promise<string> {
  if (file !== null) return `${file} declares no processes`
  const other = await importableIn(folder)
  const none = `no config file found in ${folder}`
  if (other === undefined) return `${none}; write one with: ${program} init`
  return `${none}, but ${other}: use it with --config ${other}, or make a config of it with: ${program} init`
}

/** What to do if no process has been started yet. */
export async function nothingYetText(invocation: Invocation): Promise<string> {
  if (invocation.flags.everywhere) return 'no process of this user was started yet, in any project'
  const declared = await loadDeclarations(invocation).catch((error: unknown) => reasonOf(error))
  if (typeof declared === 'string') return `no processes yet, and the config cannot be read: ${declared}`
  if (declared.processes.length === 0) {
    warnOfNotes(invocation, declared)
    return `no processes yet: ${await noProcessesText(invocation, declared)}`
  }
  const { config } = invocation.flags
  const named = config === undefined ? '' : ` --config ${config}`
  return `no processes yet; start those in the config with: ${invocation.environment.program} start --all${named}`
}

/** Finds the supervisor's folder without loading the config. Undefined: the config has to be loaded. */
function locate(invocation: Invocation): string | undefined {
  // Only the config knows whether the profile exists.
  const isNamed = invocation.flags.profile !== undefined || Boolean(invocation.environment.env.TUIX_PROFILE)
  return isNamed ? undefined : locateTuixDir(searched(invocation))
}

/** Reads the folder from the config. With a broken config it falls back to an existing `.tuix`, so that processes can still be stopped. */
async function folderFromConfig(invocation: Invocation): Promise<string> {
  try {
    return (await loadDeclarations(invocation)).tuixDir
  } catch (error) {
    const usual = usualTuixDir(sourcesOf(invocation))
    // With an unknown profile the fallback could be the wrong folder.
    const isWrongProfile = error instanceof ProcessManagerError && error.code === 'usage'
    if (isWrongProfile || !existsSync(usual) || !(error instanceof Error)) throw error
    invocation.warn(`${error.message}; using the state in ${usual}`)
    return usual
  }
}

/** The folder with what `target` has saved: the usual one, whatever the config says, since that may be slow to read. */
export function targetsFolder(invocation: Invocation): string {
  return invocation.flags.tuixDir ?? usualTuixDir(searched(invocation))
}

/** Where a command acts, by its flags. It asks for each outcome that it reports, and each look searches folders upwards. */
const places = new WeakMap<Flags, Place>()

interface Place {
  /** With what `target` has saved. */
  folder: string
  /** Names of targets. Absent: this machine. */
  targets: string[] | undefined
}

function placeOf(invocation: Invocation): Place {
  const known = places.get(invocation.flags)
  if (known) return known
  if (invocation.flags.everywhere) return { folder: '/', targets: undefined }
  const folder = targetsFolder(invocation)
  const place = { folder, targets: targetsOf(invocation, folder) }
  places.set(invocation.flags, place)
  return place
}

/** The target that a command is for, if it is for one alone. With several, names of processes have it. */
export function singleTarget(invocation: Invocation): string | undefined {
  const { targets } = placeOf(invocation)
  return targets?.length === 1 ? targets[0] : undefined
}

/** The sources with what a search for configs finds, which looks into every folder upwards and is made once for a command. */
const searches = new WeakMap<Flags, LocateOptions>()

function searched(invocation: Invocation): LocateOptions {
  const known = searches.get(invocation.flags)
  if (known) return known
  const sources = sourcesOf(invocation)
  const options = sources.tuixDir === undefined ? { ...sources, found: configsFor(sources) } : sources
  searches.set(invocation.flags, options)
  return options
}

/** The targets that a command is for. Undefined: this machine. */
export function targetNames(invocation: Invocation): string[] | undefined {
  return placeOf(invocation).targets
}

/** Where declarations come from: the user's flags, else the host, else the current folder. */
function sourcesOf(invocation: Invocation): LocateOptions {
  const { environment, flags } = invocation
  const { env, defaults } = environment
  const file = flags.config ?? defaults.configFile
  return {
    cwd: folderOf(invocation),
    environment: env,
    blocks: flags.config === undefined ? (defaults.blocks ?? []) : [],
    ...(file !== undefined && { file }),
    ...(flags.tuixDir !== undefined && { tuixDir: flags.tuixDir }),
    ...(flags.profile !== undefined && { profile: flags.profile }),
  }
}

/** The folder in which relative paths begin. If it was deleted, a command with an absolute path works without it. */
function folderOf({ environment, flags }: Invocation): string {
  try {
    return environment.cwd
  } catch (error) {
    const given = [flags.tuixDir, flags.config ?? environment.defaults.configFile]
    if (given.some((path) => path !== undefined && isAbsolute(path))) return '/'
    throw error
  }
}

/** A command never supervises in its own process, because that ends with the command. */
function daemonOptions({ environment: { defaults }, warn }: Invocation) {
  const { supervisorCommand } = defaults
  return { supervisor: 'daemon', onWarning: warn, ...(supervisorCommand && { supervisorCommand }) } as const
}
