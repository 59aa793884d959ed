import { execFile } from 'node:child_process'
import { accessSync, chmodSync, constants, existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, it } from 'vitest'
import type { Project } from '../helpers/project.ts'

/** Where Debian keeps PostgreSQL's own programs, a folder for each version. */
const POSTGRES = '/usr/lib/postgresql'

/** Absolute path of a program of this machine, which need not be on the PATH. */
function find(program: string): string | undefined {
  const versions = existsSync(POSTGRES) ? readdirSync(POSTGRES).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...versions.map((version) => join(POSTGRES, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/sbin',
  ]
  return folders.map((folder) => join(folder, program)).find(isExecutable)
}

/** Declares tests that need programs of the system; where one of these is missing, or for another `reason`, a skipped test says so. */
export function describeWith(
  programs: string[],
  name: string,
  declare: () => void,
  reason: string | null = null,
): void {
  const missing = programs.filter((program) => find(program) === undefined)
  const why = missing.length > 0 ? `${missing.join(', ')} not found` : reason
  if (why === null) {
    describe(name, declare)
    return
  }
  const skipped = `skipped: ${why}`
  console.warn(`${name}: ${skipped}`)
  describe(name, () => it.skip(skipped, () => {}))
}

/** Path of a program that `describeWith` has found. */
export function program(name: string): string {
  const found = find(name)
  if (found === undefined) throw new Error(`${name} not found`)
  return found
}

/** Runs a command to its end; resolves with its stdout, rejects with its stderr. */
export async function execute(folder: string, [file = '', ...args]: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(file, args, { cwd: folder, timeout: 30_000 })
  return stdout.trim()
}

/** Makes a name mean this command line in the project's `bin`, which is to come first on the PATH. */
export function standIn(project: Project, name: string, command: string[]): void {
  const words = command.map((word) => (word === '$@' ? '"$@"' : `'${word}'`))
  chmodSync(project.write(`bin/${name}`, `#!/bin/sh\nexec ${words.join(' ')}\n`), 0o755)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
