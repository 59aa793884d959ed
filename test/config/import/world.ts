import { noteLines } from '../../../src/config/import/notes.ts'
import type { Imported, ImportWorld } from '../../../src/config/import/types.ts'
import { resolveProcess } from '../../../src/config/process.ts'
import type { ProcessConfig } from '../../../src/model/config.ts'

export interface WorldFacts extends Partial<ImportWorld> {
  /** Files by their paths relative to `/app`: their text, `true` for a program. */
  files?: Record<string, string | true>
  programs?: string[]
}

/** A machine with four processors where the file lies in `/app`. */
export function world({ files = {}, programs = ['bash', 'python'], ...facts }: WorldFacts = {}): ImportWorld {
  const fileAt = (path: string) => files[path.replace(/^\/app\//, '')]
  return {
    file: 'source',
    folder: '/app',
    purpose: 'run',
    env: {},
    home: '/home/me',
    cpus: 4,
    fileKind(path) {
      const file = fileAt(path)
      return file === undefined ? 'missing' : file === true ? 'executable' : 'plain'
    },
    hasProgram: (name) => programs.includes(name),
    readText(path) {
      const file = fileAt(path)
      return typeof file === 'string' ? file : undefined
    },
    ...facts,
  }
}

/** What was imported, as far as it is validated too, and what was told. */
export function told({ processes, notes }: Imported): { configs: ProcessConfig[]; notes: string[] } {
  const configs = processes.map(({ config }) => config)
  for (const config of configs) resolveProcess(config, { path: 'process', cwd: '/app' })
  return { configs, notes: noteLines(notes) }
}
