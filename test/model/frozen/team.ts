import type { ProcessConfig, ResolvedProcess } from '../../../src/model/config/config.ts'
import type { StartRequest } from '../../../src/model/planning/requests.ts'
import type { LogSource } from '../../../src/model/views/logs.ts'
import type { Outcome } from '../../../src/model/views/outcome.ts'
import type { Control } from '../../../src/protocol/operations.ts'
import type { EventBus } from '../../../src/supervisor/event-bus.ts'
import type { LogService } from '../../../src/supervisor/log-service.ts'
import type { Effects, Managed } from '../../../src/supervisor/managed.ts'
import { createOperations } from '../../../src/supervisor/operations.ts'
import { self } from '../../../src/system/process/identity.ts'
import { testSupervisor } from '../../supervisor/supervisor.ts'
import { settled, VirtualClock } from '../../supervisor/virtual-clock.ts'
import { identity } from '../processes.ts'
import { eventLine } from './story.ts'

/*
 * The other driver of the frozen wording: a whole supervisor without a system below it, for what commands answer. Only this
 * file and `story.ts` know how the supervisor is put together.
 */

/** What becomes of a run. */
export type Fate =
  /** It runs until it is stopped. */
  | 'lives'
  /** Its spawn is never through. */
  | 'hangs'
  | { exits: number }
  | { notSpawned: string }
  /** It runs, and what it leaves behind cannot be ended. */
  | { survivedBy: { pid: number; name: string } }
  /** It is this very process, which takes a SIGCONT without a change. */
  | 'is this process'

type Action =
  | ('start' | 'restart' | 'apply' | 'scale' | 'reload' | 'stop' | 'remove' | 'flush' | 'signal')
  | ('pause' | 'resume')

const environment = { PATH: '/none' }
/** More virtual time than anything here takes. */
const LONG = 100_000

/** Several processes of one supervisor, and what commands on them answer. */
export class Team {
  readonly #lines: string[] = []
  readonly #clock = new VirtualClock()
  readonly #operations: Control
  readonly #fates: Record<string, Fate>
  /** Bytes in the logs; an error: they cannot be changed. */
  logs: number | Error = 0

  /** @param fates of each process's runs; what is not named lives */
  constructor(fates: Record<string, Fate> = {}) {
    this.#fates = fates
    const { context } = testSupervisor({
      clock: this.#clock,
      effects: ({ events }) => this.#effects(events),
      logs: this.#logService() as LogService,
    })
    context.events.listen((event) => this.#lines.push(`  event of ${event.name}: ${eventLine(event)}`))
    this.#operations = createOperations(context)
  }

  /** Gives an order; what it answers becomes lines, in virtual time. Resolves when it has answered. */
  async does(action: Action, ...request: [(Partial<StartRequest> & Record<string, unknown>)?]): Promise<void> {
    await this.orders(action, ...request)()
  }

  /** Gives an order now; the result waits for the answer. */
  orders(action: Action, request: Partial<StartRequest> & Record<string, unknown> = {}): () => Promise<void> {
    this.#lines.push(`${action} ${wordsOf(request)}`)
    const asked = this.#operations[action]({ environment, ...request } as never).then(
      (outcomes) => void this.#lines.push(...outcomes.map(outcomeLine)),
      (error: Error) => void this.#lines.push(`  refused: ${error.message}`),
    )
    return async () => {
      let isOver = false
      void asked.then(() => (isOver = true))
      await settled()
      for (let waited = 0; !isOver && waited < LONG; waited += 100) await this.#clock.pass(100)
      if (!isOver) this.#lines.push('  no answer')
    }
  }

  /** What was ordered has begun. */
  begun(): Promise<void> {
    return settled()
  }

  told(): string[] {
    return this.#lines
  }

  #logService(): Partial<LogService> {
    const paths = { name: '', logFile: '/logs/out.log', errorFile: '/logs/err.log', indexFile: '/logs/index' }
    return {
      sourceOf: () => paths as LogSource,
      lastLinesOfFailure: async () => ['the last line'],
      flush: async () => this.#touchLogs(),
      delete: async () => void this.#touchLogs(),
    }
  }

  #touchLogs(): number {
    if (this.logs instanceof Error) throw this.logs
    return this.logs
  }

  #effects(events: EventBus): Effects {
    let pid = 4000
    return {
      clock: this.#clock,
      spawn: async (managed, run) => {
        const fate = this.#fates[nameOf(managed)] ?? 'lives'
        if (fate === 'hangs') return
        if (typeof fate === 'object' && 'notSpawned' in fate) {
          const detail = fate.notSpawned.replace('could not be started: ', '')
          const problem = { type: 'system', detail } as const
          managed.dispatch({ type: 'spawn-failed', run, problem, transient: false })
          return
        }
        managed.attach(run, null)
        const leader = fate === 'is this process' ? self() : identity(++pid)
        const logStart = { stdout: 0, stderr: 0 }
        managed.dispatch({ type: 'spawned', run, leader, logStart, port: null, at: this.#clock.now() })
        if (typeof fate === 'object' && 'exits' in fate)
          this.#clock.after(100, () => managed.dispatch({ type: 'exited', run, code: fate.exits, signal: null }))
      },
      kill: async (managed) => {
        const fate = this.#fates[nameOf(managed)]
        await new Promise<void>((resolve) => this.#clock.after(50, resolve))
        if (typeof fate !== 'object' || !('survivedBy' in fate)) return []
        const { pid, name } = fate.survivedBy
        return [{ identity: identity(pid), name }]
      },
      signal: async () => {},
      watchLeader: () => () => {},
      monitor: () => () => {},
      look: () => ({ at: this.#clock.now(), cpu: 0, isBusy: false, listens: () => false }),
      watch: () => () => {},
      requestStart() {},
      redact: (_, text) => text,
      emit: (event) => events.emit(event),
      changed() {},
    }
  }
}

/** A declaration; everything is told by its name. */
export function declared(name: string, rest: Partial<ProcessConfig> = {}): ProcessConfig {
  return { name, command: '/bin/sh', ...rest }
}

function nameOf({ process }: Managed): ResolvedProcess['name'] {
  return process.config.name
}

function wordsOf({
  processes,
  names,
  environment: _,
  ...rest
}: Partial<StartRequest> & Record<string, unknown>): string {
  const words = [...(names ?? []), ...(processes ?? []).map((process) => JSON.stringify(process))]
  return [...words, ...(Object.keys(rest).length > 0 ? [JSON.stringify(rest)] : [])].join(' ')
}

function outcomeLine({ name, ok, code, message, lastLines, state }: Outcome): string {
  const after = state === undefined ? '' : ` [${state.status}${state.reason === '' ? '' : `: ${state.reason}`}]`
  const said = lastLines === undefined ? '' : `, with ${lastLines.length} of its lines`
  return `  ${name} ${ok ? 'ok' : `failed (${code})`}: ${message}${after}${said}`
}
