import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { MARKER, parseMarker } from '../../src/model/members.ts'
import { nameOf } from '../../src/model/recover.ts'
import { livingPids, read } from '../helpers/processes.ts'

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
  const folder = createHash('sha256').update(tuixDir).digest('hex').slice(0, 8)
  return livingPids().flatMap((pid) => carrier(pid, folder) ?? [])
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

/** A field of `/proc/PID/stat` after the command's name: 0 state, 1 parent, 2 group, 3 session. */
function field(pid: number, index: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[index] ?? ''
  } catch {
    return ''
  }
}
