import { statSync } from 'node:fs'
import type { Identity } from '../../model/lifecycle/identity.ts'
import { leaderOf, liveOf, runs } from '../../model/lifecycle/phase.ts'
import type { Clock } from '../../system/clock.ts'
import { readPlain } from '../../system/fs/plain-file.ts'
import { identityOf, isAlive } from '../../system/process/identity.ts'
import { HAS_PROC, readEntry } from '../../system/process/proc.ts'
import type { TreeService } from '../inspect/tree-service.ts'
import type { Managed } from '../managed.ts'

/** ms between looks for the program. */
const LOOK_EVERY = 50
/** ms until a program that its command has left behind must have written its pid file. */
const PID_FILE_WITHIN = 5000
/** Looks after which an empty tree is taken for an end: a process may be invisible for a moment while it is forked. */
const EMPTY_LOOKS = 3

/**
 * The program that a command has left running in the background: what its pid file names, or else the oldest process of
 * the tree. Null if there is none, or if the run is over.
 */
export async function findDaemon(
  managed: Managed,
  run: number,
  trees: Pick<TreeService, 'members'>,
  clock: Clock,
): Promise<Identity | null> {
  const { config } = managed.process
  const launcher = leaderOf(managed.process.phase)
  const begun = clock.monotonic()
  let empty = 0
  let before: Identity | null = null
  for (;;) {
    const { process } = managed
    if (process.run !== run || !(runs(process.phase) || process.phase.type === 'paused')) return null
    const members = trees
      .members(process)
      .filter(({ alive }) => alive)
      .map(identityOf)
      .filter(({ pid }) => pid !== launcher?.pid)
    empty = members.length === 0 ? empty + 1 : 0
    if (config.pidFile !== undefined) {
      const named = namedIn(config.pidFile, managed, members)
      if (named) return named
      if (clock.monotonic() - begun > PID_FILE_WITHIN) return null
    } else {
      if (empty >= EMPTY_LOOKS) return null
      const [oldest = null] = members.sort((one, other) => one.startTime - other.startTime || one.pid - other.pid)
      // A program that goes into the background forks twice: what lives for two looks is not the process between.
      if (oldest && before?.pid === oldest.pid && isAlive(oldest)) return oldest
      before = oldest
    }
    await new Promise<void>((resolve) => clock.after(LOOK_EVERY, resolve))
  }
}

/**
 * The process that a pid file names, if it is one of the run: a member of its tree, or one of our user that has begun in the
 * run, as the file was written in it. Some programs cannot be recognised by anything else.
 */
function namedIn(file: string, { process }: Managed, members: Identity[]): Identity | undefined {
  const live = liveOf(process.phase)
  try {
    const pid = Number.parseInt(readPlain(file), 10)
    const entry = readEntry(pid)
    if (!live || !entry?.alive) return undefined
    const identity = identityOf(entry)
    if (members.some((member) => member.pid === pid)) return identity
    const isOurs = !HAS_PROC || statSync(`/proc/${pid}`).uid === globalThis.process.getuid?.()
    const { leader, startedAt } = live
    const isOfRun = leader.startTime > 0 && entry.startTime >= leader.startTime && statSync(file).mtimeMs >= startedAt
    return isOurs && isOfRun ? identity : undefined
  } catch {
    // The file, or the process, is not there.
    return undefined
  }
}
