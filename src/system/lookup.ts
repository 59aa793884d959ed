import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

/** Where a program was found, or where it was looked for. */
export type Lookup = { found: string } | { found: undefined; searched: string[] }

/** Finds a program the way execvp(3) does: as a path when it has a slash, else along `PATH`. Windows adds its endings. */
export function findProgram(program: string, cwd: string, path: string | undefined): Lookup {
  const endings = process.platform === 'win32' ? ['', '.exe', '.cmd', '.bat', '.com'] : ['']
  const named = program.includes('/') || (process.platform === 'win32' && program.includes('\\'))
  const folders = named ? [''] : (path ?? '').split(delimiter).map((folder) => folder || '.')
  for (const folder of folders) {
    const base = named ? program : join(folder, program)
    for (const ending of endings) {
      const file = isAbsolute(base) ? base + ending : join(cwd, base + ending)
      if (isExecutable(file)) return { found: file }
    }
  }
  return { found: undefined, searched: named ? [isAbsolute(program) ? program : join(cwd, program)] : folders }
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
