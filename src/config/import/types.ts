import type { ProcessConfig } from '../../model/config/config.ts'
import type { Placeholders } from '../placeholders.ts'

/** A difference from the other tool's behaviour, for the user. */
export interface ImportNote {
  /** Absent if the note is about the whole file. */
  process?: string
  /** Key as written in the file: `uid`, `shutdown.command`. */
  key: string
  /** Predicate of the sentence: 'is not carried over: …'. */
  text: string
}

export interface ImportedProcess {
  config: ProcessConfig
  /** Place in the file: `apps[2]`, `processes.web`, `line 3`. */
  path: string
  /** Variables of each profile, which override those of `config`. */
  profiles?: Record<string, Record<string, string>>
}

export interface Imported {
  processes: ImportedProcess[]
  notes: ImportNote[]
}

/** What an importer needs to know about the file and the machine. */
export interface ImportContext {
  /** Name of the file in messages. */
  file: string
  /** Absolute folder of the file, which relative paths are relative to. */
  folder: string
  /** `convert` means that the result is written into another file, which should not contain values of this machine. */
  purpose: 'run' | 'convert'
  env: Record<string, string | undefined>
  /** With `convert`, texts have stand-ins for variables, which the new file will contain by name. */
  placeholders: Placeholders
  /** Home folder. */
  home: string
  /** Number of processors. */
  cpus: number
  /** What is at the absolute path: for a file, whether it is executable. */
  fileKind(path: string): 'missing' | 'folder' | 'plain' | 'executable'
  /** Whether this program is in `PATH`. */
  hasProgram(name: string): boolean
  /** Text of a file by its absolute path; undefined if it cannot be read. */
  readText(path: string): string | undefined
}
