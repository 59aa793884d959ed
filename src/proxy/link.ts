import { connect, type Socket } from 'node:net'
import type { SharedBackend } from '../model/views/share.ts'
import { Exchange } from './framing.ts'

/** ms that a connection waits for a backend. */
const PATIENCE = 10_000
/** ms after which a connection without a backend is closed, if its client asks for nothing. */
const IDLE_LIMIT = 120_000
/** Bytes of a request that are kept in case its connection ends without an answer. */
const KEPT = 65_536
export const LOOPBACK = ['127.0.0.1', '::1'] as const
const UNAVAILABLE =
  'HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\ncontent-length: 31\r\nconnection: close\r\n\r\nno instance takes connections.\n'

/** An instance that connections can be passed on to. */
export interface Backend extends SharedBackend {
  /** The loopback address at which it has answered last. */
  address: (typeof LOOPBACK)[number]
  connections: Set<Link>
}

/** What connects clients with backends. */
export interface Switchboard {
  /** The open backend with the fewest connections. */
  choose(without: ReadonlySet<Backend>): Backend | undefined
  /** Has a link attached later, when a backend may have come. */
  wait(link: Link): void
  /** A backend has a connection more or less. */
  changed(backend: Backend): void
  /** A client has gone. */
  gone(link: Link): void
}

/** The connection of one client, and the one that it is passed on to. */
export class Link {
  /** The forwarder is about to end: the connection is closed as soon as it is between requests. */
  isClosing = false
  readonly #client: Socket
  readonly #switchboard: Switchboard
  readonly #exchange = new Exchange()
  #server: Socket | null = null
  #backend: Backend | null = null
  #isConnected = false
  /** A request that a backend has got, but not answered. The next one gets it once more. */
  #again: Buffer[] = []
  /** Bytes of the client that no backend has got yet. */
  #pending: Buffer[] = []
  /** Those of the request under way, as long as it may have to be repeated; null if it cannot. */
  #request: Buffer[] | null = null
  #requestBytes = 0
  /** Number of answers when the current backend was attached. */
  #answersBefore = 0
  #waitsSince: number | null = null
  #hasClientEnded = false

