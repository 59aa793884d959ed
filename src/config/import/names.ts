import type { Notes } from './notes.ts'

const LONGEST = 64
/** Characters of a written name that are considered. It is more than a name may have, since invalid ones are dropped. */
const LONGEST_WRITTEN = 1000
const VALID = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

/** Assigns each process of another tool's file a valid and unique name, and notes every change. */
export class Names {
  readonly #taken = new Set<string>()
  /** The next number to try for a duplicate, by name. */
  readonly #counts = new Map<string, number>()
  readonly #notes: Notes

  constructor(notes: Notes) {
    this.#notes = notes
  }

  /**
   * @param key the key in the file that a note names
   * @param instances how many instances the process has; their names must be unique, too
   * @param fallback the name if `written` has no valid character
   */
  assign(written: string, key = 'name', instances = 1, fallback?: string): string {
    const whole = validName(written, fallback)
    const valid = instances > 1 ? whole.slice(0, LONGEST - 5) : whole
    let name = valid
    let count = this.#counts.get(valid) ?? 2
    while (this.#namesOf(name, instances).some((each) => this.#taken.has(each))) {
      name = `${valid.slice(0, LONGEST - (instances > 1 ? 9 : 4))}-${count++}`
    }
    this.#counts.set(valid, count)
    for (const each of this.#namesOf(name, instances)) this.#taken.add(each)
    if (name !== written) {
      const why = name === valid ? 'a name has only letters, digits, ".", "_" and "-"' : 'names must be unique'
      this.#notes.add(name, key, `${JSON.stringify(written)} becomes ${name}: ${why}`)
    }
    return name
  }

  /** The name with those of its instances. */
  #namesOf(name: string, instances: number): string[] {
    return instances === 1 ? [name] : [name, ...Array.from({ length: instances }, (_, index) => `${name}-${index + 1}`)]
  }
}

/** Makes a valid name, with `-` in place of invalid characters; `fallback` if nothing of it is left. */
export function validName(written: string, fallback = 'process'): string {
  if (VALID.test(written) && written.length <= LONGEST) return written
  const plain = written
    .slice(0, LONGEST_WRITTEN)
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|-+$/g, '')
    .slice(0, LONGEST)
  return plain === '' ? fallback : plain
}
