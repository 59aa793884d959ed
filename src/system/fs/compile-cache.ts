import { mkdirSync, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'

/** Node 22.1 and later have it; the types are those of the oldest Node that is supported. */
interface ModuleWithCache {
  enableCompileCache?(folder: string): unknown
}

/**
 * Lets Node keep compiled modules on disk for the next process. Modules that are loaded already are not kept, so this comes
 * first. Node itself sees to `NODE_DISABLE_COMPILE_CACHE`, and to a folder that `NODE_COMPILE_CACHE` names.
 */
export function useCompileCache(env: Record<string, string | undefined>): void {
  if (env.NODE_COMPILE_CACHE || env.NODE_DISABLE_COMPILE_CACHE !== undefined) return
  const { enableCompileCache } = process.getBuiltinModule('node:module') as ModuleWithCache
  const folder = enableCompileCache && compileCacheFolder(env, process.getuid?.())
  if (folder) enableCompileCache(folder)
}

/**
 * The user's own cache folder for this program, made when it is missing. Node runs the code that it finds there, so nobody else
 * may write to it, or put another folder in its place. Null: there is no such folder.
 *
 * @param uid undefined where the system has no user ids
 */
export function compileCacheFolder(env: Record<string, string | undefined>, uid: number | undefined): string | null {
  const base = env.XDG_CACHE_HOME || env.HOME
  if (uid === undefined || !base || !isAbsolute(base)) return null
  const caches = env.XDG_CACHE_HOME ? base : join(base, '.cache')
  const folder = join(caches, 'tuix-process-manager')
  try {
    // `sudo` may leave HOME as it was: a folder that root makes there would be in the way of the user's own.
    if (!belongsTo(uid, base)) return null
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return belongsTo(uid, caches) && belongsTo(uid, folder, 0o077) ? folder : null
  } catch {
    // Everything works without a cache.
    return null
  }
}

/** Whether a folder is this user's, and none of these rights is given to others. */
function belongsTo(uid: number, folder: string, rights = 0o022): boolean {
  const found = statSync(folder)
  return found.uid === uid && (found.mode & rights) === 0
}
