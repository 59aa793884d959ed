/*
 * Distinguishes people, who save files, from a process that rewrites a watched file and so restarts itself: a process does so after
 * every start, and each time as soon as the time before. Only that file is ignored then. All others still count.
 */

/** The changes in a row of one file, each soon after a start, or after the end of a run that is not restarted yet. */
export interface Rewrites {
  /** Relative to the working directory. */
  file: string
  /** Epoch ms of the last change. */
  at: number
  /** ms from the start, or from the end, to each change, oldest first. Of a loop, the ones that showed it. */
  delays: number[]
}

/** Files that changed at the same time. */
export interface Change {
  files: string[]
  /** Epoch ms. */
  at: number
  /** Epoch ms of the start of the run that lives, or of the end of the one that does not. */
  since: number
}

export interface WatchVerdict {
  /** The files whose change is a reason to restart. */
  counts: string[]
  rewrites: Rewrites[]
  /** A file that is ignored from now on. */
  suspended: string | null
}

/** Changes in a row that make a loop. No person keeps time for so long. */
const ROUNDS = 10
/** ms after a start. A loop whose changes come so soon need not be regular. */
const SOON = 1500
/** ms after a start, within which a regular change makes a loop. */
const LATEST = 10_000
/** ms by which the delays of a regular change may differ. */
const SPREAD = 500
/** ms without a change that end a loop. */
const QUIET = 60_000
/** A process does not rewrite more files than this at each start; a person who changes the branch does. */
const MOST_FILES = 100

/** @param known the result of the change before */
export function watchVerdict(known: Rewrites[], { files, at, since }: Change): WatchVerdict {
  const recent = known.filter((each) => !isLoop(each) || at - each.at < QUIET)
  const loops = recent.filter(isLoop)
  if (files.length > MOST_FILES) return { counts: files, rewrites: loops, suspended: null }
  const counts: string[] = []
  const rewrites = new Map<string, Rewrites>()
  let suspended: string | null = null
  for (const file of files) {
    const before = recent.find((each) => shapeOf(each.file) === shapeOf(file))
    const after = before && isLoop(before) ? { ...before, at } : withDelay(before, file, at, at - since)
    if (after.delays.length > 0) rewrites.set(shapeOf(file), after)
    const isOwn = isLoop(after) && Math.min(at - since, at - (before?.at ?? since)) <= reachOf(after)
    if (!isOwn) counts.push(file)
    else if (before && !isLoop(before)) suspended = file
  }
  // What did not change this time no longer changes in a row, but what is ignored stays so.
  const others = (counts.length > 0 ? loops : recent).filter(({ file }) => !rewrites.has(shapeOf(file)))
  return { counts, rewrites: [...others, ...rewrites.values()], suspended }
}

/** The file that is ignored, since the process seems to change it itself. Null if there is none. */
export function suspendedFile(rewrites: Rewrites[], now: number): string | null {
  return rewrites.find((each) => isLoop(each) && now - each.at < QUIET)?.file ?? null
}

function withDelay(before: Rewrites | undefined, file: string, at: number, delay: number): Rewrites {
  return { file, at, delays: delay > LATEST ? [] : [...(before?.delays ?? []), delay].slice(-ROUNDS) }
}

function isLoop({ delays }: Rewrites): boolean {
  if (delays.length < ROUNDS) return false
  const longest = Math.max(...delays)
  return longest <= SOON || longest - Math.min(...delays) <= SPREAD
}

/** ms after a start or after the change before, within which the process itself is what changed the file. */
function reachOf({ delays }: Rewrites): number {
  return Math.max(SOON, Math.max(...delays) + SPREAD)
}

/** The name without its numbers, such as that of a report which has the time and the pid in its name. */
function shapeOf(file: string): string {
  return file.replace(/\d+/g, '0')
}
