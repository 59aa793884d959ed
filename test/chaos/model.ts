import { declaredName } from './processes.ts'

/** Both may be: a command was cut short, or two contradicted each other. The product's own word counts then. */
export type Want = 'up' | 'down' | 'either'

/** What the product was told, and so what must be. By name; what is not in it was never declared, or forgotten. */
export class Model {
  readonly wanted = new Map<string, Want>()
  /** Version of the config that must be in the environment of what runs; absent: not known. */
  readonly versions = new Map<string, number>()
  /** Emptied by hand: their first line is not the first that was written. */
  readonly flushed = new Set<string>()

  want(names: Iterable<string>, want: Want): void {
    for (const name of names) this.wanted.set(name, want)
  }

  /** Whatever these are told to be next, nobody knows before it is seen. */
  doubt(declared: Iterable<string>): void {
    const names = new Set(declared)
    for (const name of new Set([...this.wanted.keys(), ...names])) {
      if (!names.has(declaredName(name)) && !names.has(name)) continue
      this.wanted.set(name, 'either')
      this.versions.delete(name)
    }
  }

  doubtAll(): void {
    this.doubt(this.wanted.keys())
  }

  forget(name: string): void {
    this.wanted.delete(name)
    this.versions.delete(name)
  }
}
