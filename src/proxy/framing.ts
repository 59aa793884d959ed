/* Follows HTTP/1 as far as it takes to know when a connection is between requests. Nothing is changed, and what is no HTTP is let through. */

/** Longest head of a message. A longer one counts as something else than HTTP. */
const LONGEST_HEAD = 65_536
const END_OF_HEAD = Buffer.from('\r\n\r\n')
const LINE_FEED = 10

/** What follows a head: so many bytes, or one of these. */
type Body = number | 'chunked' | 'until-close' | 'unknown'

/** One direction of a connection. */
class Direction {
  readonly #onHead: (head: string) => Body
  readonly #onEnd: () => void
  #state: 'head' | 'body' | 'size' | 'chunk' | 'trailer' | 'rest' = 'head'
  /** Bytes of the body, or of the chunk with its line end, that are still to come. */
  #left = 0
  /** The beginning of a head or a line whose end has not come yet. */
  #begun = ''

  /**
   * @param onHead is told each head, and tells what follows it
   * @param onEnd called at the end of each message
   */
  constructor(onHead: (head: string) => Body, onEnd: () => void) {
    this.#onHead = onHead
    this.#onEnd = onEnd
  }

  /** Nothing of a message has come that is not complete. */
  get isBetween(): boolean {
    return this.#state === 'head' && this.#begun === ''
  }

  /** Returns false if this is no HTTP/1. */
  feed(bytes: Buffer): boolean {
    let at = 0
    while (at < bytes.length) {
      const next = this.#step(bytes, at)
      if (next < 0) return false
      at = next
    }
    return true
  }

  /** Reads on from `at`, and returns how far it came; -1 if this is no HTTP/1. */
  #step(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes, at)
      case 'body':
      case 'chunk': {
        const end = Math.min(bytes.length, at + this.#left)
        this.#left -= end - at
        if (this.#left === 0) {
          if (this.#state === 'body') this.#finish()
          else this.#state = 'size'
        }
        return end
      }
      case 'size':
      case 'trailer':
        return this.#readLine(bytes, at)
      case 'rest':
        return bytes.length
      default:
        return this.#state satisfies never
    }
  }

  #readHead(bytes: Buffer, at: number): number {
    if (this.#begun === '') {
      const end = bytes.indexOf(END_OF_HEAD, at)
      if (end >= 0) return this.#begin(bytes.toString('latin1', at, end + 2)) ? end + END_OF_HEAD.length : -1
    }
    // Its end may be on both sides of the border between what has come in two parts.
    const before = this.#begun.length
    const text = this.#begun + bytes.toString('latin1', at)
    const end = text.indexOf('\r\n\r\n', Math.max(0, before - 3))
    if (end < 0) {
      this.#begun = text
      return text.length > LONGEST_HEAD ? -1 : bytes.length
    }
    this.#begun = ''
    return this.#begin(text.slice(0, end + 2)) ? at + end + END_OF_HEAD.length - before : -1
  }

  #begin(head: string): boolean {
    const body = this.#onHead(head)
    if (body === 'unknown') return false
    if (body === 'chunked') this.#state = 'size'
    else if (body === 'until-close') this.#state = 'rest'
    else if (body === 0) this.#finish()
    else {
      this.#state = 'body'
      this.#left = body
    }
    return true
  }

  /** The size of a chunk, or what may follow the last one until an empty line. */
  #readLine(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(LINE_FEED, at)
    this.#begun += bytes.toString('latin1', at, end < 0 ? bytes.length : end)
    if (this.#begun.length > LONGEST_HEAD) return -1
    if (end < 0) return bytes.length
    const line = this.#begun.trimEnd()
    this.#begun = ''
    if (this.#state === 'trailer') {
      if (line === '') this.#finish()
      return end + 1
    }
    const size = /^[\da-f]{1,12}(?=\s*(?:;|$))/i.exec(line)?.[0]
    if (size === undefined) return -1
    const length = Number.parseInt(size, 16)
    this.#state = length === 0 ? 'trailer' : 'chunk'
    this.#left = length + 2
    return end + 1
  }

  #finish(): void {
    this.#state = 'head'
    this.#onEnd()
  }
}

