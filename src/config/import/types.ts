import type { ProcessConfig } from '../../model/config.ts'

/** Something of a foreign file that is not the same here, told to the user: it names the process and the key. */
export interface ImportNote {
  /** Absent: it is about the whole file. */
  process?: string
  /** As written there: `uid`, `shutdown.command`. */
  key: string
  /** What follows the key: 'is not carried over: …'. */
  text: string
}

export interface ImportedProcess {
  config: ProcessConfig
  /** Where in the file it was: `apps[2]`, `processes.web`, `line 3`. */
  path: string
  /** Variables that go over those of `config` when a profile is selected, by its name. */
  profiles?: Record<string, Record<string, string>>
  /** Variables of `config` whose values name others as `${NAME:-}`; every other text means what it says. */
  live?: string[]
}

export interface Imported {
  processes: ImportedProcess[]
  notes: ImportNote[]
}

/** What an importer asks of the machine. */
export interface ImportWorld {
  /** The file as messages call it. */
  file: string
  /** Absolute folder of the file, that relative paths count from. */
  folder: string
  /** `convert`: what is made of the file is written into another one, so that values of this machine should not be in it. */
  purpose: 'run' | 'convert'
  env: Record<string, string | undefined>
  /** Home folder. */
  home: string
  /** Processors. */
  cpus: number
  /** Of an absolute path: no such file, a file, or one that may be executed. */
  fileKind(path: string): 'missing' | 'plain' | 'executable'
  /** Whether `PATH` has this program. */
  hasProgram(name: string): boolean
  /** Text of a file by its absolute path; undefined: it cannot be read. */
  readText(path: string): string | undefined
}
