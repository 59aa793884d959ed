import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { MARKER } from '../model/members.ts'
import { pathsOf } from '../model/paths.ts'
import { fileSystemOf } from '../system/file-system.ts'
import { makePrivateFolder } from '../system/files.ts'

/** How to start a daemon: a program and its arguments, the folder to supervise comes last. */
export interface Launcher {
  program: string
  args: string[]
  /** Variables that it alone gets. */
  env?: Record<string, string>
}

export interface Launched {
  /** Null while it runs. */
  exitCode(): number | null
  /** The last line it printed, if it printed any. */
  lastWords(): string
}

/** What a daemon prints is normally nothing; kept up to this many bytes. */
const LONGEST_OUTPUT = 1_000_000

/** Starts a daemon that outlives this process, its terminal and its session. */
export function launchDaemon(tuixDir: string, launcher: Launcher): Launched {
  makePrivateFolder(tuixDir)
  const file = pathsOf(tuixDir).output
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LONGEST_OUTPUT) truncateSync(file)
  const output = openSync(file, 'a', 0o600)
  // Within a managed process a daemon must not be taken for a part of it.
  const { [MARKER]: _, ...env } = process.env
  const daemon = spawn(launcher.program, [...launcher.args, tuixDir], {
    detached: true,
    stdio: ['ignore', output, output],
    cwd: '/',
    env: { ...env, ...launcher.env },
    windowsHide: true,
  })
  closeSync(output)
  let exitCode: number | null = null
  daemon.once('error', () => (exitCode = 127))
  daemon.once('exit', (code) => (exitCode = code ?? 128))
  daemon.unref()
  return {
    exitCode: () => exitCode,
    lastWords: () => lastLineOf(file) || (isFull(tuixDir) ? `there is no room left on the disk of ${tuixDir}` : ''),
  }
}

function lastLineOf(file: string): string {
  return existsSync(file) ? (readFileSync(file, 'utf8').trimEnd().split('\n').pop() ?? '') : ''
}

/** Then a daemon's last words are lost, too. */
function isFull(folder: string): boolean {
  try {
    return fileSystemOf(folder).free === 0
  } catch {
    return false
  }
}
