import type { CodeBlock } from '../src/index.ts'
import { type Output, streamOutput } from './output.ts'
import { onSignal, type Request } from './signals.ts'

/** What the host of the commands declares; the user's `--config` replaces all of it. */
export interface PsDefaults {
  /** File that declares processes, relative to `cwd`. */
  configFile?: string | undefined
  /** Settings given in code, with what messages call them; of two that say the same thing the first wins. */
  blocks?: CodeBlock[]
  /** Arguments with which the host's own program becomes the supervisor, where it is one file. */
  supervisorCommand?: string[]
}

/** The world of one invocation. */
export interface PsEnvironment {
  /** What the user types before the command, for messages: `tuix-ps`, or `myapp ps`. */
  program: string
  cwd: string
  env: Record<string, string | undefined>
  stdout: Output
  stderr: Output
  /** Epoch ms. */
  now(): number
  defaults: PsDefaults
  /** Ends what would go on for ever (`logs -f`), with exit code 130. */
  signal?: AbortSignal
  /** Takes over what a signal does, until the result is called. */
  onSignal(signal: Request, listener: () => void): () => void
}

/** The environment of the running process; within a host, text goes where the host may have put its streams. */
export function processEnvironment(
  program: string,
  defaults: PsDefaults = {},
  door: Pick<PsEnvironment, 'stdout' | 'stderr' | 'signal' | 'onSignal'> = hostDoor(),
): PsEnvironment {
  return { program, cwd: process.cwd(), env: process.env, now: Date.now, defaults, ...door }
}

function hostDoor(): Pick<PsEnvironment, 'stdout' | 'stderr' | 'onSignal'> {
  return { stdout: streamOutput(process.stdout), stderr: streamOutput(process.stderr), onSignal }
}
