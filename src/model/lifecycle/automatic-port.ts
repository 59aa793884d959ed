import { fnv1a } from '../text/hash.ts'

/**
 * Below the ports that systems give to outgoing connections (32768 on Linux, 49152 elsewhere), above those of well-known
 * servers.
 */
const FIRST = 20_000
const COUNT = 10_000

/** The ports that are picked, both included. */
export const AUTOMATIC_PORTS = { first: FIRST, last: FIRST + COUNT - 1 }

/**
 * The port of a process with `port: 'auto'`. It is always the same for a project's folder and a name, or the next free one
 * if that is taken. Undefined if all are taken.
 */
export function automaticPort(project: string, name: string, taken: (port: number) => boolean): number | undefined {
  const start = hash(`${project}\0${name}`) % COUNT
  for (let step = 0; step < COUNT; step++) {
    const port = FIRST + ((start + step) % COUNT)
    if (!taken(port)) return port
  }
  return undefined
}

/** FNV-1a with its bits mixed once more, so that names that differ only in their last letter get ports far apart. */
function hash(text: string): number {
  let value = fnv1a(text)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  return (value ^ (value >>> 13)) >>> 0
}
