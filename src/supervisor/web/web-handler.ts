import { maskText } from '../../model/redaction/mask.ts'
import { reasonOf } from '../../model/text/system-error.ts'
import type { Answer, Handler, Request } from '../http/handler.ts'
import { type GuardOptions, judge } from './guard.ts'
import type { Pages } from './pages.ts'

/** Sent with every answer: nothing is loaded from elsewhere, framed, guessed or told to other sites. */
const HEADERS = {
  'content-security-policy': "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
}

/** Bytes of a request over the network. */
export const LARGEST_WEB_BODY = 2 ** 20

export interface WebHandlerOptions {
  guard: GuardOptions
  version: string
  /** The operations, below `/v1/`. */
  api: Handler
  /** The dashboard. */
  pages: Pages
  /** What else is answered, by path: `/metrics`. */
  routes: Record<string, (request: Request) => Promise<Answer>>
  /** Called for every request that has the token. */
  used(): void
}

/** All that the web listener answers, behind the guard. */
export function createWebHandler({ guard, version, api, pages, routes, used }: WebHandlerOptions): Handler {
  async function handle(request: Request): Promise<Answer> {
    const verdict = judge(request, guard)
    if (verdict.type === 'login')
      return { status: 302, headers: { location: verdict.location, 'set-cookie': verdict.cookie }, body: '' }
    const [path = ''] = request.url.split('?', 1)
    if (verdict.type === 'refuse') return refusal(verdict.status, verdict.message, path)
    used()
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined
    if (route) return await route(request)
    if (path.startsWith('/v1/')) return await api.handle(request)
    return pages.answer(path) ?? refusal(404, `there is no ${path}`, path)
  }

  return {
    headers: { ...HEADERS, 'x-tuix-version': version },
    largestBody: LARGEST_WEB_BODY,
    async handle(request) {
      try {
        return await handle(request)
      } catch (error) {
        return refusal(500, maskText(reasonOf(error)), '')
      }
    },
  }
}

/** A person at a browser gets plain text, a program JSON. */
function refusal(status: number, message: string, path: string): Answer {
  if (path === '/') return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${message}\n` }
  return { status, json: { error: { code: status === 404 ? 'usage' : 'forbidden', message } } }
}
