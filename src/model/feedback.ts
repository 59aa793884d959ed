/** A restart because a watched file changed. */
export interface WatchRestart {
  /** Epoch ms. */
  at: number
  file: string
}

/** What follows from a change: a restart, with the restarts to remember; or none, since the process changes the file itself. */
export type WatchVerdict = { type: 'restart'; changes: WatchRestart[] } | { type: 'suspend'; file: string }

/** A change this soon after a start, in ms, may be the process's own doing. */
const OWN_DOING = 5000
/** Restarts in a row by the same file, each soon after a start, that make it a loop. */
const ROUNDS = 3

/**
 * Tells a person who saves a file from a process that rewrites a watched file and so restarts itself.
 *
 * @param changes the restarts so far that look like a loop, oldest first
 * @param startedAt epoch ms of the current run's start
 */
export function watchVerdict(
  changes: WatchRestart[],
  { file, at, startedAt }: WatchRestart & { startedAt: number },
): WatchVerdict {
  const soon = at - startedAt <= OWN_DOING
  const loop = soon ? changes.filter((change) => change.file === file) : []
  if (loop.length >= ROUNDS) return { type: 'suspend', file }
  return { type: 'restart', changes: [...loop, { at, file }] }
}