/** Methods that may be sent again when the connection has ended without an answer (RFC 9110, 9.2.2). */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

/** What has gone over one connection in both directions. */
export class Exchange {
  readonly #requests = new Direction(
    (head) => this.#requested(head),
    () => {},
  )
  readonly #responses = new Direction(
    (head) => this.#answered(head),
    () => {
      if (this.#isFinal) this.#unanswered.shift()
    },
  )
  /** Methods of the requests whose last response has not come completely. */
  readonly #unanswered: string[] = []
  #isFinal = true
  #isHttp = true
  #answers = 0
  #isLast = false

  /** Bytes of the client. */
  sent(bytes: Buffer): void {
    if (!this.#isHttp) return
    // A method begins with a letter; TLS and most other protocols do not.
    const first = bytes[0] ?? 0
    const isBegin = this.#requests.isBetween
    if ((isBegin && (first < 65 || first > 90)) || !this.#requests.feed(bytes)) this.#isHttp = false
  }

  /** Bytes of the server. */
  received(bytes: Buffer): void {
    if (this.#isHttp && !this.#responses.feed(bytes)) this.#isHttp = false
  }

  /** Every request has been answered, and none has begun: whoever answers the next one need not be the same. */
  get isBetween(): boolean {
    return this.#isHttp && this.#unanswered.length === 0 && this.#requests.isBetween && this.#responses.isBetween
  }

  /** At least one request was answered, and the connection may have another one. */
  get staysOpen(): boolean {
    return this.#answers > 0 && !this.#isLast
  }

  /** One request is complete, nothing of its answer has come, and it may be sent once more. */
  get isRepeatable(): boolean {
    const [method = '', ...more] = this.#unanswered
    const isWhole = this.#isHttp && this.#requests.isBetween && this.#responses.isBetween && this.#isFinal
    return isWhole && more.length === 0 && REPEATABLE.has(method)
  }

  /** Number of final responses that have begun. */
  get answers(): number {
    return this.#answers
  }

  #requested(head: string): Body {
    const [, method = ''] = /^([A-Z]+) [^ \r\n]+ HTTP\/1\.[01]\r\n/.exec(head) ?? []
    // From its answer on it is a tunnel.
    if (method === '' || method === 'CONNECT') return 'unknown'
    this.#unanswered.push(method)
    return bodyOf(head) ?? 0
  }

  #answered(head: string): Body {
    const [, minor, code] = /^HTTP\/1\.([01]) (\d{3})[ \r]/.exec(head) ?? []
    const status = Number(code)
    // After 101 it is a WebSocket, or another protocol. An answer that nobody asked for is an error.
    if (code === undefined || status === 101 || this.#unanswered.length === 0) return 'unknown'
    this.#isFinal = status >= 200
    if (!this.#isFinal) return 0
    this.#answers++
    const connection = header(head, CONNECTION)?.toLowerCase()
    const hasNoBody = status === 204 || status === 304 || this.#unanswered[0] === 'HEAD'
    const body = hasNoBody ? 0 : (bodyOf(head) ?? 'until-close')
    const isKept = minor === '1' ? connection !== 'close' : connection === 'keep-alive'
    this.#isLast = !isKept || body === 'until-close'
    return body
  }
}

const CONNECTION = /\r\nconnection:([^\r]*)/i
const TRANSFER_ENCODING = /\r\ntransfer-encoding:([^\r]*)/i
const CONTENT_LENGTH = /\r\ncontent-length:([^\r]*)/i

function header(head: string, name: RegExp): string | undefined {
  return name.exec(head)?.[1]?.trim()
}

/** Undefined if the head does not say what follows. */
function bodyOf(head: string): Body | undefined {
  const encoding = header(head, TRANSFER_ENCODING)
  if (encoding !== undefined) return /(?:^|,)\s*chunked$/i.test(encoding) ? 'chunked' : 'unknown'
  const length = header(head, CONTENT_LENGTH)
  if (length === undefined) return undefined
  return /^\d{1,15}$/.test(length) ? Number(length) : 'unknown'
}
