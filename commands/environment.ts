import type { ProcessManagerConfig } from '../src/index.ts'

/** Where text goes. */
export interface Output {
  write(text: string): void
  isTTY: boolean
  /** Width of the terminal in characters. */
  columns: number
}

/** What the host of the commands declares; the user's `--config` replaces all of it. */
export interface PsDefaults {
  /** File that declares processes, relative to `cwd`. */
  configFile?: string | undefined
  /** Settings given in code, with what messages call them; of two that say the same thing the first wins. */
  blocks?: { path: string; block: ProcessManagerConfig }[]
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

/** The environment of the running process. */
export function processEnvironment(program: string, defaults: PsDefaults = {}, signal?: AbortSignal): PsEnvironment {
  return {
    program,
    cwd: process.cwd(),
    env: process.env,
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    now: Date.now,
    defaults,
    ...(signal && { signal }),
  }
}

function outputOf(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY === true,
    // A terminal that does not know its width says 0.
    columns: stream.columns || 80,
  }
}
