import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { MARKER, parseMarker } from '../../src/model/tree/members.ts'
import { nameOf } from '../../src/model/tree/rebuild.ts'
import { placeHash } from '../../src/system/fs/place-hash.ts'
import { livingPids, read } from '../helpers/processes.ts'
import { declaredName } from './processes.ts'

/** A living process that belongs to a managed one, by its environment. */
export interface Carrier {
  pid: number
  /** Of the managed process. */
  name: string
  run: number
  /** It leads its session, as the process itself does; a descendant may do so, too. */
  leads: boolean
  environment: string[]
}

const ENTRY = `${MARKER}=`

/** All that lives of a folder's processes, health checks and hooks left out. */
export function carriersIn(tuixDir: string): Carrier[] {
  const folder = placeHash(tuixDir)
  return livingPids().flatMap((pid) => carrier(pid, folder) ?? [])
}

/** SIGKILL for the leader of a process, or for another member of its tree. */
export function killMember(tuixDir: string, name: string, member: number): void {
  const tree = carriersIn(tuixDir)
    .filter((carrier) => declaredName(carrier.name) === name)
    .sort((a, b) => Number(b.leads) - Number(a.leads) || a.pid - b.pid)
  const victim = tree[member % Math.max(1, tree.length)]
  if (victim) send(victim.pid, 'SIGKILL')
}

/** Whether it is alive still; false also when its pid has become another's. */
export function lives({ pid, environment }: Carrier): boolean {
  const state = field(pid, 0)
  return (
    state !== '' &&
    state !== 'Z' &&
    state !== 'X' &&
    read(`/proc/${pid}/environ`).split('\0').includes(entryOf(environment))
  )
}

function carrier(pid: number, folder: string): Carrier | undefined {
  const text = read(`/proc/${pid}/environ`)
  if (!text.includes(ENTRY)) return undefined
  const environment = text.split('\0')
  const marker = parseMarker(entryOf(environment).slice(ENTRY.length))
  if (!marker?.id.startsWith(`${folder}:`)) return undefined
  return { pid, name: nameOf(marker.id), run: marker.run, leads: field(pid, 3) === String(pid), environment }
}

function entryOf(environment: string[]): string {
  return environment.find((entry) => entry.startsWith(ENTRY)) ?? ENTRY
}

/** Seconds since a process began, whatever the time of day is set to. */
export function ageOf(pid: number): number {
  return uptime() - Number(field(pid, 19)) / 100
}

/** A field of `/proc/PID/stat` after the command's name: 0 state, 1 parent, 2 group, 3 session, 19 start in ticks after boot. */
function field(pid: number, index: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[index] ?? ''
  } catch {
    return ''
  }
}

export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended meanwhile.
  }
}