  constructor(client: Socket, switchboard: Switchboard) {
    this.#client = client
    this.#switchboard = switchboard
    client.on('data', (bytes) => this.#fromClient(bytes as Buffer))
    client.on('end', () => this.#clientEnded())
    client.on('error', () => this.#reset())
    client.on('close', () => {
      switchboard.gone(this)
      this.#detach()?.destroy()
    })
    client.on('drain', () => this.#server?.resume())
    client.on('timeout', () => client.destroy())
  }

  /** Connects to a backend, or waits for one. */
  attach(without = new Set<Backend>()): void {
    if (this.#server || this.#client.destroyed) return
    const backend = this.#switchboard.choose(without)
    if (backend) {
      this.#backend = backend
      backend.connections.add(this)
      this.#switchboard.changed(backend)
      this.#answersBefore = this.#exchange.answers
      this.#connect(backend, backend.address, without)
    } else this.#wait()
  }

  #connect(backend: Backend, address: Backend['address'], without: Set<Backend>): void {
    const server = connect({ port: backend.port, host: address, noDelay: true, allowHalfOpen: true })
    this.#server = server
    server.on('connect', () => {
      backend.address = address
      this.#connected()
    })
    server.on('data', (bytes) => this.#fromServer(server, bytes as Buffer))
    server.on('end', () => this.#serverEnded(server))
    server.on('drain', () => this.#client.resume())
    server.on('error', () => {
      if (this.#server !== server) return
      if (this.#isConnected) return this.#serverEnded(server, true)
      this.#server = null
      const other = LOOPBACK[1 - LOOPBACK.indexOf(backend.address)] as Backend['address']
      // A server on `localhost` may listen at one of the two only.
      if (address !== other && !this.#client.destroyed) return this.#connect(backend, other, without)
      this.#detach()
      this.attach(without.add(backend))
    })
  }

  #connected(): void {
    this.#isConnected = true
    this.#waitsSince = null
    this.#client.setTimeout(0)
    for (const bytes of this.#again.splice(0)) this.#server?.write(bytes)
    for (const bytes of this.#pending.splice(0)) this.#pass(bytes)
    if (this.#hasClientEnded) this.#server?.end()
    this.#client.resume()
    // It may have been closed to new connections meanwhile.
    if (this.#backend?.open === false) this.leaveIfBetween()
  }

  /** Gives the backend up, unless something is under way. */
  leaveIfBetween(): void {
    if (!this.#isConnected || this.#hasClientEnded || !this.#exchange.isBetween) return
    const hasAsked = this.#exchange.answers > 0
    this.#detach()?.destroySoon()
    // A server may have the first word: a client that has asked nothing yet may wait for it.
    if (!hasAsked) this.attach()
    else if (this.#exchange.staysOpen) this.#client.setTimeout(IDLE_LIMIT)
    else this.#client.destroySoon()
  }

  closeIfBetween(): void {
    this.isClosing = true
    if (!this.#exchange.isBetween) return
    this.#detach()?.destroySoon()
    this.#client.destroySoon()
  }

  #fromClient(bytes: Buffer): void {
    if (this.#isConnected) {
      if (!this.#pass(bytes)) this.#client.pause()
      return
    }
    this.#pending.push(bytes)
    this.#client.pause()
    if (!this.#server) this.attach()
  }

  #pass(bytes: Buffer): boolean {
    const exchange = this.#exchange
    // On a new connection an end without an answer is no accident of keep-alive.
    if (exchange.isBetween && exchange.answers > this.#answersBefore) {
      this.#request = []
      this.#requestBytes = 0
    }
    exchange.sent(bytes)
    if (this.#request) {
      this.#requestBytes += bytes.length
      if (this.#requestBytes > KEPT) this.#request = null
      else this.#request.push(bytes)
    }
    return this.#server?.write(bytes) ?? true
  }

  #fromServer(server: Socket, bytes: Buffer): void {
    if (this.#server !== server) return
    this.#request = null
    const exchange = this.#exchange
    exchange.received(bytes)
    if (!this.#client.write(bytes)) server.pause()
    if (this.isClosing) this.closeIfBetween()
    else if (this.#backend?.open === false) this.leaveIfBetween()
  }

  #clientEnded(): void {
    this.#hasClientEnded = true
    if (this.#isConnected) this.#server?.end()
    else if (this.#pending.length === 0) this.#client.destroy()
  }

  /** The backend has closed its end, or its connection has failed. */
  #serverEnded(server: Socket, hasFailed = false): void {
    if (this.#server !== server) return
    const [exchange, request] = [this.#exchange, this.#request]
    const isReused = exchange.answers > this.#answersBefore
    this.#detach()
    if (!this.#hasClientEnded && exchange.isBetween && exchange.staysOpen) {
      // It may close what is idle, as servers do after some seconds. The client need not notice.
      server.destroySoon()
      this.#client.setTimeout(IDLE_LIMIT)
      return
    }
    if (request && isReused && exchange.isRepeatable) {
      // It came when the backend was about to close the idle connection.
      server.destroy()
      this.#again = request
      this.attach()
    } else if (hasFailed) {
      this.#reset()
    } else {
      this.#client.end()
      if (this.#hasClientEnded) server.destroySoon()
      else this.#keepSending(server)
    }
  }

  /** A server that has ended its direction may still read the other one. */
  #keepSending(server: Socket): void {
    const client = this.#client
    client.removeAllListeners('data')
    client.on('data', (bytes) => server.write(bytes))
    client.on('end', () => server.destroySoon())
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroySoon())
  }

  #wait(): void {
    const now = performance.now()
    this.#waitsSince ??= now
    if (now - this.#waitsSince < PATIENCE) {
      this.#switchboard.wait(this)
      return
    }
    const [first] = [...this.#again, ...this.#pending]
    const isHttp = /^[A-Z]+ \S+ HTTP\/1\./.test(first?.toString('latin1', 0, 2048) ?? '')
    if (isHttp) this.#client.write(UNAVAILABLE)
    this.#client.destroySoon()
  }

  /** Lets go of the backend's connection, and returns it. */
  #detach(): Socket | null {
    const [server, backend] = [this.#server, this.#backend]
    this.#server = null
    this.#backend = null
    this.#isConnected = false
    this.#request = null
    if (backend?.connections.delete(this)) this.#switchboard.changed(backend)
    return server
  }

  #reset(): void {
    this.#detach()?.destroy()
    this.#client.resetAndDestroy()
  }
}
