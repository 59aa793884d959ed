import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createSecureServer, type Http2SecureServer } from 'node:http2'
import { createSecureContext, type SecureContext } from 'node:tls'
import { readHost } from '../model/names/names.ts'
import { type Authority, openAuthority } from './authority.ts'
import type { Forwarder } from './forwarder.ts'

/** Certificates that are kept. Whoever may connect may ask for any name. */
const MOST = 1000

/** The certificates of names, each made when somebody asks for it. */
export class Contexts {
  readonly #folder: string
  readonly #known = new Map<string, SecureContext>()
  #made: Promise<{ authority: Authority; key: KeyObject }> | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  async of(host: string): Promise<SecureContext> {
    const known = this.#known.get(host)
    if (known) return known
    this.#made ??= this.#make()
    const { authority, key } = await this.#made
    const { hostCertificate } = await import('./certificates.ts')
    const cert = hostCertificate(host, key, authority, Date.now())
    const context = createSecureContext({ cert, key: key.export({ type: 'pkcs8', format: 'pem' }) })
    if (this.#known.size >= MOST) this.#known.clear()
    this.#known.set(host, context)
    return context
  }

  /** The authority may be another one now. */
  forget(): void {
    this.#made = undefined
    this.#known.clear()
  }

  async #make(): Promise<{ authority: Authority; key: KeyObject }> {
    try {
      const authority = await openAuthority(this.#folder)
      return { authority, key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }
    } catch (error) {
      // Once it is mended, the next handshake finds it.
      this.#made = undefined
      throw error
    }
  }
}

/** HTTPS, with HTTP/2 for those who speak it. */
export function secureServer(
  forwarder: Forwarder,
  contexts: Contexts,
  report: (error: unknown) => void,
): Http2SecureServer {
  const server = createSecureServer(
    {
      allowHTTP1: true,
      SNICallback(host, answer) {
        if (readHost(host).type === 'foreign') return answer(new Error('no name of this proxy'))
        contexts.of(host.toLowerCase()).then(
          (context) => answer(null, context),
          (error) => {
            report(error)
            answer(error)
          },
        )
      },
    },
    (asked, answer) => void forwarder.request(asked, answer, true),
  )
  server.on('upgrade', (asked, socket, head) => void forwarder.upgrade(asked, socket, head, true))
  // A client that does not trust the certificate, or speaks no TLS.
  server.on('tlsClientError', () => {})
  server.on('sessionError', () => {})
  return server
}
