/** Below what systems give to outgoing connections (32768 on Linux, 49152 elsewhere), above what servers are known by. */
const FIRST = 20_000
const COUNT = 10_000

/**
 * The port of a process that leaves the choice to us: always the same for a project's folder and a name, the next one if
 * that is taken. Undefined: all are.
 */
export function automaticPort(project: string, name: string, taken: (port: number) => boolean): number | undefined {
  const start = hash(`${project}\0${name}`) % COUNT
  for (let step = 0; step < COUNT; step++) {
    const port = FIRST + ((start + step) % COUNT)
    if (!taken(port)) return port
  }
  return undefined
}

/** FNV-1a, its bits mixed once more: names that differ in their last letter are not to be neighbours. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  return (value ^ (value >>> 13)) >>> 0
}
