import { readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { listeners } from '../system/net/ports.ts'
import { partsOf, portsFolder } from './place.ts'

/*
 * A port that is free may be taken before the process that got it listens. So stacks reserve theirs: by a link with the number as its
 * name, which exactly one of them can make.
 */

/** Below the automatic ports of projects, and below those that systems give to outgoing connections. */
const FIRST = 10_000
const COUNT = 10_000

/** A port that is free, and that no other stack of this user gets. Undefined if all are taken. */
export function reservePort(stack: string, isTaken: (port: number) => boolean = isOpen): number | undefined {
  const { stacks, id } = partsOf(stack)
  const start = Math.floor(Math.random() * COUNT)
  for (let step = 0; step < COUNT; step++) {
    const port = FIRST + ((start + step) % COUNT)
    if (isTaken(port)) continue
    try {
      symlinkSync(id, join(portsFolder(stacks), String(port)))
      return port
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  return undefined
}

function isOpen(port: number): boolean {
  return stillOpen([port]).length > 0
}

/** The ports that a stack has reserved. */
export function portsOf(stack: string): number[] {
  const { stacks, id } = partsOf(stack)
  const folder = portsFolder(stacks)
  return readdirSync(folder).flatMap((name) => (ownerOf(join(folder, name)) === id ? [Number(name)] : []))
}

/** Others may have them from now on. */
export function releasePorts(stack: string, ports: number[]): void {
  const folder = portsFolder(partsOf(stack).stacks)
  for (const port of ports) rmSync(join(folder, String(port)), { force: true })
}

/** Those of these ports on which something listens. */
export function stillOpen(ports: number[]): number[] {
  const open = new Set(listeners().map(({ port }) => port))
  return ports.filter((port) => open.has(port))
}

function ownerOf(link: string): string | undefined {
  try {
    return readlinkSync(link)
  } catch {
    // Released meanwhile.
    return undefined
  }
}
