import { readFileSync } from 'node:fs'
import { readSaved } from '../../src/storage/state-file.ts'
import { type Carrier, carriersIn, lives } from './carriers.ts'

const LOOK_EVERY = 60

/** Looks at the system all the time, and notes what must never be seen, not even for a moment. */
export class Watch {
  readonly #tuixDir: string
  readonly #timer: NodeJS.Timeout
  readonly #seen = new Set<string>()
  /** The state file was made unusable on purpose. */
  stateMayBeBroken = false

  constructor(tuixDir: string) {
    this.#tuixDir = tuixDir
    this.#timer = setInterval(() => this.look(), LOOK_EVERY)
  }

  /** What was seen that must not be. */
  get violations(): string[] {
    return [...this.#seen]
  }

  look(): void {
    for (const violation of [...this.#copies(), ...this.#state()]) this.#seen.add(violation)
  }

  end(): void {
    clearInterval(this.#timer)
  }

  /** Nothing is started while something of an earlier run lives. */
  #copies(): string[] {
    const all = carriersIn(this.#tuixDir)
    return [...new Set(all.map(({ name }) => name))].flatMap((name) => {
      const carriers = all.filter((carrier) => carrier.name === name)
      const newest = Math.max(...carriers.map(({ run }) => run))
      const earlier = carriers.filter(({ run }) => run < newest)
      // The look takes a moment: only what lives after the newer one was seen counts.
      const left = earlier.filter(lives)
      return left.length === 0 ? [] : [`${name} lives twice: ${left.map(describe).join(', ')} beside run ${newest}`]
    })
  }

  #state(): string[] {
    if (this.stateMayBeBroken) return []
    let text: string
    try {
      text = readFileSync(`${this.#tuixDir}/state.json`, 'utf8')
    } catch {
      return []
    }
    try {
      readSaved(text, Date.now())
      return []
    } catch (error) {
      return this.stateMayBeBroken ? [] : [`state.json cannot be read: ${(error as Error).message}`]
    }
  }
}

function describe({ pid, run }: Carrier): string {
  return `pid ${pid} of run ${run}`
}
