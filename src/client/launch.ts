import { spawn } from 'node:child_process'
import { closeSync, constants, existsSync, statSync, truncateSync } from 'node:fs'
import { dirname } from 'node:path'
import { MARKER } from '../model/tree/members.ts'
import { withPaths } from '../model/tree/relocate.ts'
import { pathsOf } from '../storage/paths.ts'
import { fileSystemOf } from '../system/fs/file-system.ts'
import { makePrivateFolder } from '../system/fs/files.ts'
import { refuseForeign } from '../system/fs/owner.ts'
import { openPlain, readPlain } from '../system/fs/plain-file.ts'

/** How to start a daemon. The folder to supervise is added as the last argument. */
export interface Launcher {
  program: string
  args: string[]
  /** Additional variables. */
  env?: Record<string, string>
}

export interface Launched {
  /** Null while it runs. */
  exitCode(): number | null
  /** The last line that it printed; empty if there is none. */
  lastWords(): string
}

const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT
/** Size in bytes above which a daemon's output file, normally empty, is truncated. */
const LONGEST_OUTPUT = 1_000_000

/** Starts a daemon for a folder that was renamed; what it runs may be in the renamed project, too. */
export function launchAfterMove(launcher: Launcher, from: string, to: string): void {
  launchDaemon(to, withPaths(launcher, dirname(from), dirname(to)))
}

/** Starts a daemon that outlives this process, its terminal and its session. */
export function launchDaemon(tuixDir: string, launcher: Launcher): Launched {
  refuseForeign(tuixDir)
  makePrivateFolder(tuixDir)
  const file = pathsOf(tuixDir).output
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LONGEST_OUTPUT) truncateSync(file)
  const output = openPlain(file, APPEND, 0o600)
  // A daemon launched within a managed process must not count as a part of it.
  const { [MARKER]: _, ...env } = process.env
  const daemon = spawn(launcher.program, [...launcher.args, tuixDir], {
    detached: true,
    stdio: ['ignore', output, output],
    cwd: '/',
    env: { ...env, ...launcher.env },
  })
  closeSync(output)
  let exitCode: number | null = null
  daemon.once('error', () => (exitCode = 127))
  daemon.once('exit', (code) => (exitCode = code ?? 128))
  daemon.unref()
  return {
    exitCode: () => exitCode,
    lastWords: () => lastLineOf(file) || (isFull(tuixDir) ? `no space left on the disk of ${tuixDir}` : ''),
  }
}

function lastLineOf(file: string): string {
  return existsSync(file) ? (readPlain(file).trimEnd().split('\n').pop() ?? '') : ''
}

/** Whether the disk is full, in which case a daemon's last words are lost too. */
function isFull(folder: string): boolean {
  try {
    return fileSystemOf(folder).free === 0
  } catch {
    return false
  }
}
