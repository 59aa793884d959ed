import type { HooksConfig } from '../../model/config/config.ts'
import type { ProcessEvent } from '../../model/lifecycle/events.ts'
import { leaderOf } from '../../model/lifecycle/phase.ts'
import { configOfRun } from '../../model/lifecycle/references.ts'
import { hooksOf } from '../../model/views/hooks.ts'
import type { Clock } from '../../system/clock.ts'
import { runToEnd } from '../../system/process/run-to-end.ts'
import type { Sweeper } from '../../system/process/sweep.ts'
import type { EventBus } from '../event-bus.ts'
import type { ReadonlyProcessTable } from '../process-table.ts'
import { environmentOf } from './environment.ts'
import type { Redaction } from './redaction.ts'

/** ms that a hook may take. */
const TIMEOUT = 30_000

export interface HooksOptions {
  clock: Clock
  sweeper: Sweeper
  processes: ReadonlyProcessTable
  redaction: Redaction
  events: EventBus
  /** Environment of processes that were started without a command. */
  environment: Record<string, string>
}

/** Runs the hooks of processes. */
export class Hooks {
  readonly #options: HooksOptions

  constructor(options: HooksOptions) {
    this.#options = options
  }

  /** Runs the hooks that an event calls for. Their output becomes events. */
  run(event: ProcessEvent): void {
    const { clock, sweeper, processes, redaction, events, environment } = this.#options
    const managed = processes.find(event.name)
    if (!managed) return
    const { restarts, phase } = managed.process
    const config = configOfRun(managed.process)
    const pid = leaderOf(phase)?.pid ?? null
    for (const hook of hooksOf(event)) {
      const commandLine = config.hooks[hook]
      if (commandLine === undefined) continue
      const { name, run, exitCode = null, signal = null, message, cause } = event
      const facts = { hook, name, pid, exitCode, signal, restarts, reason: message, cause: cause?.type ?? null }
      const onOutput = (line: string) =>
        events.emit({ name, run, type: 'hook', cause: { type: 'hook', hook, detail: redaction.redact(managed, line) } })
      const env = environmentOf(managed, environment)
      void runHook(commandLine, facts, { cwd: config.cwd, env, clock, sweeper, onOutput })
    }
  }
}

/** What a hook learns from its environment. */
export interface HookFacts {
  hook: keyof HooksConfig
  name: string
  pid: number | null
  exitCode: number | null
  signal: string | null
  restarts: number
  /** The sentence of the event. */
  reason: string
  /** Type of the event's cause, such as `exited` or `unhealthy`; null if the event has none. */
  cause: string | null
}

export interface HookSurroundings {
  /** That of the process. */
  cwd: string
  /** That of the process. */
  env: Record<string, string>
  clock: Clock
  sweeper: Sweeper
  /** Called with each line of its output after it has ended, and with a line for a failure. */
  onOutput(line: string): void
  /** ms; default 30,000. */
  timeout?: number
}

/**
 * Runs a hook's command line in the shell. Resolves when it has ended with everything it started; after `timeout` all of that
 * is killed. Never rejects, since a failed hook changes nothing for the process.
 */
export async function runHook(commandLine: string, facts: HookFacts, surroundings: HookSurroundings): Promise<void> {
  const { cwd, env, clock, sweeper, onOutput, timeout = TIMEOUT } = surroundings
  const { hook } = facts
  const abort = new AbortController()
  const cancel = clock.after(timeout, () => abort.abort())
  const request = {
    program: '/bin/sh',
    args: ['-c', commandLine],
    cwd,
    env: { ...env, ...variables(facts) },
    id: `hook:${crypto.randomUUID()}`,
  }
  const { code, signal, problem, output } = await runToEnd(request, abort.signal, { clock, sweeper })
  cancel()
  for (const line of output.split('\n')) if (line !== '') onOutput(line)
  if (problem) onOutput(`${hook} could not be run: ${problem}`)
  else if (abort.signal.aborted) onOutput(`${hook} was killed: it took longer than ${timeout / 1000} s`)
  else if (signal !== null) onOutput(`${hook} was killed by ${signal}`)
  else if (code !== 0) onOutput(`${hook} exited with ${code}`)
}

/** Unknown facts are empty, not missing, so that a script under `set -u` works too. */
function variables({ hook, name, pid, exitCode, signal, restarts, reason, cause }: HookFacts): Record<string, string> {
  return {
    TUIX_HOOK: hook,
    TUIX_NAME: name,
    TUIX_PID: String(pid ?? ''),
    TUIX_EXIT_CODE: String(exitCode ?? ''),
    TUIX_SIGNAL: signal ?? '',
    TUIX_RESTARTS: String(restarts),
    TUIX_REASON: reason,
    TUIX_CAUSE: cause ?? '',
  }
}
