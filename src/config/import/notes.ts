import { nearest, ownProperty } from '../../model/text/text.ts'
import type { ImportNote } from './types.ts'

/** The known keys of an object in another tool's file. */
export interface Keys {
  /** Converted keys, and keys without an effect on how a process runs. */
  supported: readonly string[]
  /**
   * Keys without an equivalent here, with the predicate of their note. A note is added unless the setting is switched
   * off.
   */
  unsupported: Record<string, string>
}

/** Collects the notes of an importer. */
export class Notes {
  readonly all: ImportNote[] = []

  add(process: string | undefined, key: string, text: string): void {
    this.all.push({ ...(process !== undefined && { process }), key, text })
  }

  /** Adds a note for every key of `object` that is not supported. `prefix` is the path of the object, with its dot. */
  addUnsupported(
    process: string | undefined,
    object: object,
    { supported: carried, unsupported: reasons }: Keys,
    prefix = '',
  ): void {
    for (const [key, value] of Object.entries(object)) {
      if (carried.includes(key)) continue
      const reason = ownProperty(reasons, key)
      if (reason === undefined)
        this.add(process, prefix + key, unknownKey(key, { supported: carried, unsupported: reasons }))
      else if (isSet(value)) this.add(process, prefix + key, reason)
    }
  }
}

function unknownKey(key: string, { supported: carried, unsupported: reasons }: Keys): string {
  const meant = nearest(key, [...carried, ...Object.keys(reasons)])
  return `is an unknown key, which has no effect${meant ? `; did you mean \`${meant}\`?` : ''}`
}

/** Whether a setting asks for something: it is neither absent nor switched off. */
export function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  return value !== undefined && value !== null && value !== false && value !== '' && value !== 0
}

/** One sentence for each note: 'web: `uid` is not carried over: …'. Processes with the same note share a sentence. */
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
