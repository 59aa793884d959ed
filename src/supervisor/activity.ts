/** Whether anything is to be done, from processes and requests together; tells changes only. */
export class Activity {
  readonly #told: (busy: boolean) => void
  readonly #processes: () => boolean
  #requests = 0
  #busy: boolean | undefined

  constructor(told: (busy: boolean) => void, processes: () => boolean) {
    this.#told = told
    this.#processes = processes
  }

  requests(active: number): void {
    this.#requests = active
    this.update()
  }

  update(): void {
    const busy = this.#requests > 0 || this.#processes()
    if (busy === this.#busy) return
    this.#busy = busy
    this.#told(busy)
  }
}
