import type { Notes } from './notes.ts'

const LONGEST = 64
/** Characters beyond which nothing is looked at: most of what is before may not be a part of a name. */
const FAR = 1000
const VALID = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

/** Gives each process of a foreign file a name that is valid here and that no other has, and tells of every change. */
export class Names {
  readonly #taken = new Set<string>()
  /** The number that the next of the same name begins to look at, by name. */
  readonly #counts = new Map<string, number>()
  readonly #notes: Notes

  constructor(notes: Notes) {
    this.#notes = notes
  }

  /** @param key the key that a note is about */
  give(written: string, key = 'name'): string {
    const valid = validName(written)
    let name = valid
    let count = this.#counts.get(valid) ?? 2
    while (this.#taken.has(name)) name = `${valid.slice(0, LONGEST - 4)}-${count++}`
    this.#counts.set(valid, count)
    this.#taken.add(name)
    if (name !== written) {
      const why = name === valid ? 'letters, digits, ".", "_" and "-" make a name' : 'names are unique'
      this.#notes.add(name, key, `${JSON.stringify(written)} becomes ${name}: ${why}`)
    }
    return name
  }
}

/** The same with whatever a name cannot have replaced by `-`. */
export function validName(written: string): string {
  if (VALID.test(written) && written.length <= LONGEST) return written
  const plain = written
    .slice(0, FAR)
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|-+$/g, '')
    .slice(0, LONGEST)
  return plain === '' ? 'process' : plain
}
