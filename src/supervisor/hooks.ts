import { randomUUID } from 'node:crypto'
import type { HooksConfig } from '../model/config.ts'
import type { Clock } from '../system/clock.ts'
import { runToEnd } from '../system/run-to-end.ts'
import type { Sweeper } from '../system/sweep.ts'

/** How long a hook may take, in ms. */
const PATIENCE = 30_000

/** What happened, as a hook learns it from its environment. */
export interface HookFacts {
  hook: keyof HooksConfig
  name: string
  pid: number | null
  exitCode: number | null
  signal: string | null
  restarts: number
  reason: string
}

export interface HookSurroundings {
  /** The process's own. */
  cwd: string
  /** The process's own. */
  env: Record<string, string>
  clock: Clock
  sweeper: Sweeper
  /** Called with each line of its output when it has ended, and with what went wrong. */
  onOutput(line: string): void
  /** ms; default 30 s. */
  timeout?: number
}

/**
 * Runs a hook's command line in the shell. Resolves when it has ended, with everything it started; after `timeout` all of
 * that is killed. Never rejects: a hook is told about, it decides nothing.
 */
export async function runHook(commandLine: string, facts: HookFacts, surroundings: HookSurroundings): Promise<void> {
  const { cwd, env, clock, sweeper, onOutput, timeout = PATIENCE } = surroundings
  const { hook } = facts
  const abort = new AbortController()
  const cancel = clock.after(timeout, () => abort.abort())
  const request = {
    program: '/bin/sh',
    args: ['-c', commandLine],
    cwd,
    env: { ...env, ...variables(facts) },
    id: `hook:${randomUUID()}`,
  }
  const { code, signal, problem, output } = await runToEnd(request, abort.signal, { clock, sweeper })
  cancel()
  for (const line of output.split('\n')) if (line !== '') onOutput(line)
  if (problem) onOutput(`${hook} could not be run: ${problem}`)
  else if (abort.signal.aborted) onOutput(`${hook} was killed: it took longer than ${timeout / 1000} s`)
  else if (signal !== null) onOutput(`${hook} was killed by ${signal}`)
  else if (code !== 0) onOutput(`${hook} exited with ${code}`)
}

/** What is not known is an empty text, so that a script under `set -u` works too. */
function variables({ hook, name, pid, exitCode, signal, restarts, reason }: HookFacts): Record<string, string> {
  return {
    TUIX_HOOK: hook,
    TUIX_NAME: name,
    TUIX_PID: String(pid ?? ''),
    TUIX_EXIT_CODE: String(exitCode ?? ''),
    TUIX_SIGNAL: signal ?? '',
    TUIX_RESTARTS: String(restarts),
    TUIX_REASON: reason,
  }
}
