import type { ProcessState } from '../../src/index.ts'
import type { Color, Paint } from './color.ts'
import { cutEnd, cutMiddle } from './fit.ts'
import { statusText } from './status.ts'
import type { Symbols } from './symbols.ts'
import { elapsed } from './units.ts'

/** What a command does with a process; `wait`: it only looks. */
export type Action = 'start' | 'stop' | 'restart' | 'reload' | 'remove' | 'wait'

/** How far one process is in a command. */
export interface Step {
  name: string
  phase: 'waiting' | 'busy' | 'done' | 'failed'
  /** `waiting for db`, `starting`, `started`, `exited with 1`. */
  text: string
  /** It came about during the command. */
  isNews: boolean
}

export interface StepQuestion {
  action: Action
  /** How it was before the command; absent: it was not known. */
  before: ProcessState | undefined
  state: ProcessState
  /** Epoch ms. */
  now: number
}

/** How far a process is, from its states before the command and now. The answer of the supervisor has the last word. */
export function stepOf({ action, before, state, now }: StepQuestion): Step {
  const { name, status, pid, run, reason } = state
  const step = (phase: Step['phase'], text: string, isNews = phase !== 'waiting'): Step => ({
    name,
    phase,
    text,
    isNews,
  })
  const wasAtRest = !before || (before.pid === null && before.status !== 'starting' && before.status !== 'restarting')
  if (action === 'wait') return step('busy', statusText(state, now))
  if (action === 'stop' || action === 'remove') {
    if (status === 'error' && pid !== null) return step('failed', reason)
    const isOver = status === 'stopped' || status === 'error' || (status === 'crashed' && pid === null)
    if (isOver && action === 'remove') return step('busy', status)
    if (isOver) return wasAtRest ? step('done', 'already stopped', false) : step('done', 'stopped')
    return step(status === 'stopping' ? 'busy' : 'waiting', statusText(state, now))
  }
  const isNewRun = run > (before?.run ?? 0)
  if (status === 'running') {
    if (isNewRun) return step('done', action === 'start' ? 'started' : 'restarted')
    return action === 'start' ? step('done', 'already running', false) : step('waiting', 'running')
  }
  if (isNewRun && (status === 'error' || (status === 'crashed' && pid === null)))
    return step('failed', reason || status)
  if (isNewRun && status === 'stopped' && reason.startsWith('completed')) return step('done', reason, false)
  if (status === 'restarting' && reason === 'scheduled') return step('done', 'scheduled', false)
  const isWaiting = status === 'stopped' || status === 'error' || reason.startsWith('waiting for ')
  return step(isWaiting ? 'waiting' : 'busy', status === 'stopped' ? 'waiting' : statusText(state, now))
}

export interface ProgressOptions {
  /** `Starting`. */
  doing: string
  paint: Paint
  symbols: Symbols
  width: number
  /** Lines that there is room for. */
  room: number
  /** ms since the command began. */
  took: number
  /** ms after which a process was done, by name. */
  tookEach: Map<string, number>
}

const ORDER: Step['phase'][] = ['failed', 'busy', 'waiting', 'done']

/** A line that says how far the command is, and one for each process; of too many, those that are not done yet. */
export function progressLines(steps: Step[], options: ProgressOptions): string[] {
  const { doing, paint, symbols, width, room, took } = options
  const done = steps.filter(({ phase }) => phase === 'done').length
  const head = `${doing} ${symbols.dot} ${done} of ${steps.length} ${symbols.dot} ${clock(took)}`
  const lines = [paint('gray', cutEnd(head, width, symbols.cut))]
  const places = room - 1
  const isTooMany = steps.length > places
  const urgent = isTooMany ? steps.toSorted((a, b) => ORDER.indexOf(a.phase) - ORDER.indexOf(b.phase)) : steps
  const shown = urgent.slice(0, isTooMany ? Math.max(0, places - 1) : places)
  const nameWidth = Math.min(Math.max(0, ...shown.map(({ name }) => name.length)), Math.max(4, Math.floor(width / 2)))
  lines.push(...shown.map((step) => stepLine(step, nameWidth, options)))
  if (isTooMany && places > 0) {
    lines.push(paint('gray', cutEnd(`${symbols.cut} and ${steps.length - shown.length} more`, width, symbols.cut)))
  }
  return lines
}

const SIGNS: Record<Step['phase'], [symbol: keyof Symbols, color: Color]> = {
  waiting: ['rest', 'gray'],
  busy: ['busy', 'cyan'],
  done: ['done', 'green'],
  failed: ['failed', 'red'],
}

function stepLine({ name, phase, text, isNews }: Step, nameWidth: number, options: ProgressOptions): string {
  const { paint, symbols, width, tookEach } = options
  const [symbol, color] = SIGNS[phase]
  const shownName = cutMiddle(name, nameWidth, symbols.cut)
  const time = phase === 'done' && isNews ? ` in ${elapsed(tookEach.get(name) ?? 0)}` : ''
  const rest = cutEnd(`${text}${time}`, width - nameWidth - 4, symbols.cut)
  const space = ' '.repeat(nameWidth - shownName.length)
  return `${paint(color, symbols[symbol])} ${paint('bold', shownName)}${space}  ${paint(phase === 'done' ? 'gray' : color, rest)}`
}

/** To a tenth of a second, so that it is seen to go on. */
function clock(ms: number): string {
  return `${(ms / 1000).toFixed(1)}s`
}
