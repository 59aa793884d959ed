import { noteLines } from '../../../src/config/import/notes.ts'
import type { ImportContext, Imported } from '../../../src/config/import/types.ts'
import { Placeholders } from '../../../src/config/placeholders.ts'
import { resolveProcess } from '../../../src/config/process.ts'
import type { ProcessConfig } from '../../../src/model/config/config.ts'

export interface ContextFacts extends Partial<ImportContext> {
  /** Files by their paths relative to `/app`: their text, `true` for a program. */
  files?: Record<string, string | true>
  programs?: string[]
}

/** A machine with four processors, and the file in `/app`. */
export function context({ files = {}, programs = ['bash', 'python'], ...facts }: ContextFacts = {}): ImportContext {
  const fileAt = (path: string) => files[path.replace(/^\/app\//, '')]
  return {
    file: 'source',
    folder: '/app',
    purpose: 'run',
    env: {},
    placeholders: new Placeholders(),
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

/** The imported configs, which must be valid, and the lines of the notes. */
export function converted({ processes, notes }: Imported): { configs: ProcessConfig[]; notes: string[] } {
  const configs = processes.map(({ config }) => config)
  for (const config of configs) resolveProcess(config, { path: 'process', cwd: '/app' })
  return { configs, notes: noteLines(notes) }
}
