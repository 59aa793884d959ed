import { existsSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'

/**
 * The folder of what belongs to a user and not to a project, in the place of the XDG specification. Null if the place belongs to
 * somebody else, as with `sudo` that keeps HOME: what root writes there, its owner could not change.
 */
export function userFolder(env: Record<string, string | undefined> = process.env): string | null {
  const given = env.XDG_STATE_HOME
  if (given && isAbsolute(given)) return isOwn(given) ? join(given, 'tuix') : null
  const own = home(env)
  // A home that is missing is not made, and one that was deleted is not made again.
  return existsSync(own) && isOwn(join(own, '.local/state')) ? join(own, '.local/state/tuix') : null
}

/** `node:os` is loaded here, since Bun takes 4 ms for it. */
function home({ HOME }: Record<string, string | undefined>): string {
  return HOME && isAbsolute(HOME) ? HOME : process.getBuiltinModule('node:os').homedir()
}

/** Whether the nearest folder that exists is this user's. */
function isOwn(folder: string): boolean {
  try {
    const stats = statSync(folder, { throwIfNoEntry: false })
    if (stats) return stats.uid === (process.getuid?.() ?? stats.uid)
    return dirname(folder) !== folder && isOwn(dirname(folder))
  } catch {
    return false
  }
}
