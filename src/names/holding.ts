import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Identity } from '../model/lifecycle/identity.ts'
import { LONGEST_HOLD } from '../model/names/availability.ts'
import { monotonic } from '../system/monotonic.ts'
import { connectTo } from './connect.ts'
import type { Destination, Router } from './router.ts'

/** ms between looks while a request waits. */
const LOOK_EVERY = 50

/** A connection to a process. */
export interface Connected {
  name: string
  leader: Identity
  socket: Socket
}

/** Connects requests with processes, and holds those for processes that are about to be up. */
export class Holding {
  readonly #router: Router
  /** Open connections by state folder and process. */
  readonly #open = new Map<string, number>()

  constructor(router: Router) {
    this.#router = router
  }

  /**
   * Connects to the process with the fewest open requests. Resolves to what is known of it if it is down, or was not up in time; to
   * null if `signal` aborts.
   *
   * @param until monotonic ms
   */
  async connect(
    route: { tuixDir: string; label: string },
    until: number,
    signal: AbortSignal,
  ): Promise<Connected | Destination | null> {
    for (;;) {
      const destination = this.#router.destination(route, Date.now())
      for (const { name, port, leader } of this.#leastFirst(route.tuixDir, destination.open)) {
        const socket = await connectTo(port)
        if (!socket) continue
        if (signal.aborted) socket.destroy()
        else this.#count(`${route.tuixDir}\0${name}`, socket)
        return signal.aborted ? null : { name, leader, socket }
      }
      if (destination.state === 'down' || monotonic() >= until) {
        // It is said to run, but nothing listens on its port.
        return destination.state === 'open' ? { ...destination, state: 'soon' } : destination
      }
      await pause(LOOK_EVERY)
      if (signal.aborted) return null
    }
  }

  #leastFirst(tuixDir: string, open: Destination['open']): Destination['open'] {
    const countOf = ({ name }: { name: string }) => this.#open.get(`${tuixDir}\0${name}`) ?? 0
    return [...open].sort((a, b) => countOf(a) - countOf(b))
  }

  #count(key: string, socket: Socket): void {
    this.#open.set(key, (this.#open.get(key) ?? 0) + 1)
    socket.once('close', () => {
      const left = (this.#open.get(key) ?? 1) - 1
      if (left === 0) this.#open.delete(key)
      else this.#open.set(key, left)
    })
  }
}

export function holdUntil(): number {
  return monotonic() + LONGEST_HOLD
}
