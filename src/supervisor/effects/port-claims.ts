import type { SpawnProblem } from '../../model/lifecycle/causes.ts'
import { choosePorts } from '../../model/lifecycle/choose-ports.ts'
import { liveOf } from '../../model/lifecycle/phase.ts'
import type { ManagedProcess } from '../../model/lifecycle/process.ts'
import type { Ports } from '../../model/lifecycle/references.ts'
import { portHolding } from '../../storage/port-holder.ts'
import type { Clock } from '../../system/clock.ts'
import { listeners } from '../../system/net/ports.ts'
import type { Managed } from '../managed.ts'
import type { ReadonlyProcessTable } from '../process-table.ts'

/** ms that a restart waits until its port is free. A first start does not wait. */
const RELEASE_PATIENCE = 5000
const LOOK_EVERY = 50

/** Finds the ports of runs. */
export class PortClaims {
  readonly #processes: Pick<ReadonlyProcessTable, 'snapshot'>
  readonly #clock: Clock
  /** Ports of runs that are about to be spawned, by the id of their process: nothing listens there yet. */
  readonly #claimed = new Map<string, number[]>()

  constructor(processes: Pick<ReadonlyProcessTable, 'snapshot'>, clock: Clock) {
    this.#processes = processes
    this.#clock = clock
  }

  /**
   * Finds the ports of a run; nobody else gets them until `release`. If one is taken, the start fails and names who has it. A
   * restart may try again.
   */
  async claim(managed: Managed, run: number): Promise<Ports | 'refused'> {
    const { process } = managed
    if (process.config.port === null) return { port: null }
    const ports = this.#choose(process)
    if (!ports) return refuse(managed, run, { type: 'no-free-port' }, true)
    const numbers = numbersOf(ports)
    this.#claimed.set(process.id, numbers)
    const again = run > 1 && process.port !== null
    const begun = this.#clock.monotonic()
    let isBlocked = false
    for (let port = takenAmong(numbers); port !== undefined; port = takenAmong(numbers)) {
      if (!again || this.#clock.monotonic() - begun >= RELEASE_PATIENCE)
        return refuse(managed, run, { type: 'port-taken', port, ...portHolding(port) }, again)
      // Only once, because finding the holder reads every process of the machine.
      if (!isBlocked) managed.dispatch({ type: 'blocked', run, by: { type: 'port', port, ...portHolding(port) } })
      isBlocked = true
      await new Promise<void>((resolve) => this.#clock.after(LOOK_EVERY, resolve))
      if (!managed.isSpawning(run)) return 'refused'
    }
    return ports
  }

  /** The run was spawned, or will not be. */
  release({ process }: Managed): void {
    this.#claimed.delete(process.id)
  }

  #choose(process: ManagedProcess): Ports | undefined {
    const others = this.#processes.snapshot().filter(({ id }) => id !== process.id)
    const claimed = [...this.#claimed].flatMap(([id, numbers]) => (id === process.id ? [] : numbers))
    const given = new Set([...claimed, ...others.filter(({ phase }) => liveOf(phase)).flatMap(numbersOf)])
    const kept = new Set(others.flatMap(numbersOf))
    const taken = new Set(listeners().map(({ port }) => port))
    return choosePorts(process, {
      project: process.id.split(':')[0] ?? '',
      isTaken: (port) => taken.has(port),
      isGiven: (port) => given.has(port),
      isKept: (port) => kept.has(port),
    })
  }
}

function numbersOf({ port, ports = {} }: Ports): number[] {
  return [...new Set([...(port === null ? [] : [port]), ...Object.values(ports)])]
}

function takenAmong(numbers: number[]): number | undefined {
  const taken = new Set(listeners().map(({ port }) => port))
  return numbers.find((port) => taken.has(port))
}

function refuse(managed: Managed, run: number, problem: SpawnProblem, transient: boolean): 'refused' {
  managed.dispatch({ type: 'spawn-failed', run, problem, transient })
  return 'refused'
}
