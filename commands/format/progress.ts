import type { ProcessState } from '../../src/index.ts'
import { isAtRest } from '../../src/internal.ts'
import type { Color, Paint } from './color.ts'
import { oneLine } from './printable.ts'
import { statusText } from './status.ts'
import type { Symbols } from './symbols.ts'
import { elapsed } from './units.ts'
import { cutEnd, cutMiddle, padEnd, widest } from './width.ts'

/** What a command does with a process; `wait` only observes it. */
export type Action = 'start' | 'stop' | 'restart' | 'reload' | 'remove' | 'wait'

/** The progress of one process in a command. */
export interface Step {
  name: string
  phase: 'waiting' | 'busy' | 'done' | 'failed'
  /** `waiting for db`, `starting`, `started`, `exited with 1`. */
  text: string
  /** Whether it happened during the command. */
  isNews: boolean
}

export interface StepQuestion {
  action: Action
  /** The state before the command. Absent: the process did not exist. */
  before: ProcessState | undefined
  state: ProcessState
  /** Epoch ms. */
  now: number
}

/** Derives the progress of a process from its states before the command and now. The supervisor's answer is authoritative. */
export function stepOf({ action, before, state, now }: StepQuestion): Step {
  const { name, status, run, reason } = state
  const step = (phase: Step['phase'], text: string, isNews = phase !== 'waiting'): Step => ({
    name,
    phase,
    text,
    isNews,
  })
  const wasAtRest = !before || (before.pid === null && before.status !== 'starting' && before.status !== 'restarting')
  if (action === 'wait') return step('busy', doing(state, now))
  if (action === 'stop' || action === 'remove') {
    // Something of it outlived the stop.
    if (state.phase === 'failed' && before && before.phase !== 'failed') return step('failed', reason)
    const isOver = isAtRest({ type: state.phase })
    if (isOver && action === 'remove') return step('busy', status)
    if (isOver) return wasAtRest ? step('done', 'already stopped', false) : step('done', 'stopped')
    const isEnding = state.phase === 'stopping' || state.phase === 'cleanup'
    return step(isEnding ? 'busy' : 'waiting', statusText(state, now))
  }
  const isNewRun = run > (before?.run ?? 0)
  if (status === 'running') {
    if (isNewRun)
      return step('done', action === 'start' || before === undefined || before.pid === null ? 'started' : 'restarted')
    return action === 'start' ? step('done', 'already running', false) : step('waiting', 'running')
  }
  if (isNewRun && (status === 'error' || status === 'crashed')) return step('failed', reason || status)
  if (isNewRun && state.phase === 'completed') return step('done', reason, false)
  if (state.phase === 'scheduled') return step('done', 'scheduled', false)
  const isWaiting = status === 'stopped' || status === 'error' || state.waitingFor !== null
  return step(isWaiting ? 'waiting' : 'busy', status === 'stopped' ? 'waiting' : doing(state, now))
}

/** The status, and what its health check has found so far, or why it is restarted. */
function doing(state: ProcessState, now: number): string {
  const text = statusText(state, now)
  const isExplained = (state.phase === 'starting' || state.phase === 'backoff') && state.reason !== ''
  return isExplained ? `${text}: ${state.reason}` : text
}

export interface ProgressOptions {
  /** `Starting`. */
  doing: string
  paint: Paint
  symbols: Symbols
  width: number
  /** Maximum number of lines. */
  room: number
  /** ms since the command started. */
  took: number
  /** ms until each process was done, by name. */
  tookEach: Map<string, number>
}

const ORDER: Step['phase'][] = ['failed', 'busy', 'waiting', 'done']

/** A line for the whole command, and one per process. If there are too many, processes that are done are left out first. */
export function progressLines(steps: Step[], options: ProgressOptions): string[] {
  const { doing, paint, symbols, width, room, took } = options
  const done = steps.filter(({ phase }) => phase === 'done').length
  const head = `${oneLine(doing)} ${symbols.dot} ${done} of ${steps.length} ${symbols.dot} ${clock(took)}`
  const lines = [paint('gray', cutEnd(head, width, symbols.cut))]
  const rows = room - 1
  const isTooMany = steps.length > rows
  const urgent = isTooMany ? steps.toSorted((a, b) => ORDER.indexOf(a.phase) - ORDER.indexOf(b.phase)) : steps
  const shown = urgent.slice(0, isTooMany ? Math.max(0, rows - 1) : rows)
  const nameWidth = Math.min(widest(shown.map(({ name }) => name)), Math.max(4, Math.floor(width / 2)))
  lines.push(...shown.map((step) => stepLine(step, nameWidth, options)))
  if (isTooMany && rows > 0) {
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
  const time = phase === 'done' && isNews ? durationAfter(text, tookEach.get(name) ?? 0) : ''
  const rest = cutEnd(`${oneLine(text)}${time}`, width - nameWidth - 4, symbols.cut)
  return `${paint(color, symbols[symbol])} ${padEnd(paint('bold', shownName), nameWidth)}  ${paint(phase === 'done' ? 'gray' : color, rest)}`
}

/** `started in 812ms`; after more than a word set apart: `removed: no longer declared (812ms)`. */
function durationAfter(text: string, ms: number): string {
  return text.includes(' ') ? ` (${elapsed(ms)})` : ` in ${elapsed(ms)}`
}

/** Seconds with one decimal, so that the clock visibly runs. */
function clock(ms: number): string {
  return `${(ms / 1000).toFixed(1)}s`
}
