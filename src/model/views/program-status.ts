/*
 * What a program says about itself with OSC 7501, revision 0.4 of the program status protocol: `ESC ] 7501 ; pairs ST`, the pairs
 * `key=value` with a colon between them. All of it is text of a stranger.
 */

export interface ProgramStatus {
  state: 'idle' | 'working' | 'blocked' | 'done' | 'error'
  /** What a blocked program waits for; null if it does not say, or is not blocked. */
  kind: 'permission' | 'question' | 'auth' | null
  /** Percent of its work that is done. */
  progress: number | null
  /** Name by which the program calls itself. */
  app: string | null
  title: string | null
  /** One line for people. */
  message: string | null
}

const STATES: readonly ProgramStatus['state'][] = ['idle', 'working', 'blocked', 'done', 'error']
const KINDS: readonly ProgramStatus['kind'][] = ['permission', 'question', 'auth']

/** With what follows, the beginning of a report. */
const BEGIN = '\x1b]7501;'
/** Most characters from the beginning of a report to its end. */
export const LONGEST_REPORT = 4096
const LONGEST_TITLE = 256
const LONGEST_MESSAGE = 2732

const CONTROLS = /[\x00-\x1f\x7f-\x9f]/
/** Characters that are not seen, or that change the order in which others are shown. */
const UNSEEN = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g

/**
 * The status that the last report in the text sets; null if that report clears it, undefined if there is no report. Reports of
 * parts of a program, which have an `id`, do not count.
 *
 * @param text bytes of a log, each as one character
 */
export function lastReport(text: string): ProgramStatus | null | undefined {
  for (let at = text.lastIndexOf(BEGIN); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(BEGIN, at - 1)) {
    const begin = at + BEGIN.length
    const rest = text.slice(begin, at + LONGEST_REPORT)
    const end = /[\x07\x1b]/.exec(rest)
    const isWhole = end && (end[0] === '\x07' || rest[end.index + 1] === '\\')
    const report = isWhole ? parseReport(rest.slice(0, end.index)) : undefined
    if (report !== undefined) return report
  }
  return undefined
}

/** Where a report begins of which the text does not have the end; the length of the text if there is none. */
export function unfinishedAt(text: string): number {
  const at = text.lastIndexOf('\x1b', text.length - 2)
  const isBegun = at >= 0 && (BEGIN.startsWith(text.slice(at)) || text.startsWith(BEGIN, at))
  const isOpen = isBegun && text.length - at < LONGEST_REPORT && !text.includes('\x07', at)
  return isOpen ? at : text.endsWith('\x1b') ? text.length - 1 : text.length
}

/** Undefined if it is none, or not one of the whole program. */
function parseReport(body: string): ProgramStatus | null | undefined {
  const pairs = new Map(
    body.split(':').flatMap((pair) => {
      const found = /^([a-z]{1,16})=([\w.,+/=-]*)$/.exec(pair)
      return found ? [[found[1], found[2] as string] as const] : []
    }),
  )
  if (pairs.has('id')) return undefined
  const stated = pairs.get('state')
  if (stated === 'clear') return null
  const state = STATES.find((known) => known === stated)
  const title = decoded(pairs.get('title'), LONGEST_TITLE)
  const message = decoded(pairs.get('msg'), LONGEST_MESSAGE)
  const app = pairs.get('app') ?? null
  if (!state || title === undefined || message === undefined || (app !== null && !/^[\w.+-]{1,32}$/.test(app))) {
    return undefined
  }
  const percent = pairs.get('progress') ?? ''
  const isUnderWay = state === 'working' || state === 'blocked'
  return {
    state,
    kind: (state === 'blocked' && KINDS.find((kind) => kind === pairs.get('kind'))) || null,
    progress: isUnderWay && /^(?:\d{1,2}|100)$/.test(percent) ? Number(percent) : null,
    app,
    title,
    message,
  }
}

/** Null if there is nothing; undefined if it must not be shown. */
function decoded(base64: string | undefined, longest: number): string | null | undefined {
  if (!base64) return null
  if (base64.length > longest) return undefined
  try {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return CONTROLS.test(text) ? undefined : text.replace(UNSEEN, '') || null
  } catch {
    return undefined
  }
}

/** What is left of a status when the program has ended: its result. */
export function afterEnd(status: ProgramStatus | null): ProgramStatus | null {
  return status?.state === 'done' || status?.state === 'error' ? status : null
}
