import { nearest } from '../../model/nearest.ts'
import type { ImportNote } from './types.ts'

/** What becomes of the keys of an object in a foreign file. */
export interface Keys {
  /** Understood, or without a meaning for how a process is run. */
  carried: readonly string[]
  /** Known, but there is nothing like it here: what follows the key, a whole predicate. They are told unless they are switched off. */
  reasons: Record<string, string>
}

/** Collects what an importer has to tell. */
export class Notes {
  readonly all: ImportNote[] = []

  add(process: string | undefined, key: string, text: string): void {
    this.all.push({ ...(process !== undefined && { process }), key, text })
  }

  /** Tells of every key of `object` that is not carried over; `prefix` is the path of the object, with its dot. */
  rest(process: string | undefined, object: object, { carried, reasons }: Keys, prefix = ''): void {
    for (const [key, value] of Object.entries(object)) {
      if (carried.includes(key)) continue
      const reason = Object.hasOwn(reasons, key) ? reasons[key] : undefined
      if (reason === undefined) this.add(process, prefix + key, unknownKey(key, { carried, reasons }))
      else if (asksForSomething(value)) this.add(process, prefix + key, reason)
    }
  }
}

function unknownKey(key: string, { carried, reasons }: Keys): string {
  const meant = nearest(key, [...carried, ...Object.keys(reasons)])
  return `is not a key that is known, so it has no effect${meant ? `; did you mean \`${meant}\`?` : ''}`
}

function asksForSomething(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  return value !== undefined && value !== null && value !== false && value !== '' && value !== 0
}

/** One sentence for each note, 'web: `uid` is not carried over: …'; what is the same of several processes is said once. */
export function noteLines(notes: readonly ImportNote[]): string[] {
  const lines = new Map<string, Set<string>>()
  for (const { process, key, text } of notes) {
    const sentence = `\`${key}\` ${text}`
    const processes = lines.get(sentence) ?? new Set()
    lines.set(sentence, processes)
    if (process !== undefined) processes.add(process)
  }
  return [...lines].map(([sentence, processes]) =>
    processes.size === 0 ? sentence : `${[...processes].join(', ')}: ${sentence}`,
  )
}
