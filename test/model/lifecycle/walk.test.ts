import { describe, expect, it } from 'vitest'
import type { Identity } from '../../../src/model/lifecycle/identity.ts'
import type { Effect, Input } from '../../../src/model/lifecycle/inputs.ts'
import { isAtRest, leaderOf, wasReady } from '../../../src/model/lifecycle/phase.ts'
import type { ManagedProcess } from '../../../src/model/lifecycle/process.ts'
import { transition } from '../../../src/model/lifecycle/transition.ts'
import { identity, managedProcess } from '../processes.ts'

const CHECK = {
  type: 'tcp',
  host: 'localhost',
  port: 80,
  interval: 100,
  timeout: 50,
  retries: 2,
  startPeriod: 0,
} as const

/** mulberry32: the same walk for the same seed. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A world in which spawns fail, children die and kills leave survivors, in any order that can occur. */
class World {
  process: ManagedProcess = managedProcess({}, { healthCheck: CHECK })
  now = 0
  /** What lives of the process; a spawn into a world where something lives is the bug that is looked for. */
  readonly living = new Set<Identity>()
  readonly problems: string[] = []
  spawns = 0
  #spawning: number | null = null
  #killing: number | null = null
  #ready: number | null = null
  #retry: { run: number; at: number } | null = null
  #pid = 100
  readonly #chance: () => number

  constructor(seed: number) {
    this.#chance = random(seed)
  }

