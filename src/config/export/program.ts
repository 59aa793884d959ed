import { isAbsolute, resolve } from 'node:path'
import type { ExportContext, ExportedProcess } from './types.ts'

/** The absolute path of the program of a process on this machine, with a note if it cannot be found. */
export function programOf({ name, program, config }: ExportedProcess, { findProgram, notes }: ExportContext): string {
  if (isAbsolute(program)) return program
  if (program.includes('/')) return resolve(config.cwd, program)
  const found = findProgram(program)
  if (found === undefined) notes.add(name, 'command', `is written as it is, since \`${program}\` was not found in PATH`)
  return found ?? program
}
