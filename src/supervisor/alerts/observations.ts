import { readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import type { ProcessEvent } from '../../model/lifecycle/events.ts'

/* What alerts need to know besides events. */

/** Share and bytes of a disk that count as nearly full, and as having room again. */
const LOW = { share: 0.05, bytes: 500e6 }
const ROOM = { share: 0.06, bytes: 600e6 }

/** How full a disk is, if that is too full; null if there is room; undefined in between, or if it is unknown. */
export async function lookAtDisk(folder: string, look = statfs): Promise<string | null | undefined> {
  const found = await look(folder).catch(() => null)
  if (!found || found.blocks === 0) return undefined
  const bytes = found.bavail * found.bsize
  const share = found.bavail / found.blocks
  if (bytes < LOW.bytes || share < LOW.share)
    return `${Math.floor(bytes / 1e6)} MB (${(share * 100).toFixed(1)} %) are free`
  return bytes > ROOM.bytes && share > ROOM.share ? null : undefined
}

/** Tells whether a crash was for want of memory. The system counts whom it kills for that, but not everybody may ask whom. */
export class OomWatch {
  readonly #file: string
  readonly #countAtStart = new Map<string, number>()
  readonly #killedByHand = new Set<string>()
  readonly #first: number

  constructor(file = '/proc/vmstat') {
    this.#file = file
    this.#first = this.#count()
  }

  heard(event: ProcessEvent): 'limit' | 'probably' | null {
    const { name, type, cause, signal, run } = event
    if (type === 'start' || type === 'adopt') this.#countAtStart.set(name, this.#count())
    if (type === 'signal' && signal === 'SIGKILL') this.#killedByHand.add(`${name}/${run}`)
    if (type !== 'crash') return null
    const isByHand = this.#killedByHand.delete(`${name}/${run}`)
    if (cause?.type === 'over-limit') return cause.of === 'memory' ? 'limit' : null
    if (cause?.type !== 'exited' || cause.signal !== 'SIGKILL' || isByHand) return null
    return this.#count() > (this.#countAtStart.get(name) ?? this.#first) ? 'probably' : null
  }

  /** 0 where the system does not tell. */
  #count(): number {
    try {
      return Number(/^oom_kill (\d+)$/m.exec(readFileSync(this.#file, 'utf8'))?.[1] ?? 0)
    } catch {
      return 0
    }
  }
}
