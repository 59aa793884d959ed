import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bunExecutable } from './bun.mjs'

export type Runtime = 'node' | 'bun'

export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** The runtime that these tests run on. */
export const runtimeUnderTest: Runtime = process.versions.bun ? 'bun' : 'node'

/** Absolute path of a runtime's executable, whichever of the two runs the tests. */
export function executable(runtime: Runtime = runtimeUnderTest): string {
  if (runtime === runtimeUnderTest) return process.execPath
  return runtime === 'bun' ? bunExecutable() : nodeExecutable()
}

/** A PATH on which both `node` and `bun` are found. */
export function pathWithRuntimes(): string {
  return [dirname(bunExecutable()), dirname(executable('node')), process.env.PATH ?? ''].join(delimiter)
}

function nodeExecutable(): string {
  // `bun run` puts a folder with a `node` that is Bun in front of the PATH.
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('bun-node'))
  const found = folders.map((folder) => join(folder, 'node')).find(existsSync)
  if (!found) throw new Error('node is not on the PATH')
  return found
}
