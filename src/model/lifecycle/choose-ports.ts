import { mainPortName, type PortWish, portWishes } from '../config/ports.ts'
import { automaticPort } from './automatic-port.ts'
import type { ManagedProcess } from './process.ts'
import type { Ports } from './references.ts'

/** What is known of ports when those of a run are chosen. */
export interface PortUse {
  /** Hash of the project's folder. */
  project: string
  /** Somebody listens there. */
  isTaken(port: number): boolean
  /** Another process of this supervisor has it, or is about to get it. */
  isGiven(port: number): boolean
  /** Another process of this supervisor had it, and will want it again. */
  isKept(port: number): boolean
}

type Choosing = Pick<ManagedProcess, 'config' | 'port' | 'ports' | 'restarts'>

/** The ports of the next run: those of its config, and for the others free ones. Undefined if none is free. */
export function choosePorts(process: Choosing, use: PortUse): Ports | undefined {
  const { config } = process
  const wishes = portWishes(config)
  const chosen = new Map<string, number>(
    wishes.flatMap(([name, wish]) => (typeof wish === 'number' ? [[name, wish]] : [])),
  )
  for (const [name, wish] of wishes) {
    if (typeof wish === 'number') continue
    const port = choose(process, name, wish, {
      ...use,
      isGiven: (one) => use.isGiven(one) || [...chosen.values()].includes(one),
    })
    if (port === undefined) return undefined
    chosen.set(name, port)
  }
  const main = chosen.get(mainPortName(config.ports) ?? '') ?? null
  return config.ports ? { port: main, ports: Object.fromEntries(chosen) } : { port: main }
}

function choose(process: Choosing, name: string, wish: Exclude<PortWish, number>, use: PortUse): number | undefined {
  const { config, restarts } = process
  const isMain = name === '' || name === mainPortName(config.ports)
  const last = (name === '' ? process.port : (process.ports?.[name] ?? (isMain ? process.port : null))) ?? undefined
  const isFree = (port: number) => !use.isTaken(port) && !use.isGiven(port)
  if (wish === 'auto') {
    if (last !== undefined) return last
  } else {
    // A restart that nobody asked for keeps the port that others were told.
    if (restarts > 0 && last !== undefined) return last
    if (isFree(wish.prefer)) return wish.prefer
    if (last !== undefined && last !== wish.prefer && isFree(last)) return last
  }
  const key = isMain ? config.name : `${config.name}:${name}`
  return automaticPort(use.project, key, (port) => !isFree(port) || use.isKept(port))
}
