import { renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { tempFolder } from './temp.ts'

const SHIM = fileURLToPath(new URL('./clock.cjs', import.meta.url))
const HOUR = 3_600_000

/** A time of day that can be set, by hours in both directions. It is that of everything with this environment, on both runtimes. */
export class SetClock {
  readonly #folder = tempFolder('clock')
  readonly #file = `${this.#folder.path}/clock.json`
  readonly #sets: { since: number; by: number }[] = []
  readonly env = {
    NODE_OPTIONS: `--require ${SHIM}`,
    BUN_OPTIONS: `--preload ${SHIM}`,
    CHAOS_CLOCK: this.#file,
  }

  constructor() {
    this.#write()
  }

  /** ms by which it is ahead. */
  get #by(): number {
    return this.#sets.at(-1)?.by ?? 0
  }

  /** Epoch ms. */
  now(): number {
    return Date.now() + this.#by
  }

  /** @param hours forward; negative: back */
  set(hours: number): void {
    this.#sets.push({ since: Date.now(), by: this.#by + hours * HOUR })
    this.#write()
  }

  remove(): void {
    this.#folder.remove()
  }

  /** Whole at once, since it is read at any moment. */
  #write(): void {
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#sets))
    renameSync(`${this.#file}.new`, this.#file)
  }
}
