import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CHILD = fileURLToPath(new URL('../children/flood.mjs', import.meta.url))
/** Bytes of a write that is as large as writes of a pipe's reader or a buffered stream get. */
export const BLOCK = 65_536
/** MB: no rotation in a measure of this size. */
export const NO_ROTATION = 1_000_000

/**
 * A process that floods its log when `release` is called: Node on all sides, since it is the manager that is measured.
 * `folder` must outlive it.
 */
export function flood(name, { folder, bell, lines, length, block }, settings = {}) {
  const go = join(folder, `go-${name}`)
  const args = [CHILD, bell.path, go, String(lines), String(length), String(block)]
  return {
    name,
    command: process.execPath,
    args,
    maxLogSize: NO_ROTATION,
    ...settings,
    go,
  }
}

/** What `processes.json` may have of it. */
export function declarationOf({ go: _, ...process }) {
  return process
}

/** Lets it begin; resolves with the ms that the writing took. */
export async function release({ go }, bell) {
  writeFileSync(go, '')
  return Number(await bell.next())
}
