import type { Notes } from './notes.ts'

const LONGEST = 64
const VALID = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

/** Gives each process of a foreign file a name that is valid here and that no other has, and tells of every change. */
export class Names {
  readonly #taken = new Set<string>()
  readonly #notes: Notes

  constructor(notes: Notes) {
    this.#notes = notes
  }

  /** @param key the key that a note is about */
  give(written: string, key = 'name'): string {
    const valid = validName(written)
    let name = valid
    for (let count = 2; this.#taken.has(name); count++) name = `${valid.slice(0, LONGEST - 4)}-${count}`
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
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|-+$/g, '')
    .slice(0, LONGEST)
  return plain === '' ? 'process' : plain
}
