import { createServer, type Server } from 'node:net'
import type { SharedBackend } from '../model/views/share.ts'
import { type Backend, Link, LOOPBACK, type Switchboard } from './link.ts'

/** How many connections there are. */
export interface Counts {
  /** By the name of the backend. */
  connections: Record<string, number>
  /** Connections that wait for a backend. */
  waiting: number
}

/** ms between attempts while it waits. */
const RETRY_EVERY = 100

/**
 * Listens on one port, and passes each connection on to the open backend with the fewest connections. A backend that is no
 * longer open keeps the connections that have something under way: a connection between two HTTP requests gets another
 * backend with its next request.
 */
export class Forwarder implements Switchboard {
  /** Called when the number of connections has changed; `isDraining`: to a backend that is not open. */
  onChange: (isDraining: boolean) => void = () => {}
  readonly #server: Server
  readonly #backends = new Map<string, Backend>()
  readonly #links = new Set<Link>()
  readonly #waiting = new Set<Link>()
  #retry: NodeJS.Timeout | undefined
  #turn = 0

  constructor() {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      const link = new Link(client, this)
      this.#links.add(link)
      link.attach()
    })
  }

  /** Resolves when it listens; rejects if it cannot. */
  listen(port: number, host: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ port, host, backlog: 4096 }, () => resolve())
    })
  }

  update(backends: readonly SharedBackend[]): void {
    const named = new Map(backends.map((backend) => [backend.name, backend]))
    for (const [name, known] of this.#backends) {
      if (named.has(name)) continue
      known.open = false
      if (known.connections.size === 0) this.#backends.delete(name)
    }
    for (const backend of backends) {
      const known = this.#backends.get(backend.name)
      if (known) Object.assign(known, backend)
      else this.#backends.set(backend.name, { ...backend, address: LOOPBACK[0], connections: new Set() })
    }
    for (const { open, connections } of this.#backends.values()) {
      if (!open) for (const link of [...connections]) link.leaveIfBetween()
    }
    this.#attachWaiting()
  }

  counts(): Counts {
    const connections = Object.fromEntries([...this.#backends].map(([name, known]) => [name, known.connections.size]))
    return { connections, waiting: this.#waiting.size }
  }

  /** Accepts no more connections, and resolves when the last one has ended. */
  async close(): Promise<void> {
    this.#server.close()
    for (const link of [...this.#links]) link.closeIfBetween()
    while (this.#links.size > 0) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  /** The open backend with the fewest connections. Those with equally many take turns. */
  choose(without: ReadonlySet<Backend>): Backend | undefined {
    const open = [...this.#backends.values()].filter((backend) => backend.open && !without.has(backend))
    if (open.length === 0) return undefined
    this.#turn++
    let best: Backend | undefined
    for (let i = 0; i < open.length; i++) {
      const each = open[(this.#turn + i) % open.length] as Backend
      if (!best || each.connections.size < best.connections.size) best = each
    }
    return best
  }

  wait(link: Link): void {
    this.#waiting.add(link)
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined
      this.#attachWaiting()
    }, RETRY_EVERY)
  }

  changed(backend: Backend): void {
    this.onChange(!backend.open)
  }

  gone(link: Link): void {
    this.#links.delete(link)
    this.#waiting.delete(link)
  }

  #attachWaiting(): void {
    for (const link of [...this.#waiting]) {
      this.#waiting.delete(link)
      link.attach()
    }
  }
}
