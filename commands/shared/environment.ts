import { type CodeBlock, currentFolder, currentFolderGone } from '../../src/internal.ts'
import type { Output } from './output.ts'
import type { Interrupt, Request } from './signals.ts'

/** Declarations of the app that hosts the commands. The user's `--config` replaces all of them. */
export interface PsDefaults {
  /** File that declares processes, relative to `cwd`. */
  configFile?: string | undefined
  /** Settings given in code, each with its name for messages. Where two blocks have the same setting, the first wins. */
  blocks?: CodeBlock[]
  /** Arguments that turn a host bundled into one file into the supervisor. */
  supervisorCommand?: string[]
}

/** Everything that an invocation needs from its surroundings. */
export interface PsEnvironment {
  /** What the user types before the command, for messages: `tuix-ps`, or `myapp ps`. */
  program: string
  /** Throws a `usage` error if it was deleted. */
  readonly cwd: string
  env: Record<string, string | undefined>
  stdout: Output
  stderr: Output
  /** Epoch ms. */
  now(): number
  defaults: PsDefaults
  /** Aborted by Ctrl-C, or when nobody reads the output: ends commands that would run for ever, such as `logs -f`. */
  signal: AbortSignal
  /** Handles a signal in place of the default action, until the returned function is called. */
  onSignal(signal: Request, listener: () => void): () => void
}

/** Where a command prints to, and what ends it. */
export interface Io extends Pick<PsEnvironment, 'stdout' | 'stderr'> {
  interrupt: Pick<Interrupt, 'signal' | 'onSignal'>
}

/** The environment of a command in the current process. */
export function processEnvironment(
  program: string,
  defaults: PsDefaults,
  { stdout, stderr, interrupt }: Io,
): PsEnvironment {
  const folder = currentFolder()
  if (folder === null) leaveDeletedFolder()
  return {
    program,
    get cwd() {
      if (folder === null) throw currentFolderGone()
      return folder
    },
    env: process.env,
    stdout,
    stderr,
    now: Date.now,
    defaults,
    signal: interrupt.signal,
    onSignal: (signal, listener) => interrupt.onSignal(signal, listener),
  }
}

/** What a command loads may ask for the working directory, and would end the command with a stack. */
function leaveDeletedFolder(): void {
  try {
    process.chdir('/')
  } catch {
    // Not allowed in a worker.
  }
}
