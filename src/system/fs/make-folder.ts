import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Creates a folder and those that it lies in, unless they exist. Not by the option `recursive`, with which Node tries for ever
 * where nothing can be created, as below `/proc`.
 */
export function makeFolder(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { mode })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' && dirname(folder) !== folder) {
      makeFolder(dirname(folder), mode)
      makeLast(folder, mode)
    } else if (code === 'EEXIST') refuseFile(folder)
    else throw error
  }
}

function makeLast(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { mode })
  } catch (error) {
    // Somebody else was first.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    refuseFile(folder)
  }
}

function refuseFile(folder: string): void {
  if (!statSync(folder).isDirectory()) throw new Error(`${folder} is a file, not a folder`)
}
