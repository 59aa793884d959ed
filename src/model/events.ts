/** What happened to a process, and why. One JSON object a line in `events.jsonl`, and what `on()` and `events()` give. */
export interface ProcessEvent {
  /** Epoch ms. */
  time: number
  /** Process name; empty for the supervisor itself. */
  name: string
  type: ProcessEventType
  run: number
  /** One sentence for people: 'exited with 1 after 3.2 s, next try in 2 s'. */
  message: string
  pid?: number
  exitCode?: number | null
  signal?: string | null
  /** ms until the next try. */
  delay?: number
}

export const EVENT_TYPES = [
  'start',
  'ready',
  'crash',
  'exit',
  'restart',
  'stop',
  'signal',
  'error',
  'health',
  'adopt',
  'release',
  'remove',
  'flush',
  'hook',
  'warning',
] as const
export type ProcessEventType = (typeof EVENT_TYPES)[number]
