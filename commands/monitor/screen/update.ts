import type { ProcessLog, ProcessState } from '../../../src/index.ts'
import { withSample } from '../history.ts'
import { pressed } from './keys.ts'
import { type Link, type Notice, reselect, type Screen, type Size, type Updated } from './model.ts'

/** Everything that can change the screen. Times are epoch ms. */
export type ScreenEvent =
  | { type: 'key'; key: string }
  | { type: 'resize'; size: Size }
  | { type: 'list'; processes: readonly ProcessState[] }
  | { type: 'link'; link: Link }
  /** New log lines; empty if the log that was opened has none. */
  | { type: 'lines'; lines: readonly ProcessLog[] }
  /** From now on another log is followed. */
  | { type: 'follow' }
  | { type: 'page'; lines: readonly string[] }
  | { type: 'notice'; notice: Notice | undefined }

/** Lines kept for scrolling back in the log pane. */
export const KEPT_LINES = 2000

/** The screen after an event. Pure, like `transition`. */
export function update(screen: Screen, event: ScreenEvent): Updated {
  switch (event.type) {
    case 'key':
      return pressed(screen, event.key)
    case 'resize':
      return { screen: { ...screen, size: event.size } }
    case 'list':
      return { screen: listed(screen, event.processes) }
    case 'link':
      return { screen: { ...screen, link: event.link } }
    case 'lines':
      return { screen: { ...screen, log: withLines(screen.log, event.lines) } }
    case 'follow':
      return { screen: { ...screen, log: { ...screen.log, lines: [], back: 0, isLoading: true } } }
    case 'page':
      return { screen: { ...screen, page: event.lines } }
    case 'notice':
      return { screen: { ...screen, notice: event.notice } }
  }
}

function listed(screen: Screen, processes: readonly ProcessState[]): Screen {
  const history = withSample(screen.history, processes)
  return reselect({ ...screen, processes, history }, screen)
}

/** Adds lines. A user who has scrolled back keeps seeing the same lines. */
function withLines(log: Screen['log'], more: readonly ProcessLog[]): Screen['log'] {
  const lines = [...log.lines, ...more].slice(-KEPT_LINES)
  const back = log.back === 0 ? 0 : Math.min(log.back + more.length, lines.length)
  return { ...log, lines, back, isLoading: false }
}
