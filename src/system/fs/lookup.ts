import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

/**
 * The program found, or the folders and paths that were searched, with the first file of that name that is not executable.
 */
export type Lookup = { found: string } | { found: undefined; searched: string[]; blocked?: string }

/** Finds a program as execvp(3) does: as a path if it has a slash, otherwise along `PATH`. */
export function findProgram(program: string, cwd: string, path: string | undefined): Lookup {
  const named = program.includes('/')
  const folders = named ? [''] : (path ?? '').split(delimiter).map((folder) => folder || '.')
  let blocked: string | undefined
  for (const folder of folders) {
    const base = named ? program : join(folder, program)
    const file = isAbsolute(base) ? base : join(cwd, base)
    if (isExecutable(file)) return { found: file }
    if (blocked === undefined && isFile(file)) blocked = file
  }
  return {
    found: undefined,
    searched: named ? [isAbsolute(program) ? program : join(cwd, program)] : folders,
    ...(blocked !== undefined && { blocked }),
  }
}

export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

/** Whether a folder may be the working directory of a process of this user. */
export function mayEnter(folder: string): boolean {
  try {
    accessSync(folder, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Whether there is a file, as far as it may be looked at. */
export function isFile(file: string): boolean {
  try {
    return statSync(file).isFile()
  } catch {
    return false
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
