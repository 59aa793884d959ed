import { createHash } from 'node:crypto'

/** A page of the proxy itself. All of its texts come from outside. */
export interface Page {
  status: number
  /** A word for programs, in the header `x-tuix-proxy`. */
  kind: 'foreign' | 'unknown' | 'down' | 'broken' | 'loop' | 'bad-request' | 'names'
  title: string
  /** Sentences. */
  texts: string[]
  /** Last lines of logs. */
  lines?: string[]
  links?: { address: string; note: string }[]
  /** Seconds after which a browser asks again. */
  again?: number
}

export interface Rendered {
  status: number
  headers: Record<string, string>
  body: string
}

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:3rem auto;padding:0 1rem}h1{font-size:1.4rem}pre{overflow:auto;padding:1rem;border:1px solid #8886;border-radius:6px;font-size:13px}li{margin:.3rem 0}`
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/** The page, for a browser or for a program that asked for something else. */
export function render(page: Page, accept: string | undefined): Rendered {
  const isHtml = (accept ?? '').toLowerCase().includes('text/html')
  const { status, kind, again } = page
  return {
    status,
    headers: {
      'content-type': isHtml ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-tuix-proxy': kind,
      ...(again !== undefined && { 'retry-after': String(again) }),
    },
    body: isHtml ? htmlOf(page) : textOf(page),
  }
}

function textOf({ title, texts, lines = [], links = [] }: Page): string {
  const listed = links.map(({ address, note }) => `  ${address}  ${note}`)
  return `${[title, ...texts, ...lines.map((line) => `  ${line}`), ...listed].map(plain).join('\n')}\n`
}

function htmlOf({ title, texts, lines = [], links = [], again }: Page): string {
  const refresh = again === undefined ? '' : `<meta http-equiv="refresh" content="${again}">`
  const shown = lines.length === 0 ? '' : `<pre>${lines.map(escaped).join('\n')}</pre>`
  const listed = links.map(
    ({ address, note }) => `<li><a href="${escaped(address)}">${escaped(address)}</a> ${escaped(note)}</li>`,
  )
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${refresh}<title>${escaped(title)}</title><style>${STYLE}</style></head><body><h1>${escaped(title)}</h1>${texts.map((text) => `<p>${escaped(text)}</p>`).join('')}${shown}${listed.length === 0 ? '' : `<ul>${listed.join('')}</ul>`}</body></html>\n`
}

function escaped(text: string): string {
  return plain(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Without what moves a terminal's cursor or reverses the order of letters. */
function plain(text: string): string {
  return text.replace(ESCAPES, '').replace(/[^\P{C}\t]/gu, '')
}

/** Colours and other sequences of terminals. */
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|.)/g
