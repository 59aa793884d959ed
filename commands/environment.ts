import type { CodeBlock } from '../src/index.ts'
import { type Output, streamOutput } from './output.ts'

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
}

/** The environment of the running process; within a host, text goes where the host may have put its streams. */
export function processEnvironment(
  program: string,
  defaults: PsDefaults = {},
  door: Pick<PsEnvironment, 'stdout' | 'stderr' | 'signal'> = hostStreams(),
): PsEnvironment {
  return { program, cwd: process.cwd(), env: process.env, now: Date.now, defaults, ...door }
}

function hostStreams(): Pick<PsEnvironment, 'stdout' | 'stderr'> {
  return { stdout: streamOutput(process.stdout), stderr: streamOutput(process.stderr) }
}