  /** One thing that may happen now; `calm`: nobody gives orders and no spawn or kill fails. */
  step(calm = false): void {
    this.now += Math.floor(this.#chance() * 400)
    const possible: (() => void)[] = this.#ownInputs(calm)
    if (!calm) {
      const owner = null
      possible.push(
        () => this.#apply({ type: 'start', owner }),
        () => this.#apply({ type: 'restart', owner }),
        () => this.#apply({ type: 'stop' }),
        () => this.#apply({ type: 'pause' }),
        () => this.#apply({ type: 'resume' }),
        () => this.#apply({ type: 'wait', owner, for: 'db' }),
        () => this.#apply({ type: 'abandon', cause: { type: 'refused', detail: 'no such program' } }),
        () => this.#apply(this.#found()),
        () => this.#apply(this.#stale()),
      )
    }
    possible[Math.floor(this.#chance() * possible.length)]?.()
  }

  order(input: Input): void {
    this.#apply(input)
  }

  #ownInputs(calm: boolean): (() => void)[] {
    const possible: (() => void)[] = []
    const spawning = this.#spawning
    if (spawning !== null) possible.push(() => this.#spawned(spawning, calm))
    const killing = this.#killing
    if (killing !== null && spawning === null) possible.push(() => this.#killed(killing, calm))
    const leader = leaderOf(this.process.phase)
    if (leader && this.living.has(leader)) possible.push(() => this.#dies(leader))
    const ready = this.#ready
    if (ready !== null) possible.push(() => this.#apply({ type: 'ready', run: ready, cause: { type: 'uptime' } }))
    const retry = this.#retry
    if (retry) {
      possible.push(() => {
        this.now = Math.max(this.now, retry.at)
        this.#retry = null
        this.#apply({ type: 'retry', run: retry.run })
      })
    }
    return possible
  }

  #spawned(run: number, calm: boolean): void {
    this.#spawning = null
    if (!calm && this.#chance() < 0.2) {
      const problem = { type: 'process-limit' } as const
      this.#apply({ type: 'spawn-failed', run, problem, transient: this.#chance() < 0.5 })
      return
    }
    const child = identity(this.#pid++)
    this.living.add(child)
    this.#apply({ type: 'spawned', run, leader: child, logStart: { stdout: 0, stderr: 0 }, port: null, at: this.now })
  }

  #killed(run: number, calm: boolean): void {
    this.#killing = null
    const survivors = !calm && this.#chance() < 0.1 ? [...this.living] : []
    if (survivors.length === 0) this.living.clear()
    this.#apply({ type: 'killed', run, survivors: survivors.map((one) => ({ identity: one, name: 'sh' })) })
  }

  #dies(leader: Identity): void {
    this.living.delete(leader)
    if (this.#chance() < 0.3) this.living.add(identity(this.#pid++))
    this.#apply({ type: 'exited', run: this.process.run, code: this.#chance() < 0.3 ? 0 : 1, signal: null })
  }

  /** What a monitor of the current run may report at any time. */
  #found(): Input {
    const { run } = this.process
    const ok = this.#chance() < 0.7
    const reports: Input[] = [
      { type: 'health', run, result: { at: this.now, ok, took: 1, detail: 'refused' } },
      { type: 'over-limit', run, cause: { type: 'over-limit', of: 'memory', used: 2, limit: 1, snapshot: null } },
      { type: 'file-changed', run, files: ['a.ts'], at: this.now },
      { type: 'ready-timeout', run, awaited: 'healthy', within: 60_000 },
    ]
    return reports[Math.floor(this.#chance() * reports.length)] ?? { type: 'stop' }
  }

  #stale(): Input {
    const run = this.process.run + (this.#chance() < 0.5 ? 1 : -1)
    return this.#chance() < 0.5
      ? { type: 'killed', run, survivors: [] }
      : { type: 'exited', run, code: 0, signal: null }
  }

  #apply(input: Input): void {
    const { process, effects } = transition(this.process, input, this.now)
    this.process = process
    for (const effect of effects) this.#run(effect)
    this.#check(input)
  }

  #run(effect: Effect): void {
    if ('run' in effect && effect.run !== this.process.run) this.problems.push(`${effect.type} of run ${effect.run}`)
    if (effect.type === 'spawn') {
      if (this.living.size > 0) this.problems.push(`run ${effect.run} spawned while something lives`)
      this.spawns++
      this.#spawning = effect.run
    } else if (effect.type === 'kill') this.#killing = effect.run
    else if (effect.type === 'await-ready') this.#ready = effect.run
    else if (effect.type === 'retry-at') this.#retry = effect
    else if (effect.type === 'retry-after') this.#retry = { run: effect.run, at: this.now + effect.delay }
    else if (effect.type === 'cancel') {
      this.#ready = null
      this.#retry = null
    }
  }

  #check(input: Input): void {
    const { phase, wanted, config, failures, survivors } = this.process
    const wrong = (what: string) => this.problems.push(`${what} after ${input.type}: ${JSON.stringify(this.process)}`)
    const isMeantUp = ['waiting', 'scheduled', 'backoff', 'spawning', 'starting', 'running', 'paused'].includes(
      phase.type,
    )
    if (isMeantUp && wanted === 'down') wrong('up though wanted down')
    if (isAtRest(phase) && phase.type !== 'failed' && wanted === 'up') wrong('at rest though wanted up')
    if (isAtRest(phase) && phase.type !== 'failed' && this.living.size > 0) wrong('at rest while something lives')
    if (phase.type === 'spawning' && survivors.length > 0 && phase.blocked === null) wrong('spawned beside survivors')
    if (config.maxRestarts !== 'unlimited' && failures > config.maxRestarts + 1) wrong('more failures than allowed')
    if (this.#idle() && !isAtRest(phase) && phase.type !== 'waiting' && !wasReady(phase)) wrong('stuck')
  }

  /** Nothing will happen any more unless somebody gives an order or the leader dies. */
  #idle(): boolean {
    return this.#spawning === null && this.#killing === null && this.#ready === null && this.#retry === null
  }
}

describe('a long walk through the states', () => {
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    it(`keeps what must never happen from happening (seed ${seed})`, () => {
      const world = new World(seed)
      for (let i = 0; i < 6000; i++) world.step()
      expect(world.problems.slice(0, 3)).toEqual([])
      expect(world.spawns).toBeGreaterThan(200)
    })

    it(`ends at rest once it is stopped, from wherever it is (seed ${seed})`, () => {
      for (let round = 0; round < 100; round++) {
        const world = new World(seed * 1000 + round)
        for (let i = 0; i < 40; i++) world.step()
        world.order({ type: 'stop' })
        const spawns = world.spawns
        for (let i = 0; i < 20; i++) world.step(true)
        expect(world.process).toMatchObject({ wanted: 'down', survivors: [] })
        expect(['stopped', 'completed']).toContain(world.process.phase.type)
        expect(world.spawns).toBe(spawns)
        expect(world.living.size).toBe(0)
      }
    })
  }
})
