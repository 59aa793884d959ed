import type { ProcessConfig, ResolvedProcess } from '../../model/config/config.ts'
import type { ParsedDeploy } from '../../model/config/deploy.ts'
import type { Notes } from '../import/notes.ts'

export const EXPORT_FORMATS = ['systemd', 'compose', 'swarm', 'kubernetes', 'nomad'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** A process as its config declares it, for every exporter. */
export interface Declaration {
  /** All defaults applied; the variables of env files are in `env`. Not expanded into instances. */
  config: ResolvedProcess
  /** The settings that were written, so that a note is about nothing that the user never asked for. */
  written: Partial<Record<keyof ProcessConfig, unknown>>
  deploy?: ParsedDeploy
  envFiles: EnvFileUse[]
}

/** An env file of a process. */
export interface EnvFileUse {
  /** Absolute. */
  path: string
  variables: Record<string, string>
  /** Whether every program reads it in the same way: no quotes, `$`, `export` or comment after a value. */
  isPlain: boolean
}

/** What exporters need to know about the project and this machine. */
export interface ExportContext {
  /** Short name of the project: small letters, digits and `-`. */
  project: string
  /** Absolute folder in which the files will be, from which relative paths in them begin. */
  target: string
  /** Name of the user whom services run as; null for root. */
  user: string | null
  /** Image of processes that name none in `deploy`. */
  image?: string
  /** Absolute path of a program in `PATH`; undefined if it is not there. */
  findProgram(name: string): string | undefined
  notes: Notes
}

/** One file of an export, without its heading. */
export interface ExportPart {
  /** File name. */
  name: string
  body: string
  /** The process that it is about. Absent: the whole project. */
  process?: string
}

/** Writes a value as YAML. Keys whose values are undefined are left out. */
export type ToYaml = (value: unknown) => string

/** Text of which some parts are secrets, given as the variables that hold them. */
export type SecretText = readonly (string | { variable: string })[]

/** A process with everything decided that formats have in common. */
export interface ExportedProcess extends Declaration {
  name: string
  /** `schedule`: starts at times of the day. `job`: does its work and ends. `service`: is to be up. */
  kind: 'service' | 'job' | 'schedule'
  program: string
  args: SecretText[]
  /** Variables whose values may stand in a file. */
  env: Record<string, string>
  /** Variables whose values are secret, in order of appearance. */
  secrets: string[]
  /** Env files that supply the other variables, absolute. */
  files: string[]
  /** Whether others wait for it. */
  isAwaited: boolean
  /** Whether others wait for its end. */
  isEndAwaited: boolean
}
