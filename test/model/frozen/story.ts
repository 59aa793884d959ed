import type { ResolvedProcess } from '../../../src/model/config/config.ts'
import { causesOf, TELLING } from '../../../src/model/lifecycle/chain.ts'
import * as describe from '../../../src/model/lifecycle/describe.ts'
import type { ProcessEvent } from '../../../src/model/lifecycle/events.ts'
import { evaluate, type Goal, goalOfStart, goalOfStop } from '../../../src/model/lifecycle/goal.ts'
import type { Effect, Found, Input } from '../../../src/model/lifecycle/inputs.ts'
import {
  CPU_PATIENCE,
  type Excess,
  evaluateUsage,
  MEMORY_SAMPLES,
  NO_OVERUSE,
} from '../../../src/model/lifecycle/limits.ts'
import { leaderOf, nextStart } from '../../../src/model/lifecycle/phase.ts'
import type { ManagedProcess } from '../../../src/model/lifecycle/process.ts'
import { transition } from '../../../src/model/lifecycle/transition.ts'
import { rebuild, regroupInstances } from '../../../src/model/tree/rebuild.ts'
import { meets } from '../../../src/model/views/condition.ts'
import { snapshot } from '../../../src/model/views/snapshot.ts'
import { TRANSIENT } from '../../../src/supervisor/effects/launch.ts'
import { receive } from '../../../src/supervisor/effects/messages.ts'
import { awaitReady } from '../../../src/supervisor/effects/ready.ts'
import { spawnProblemOf } from '../../../src/supervisor/effects/spawn-problem.ts'
import { EventBus } from '../../../src/supervisor/event-bus.ts'
import type { Managed } from '../../../src/supervisor/managed.ts'
import { config, identity, managedProcess } from '../processes.ts'

/*
 * The driver of the frozen wording: the only file, beside `team.ts`, that knows how states and inputs look. Its methods say
 * what happens, in words that do not depend on that; `scenarios.ts` has nothing but calls of them. Where the sentence of an
 * input is made by a function that can be called without a system, that function is called; the others are repeated here.
 */

/** Epoch ms; a whole minute, so that a schedule is the same in every time zone. */
export const BEGIN = 1_760_000_040_000
/** ms that pass before each thing that happens. */
const STEP = 1000
/** What takes more than a few of them says more about time than about words. */
const MOST_CAUSES = 6

const PATHS = { logFile: '/srv/.tuix/logs/web.out.log', errorFile: '/srv/.tuix/logs/web.err.log' }

/** A system in which every folder exists, and no program. */
const NO_PROGRAMS: Parameters<typeof spawnProblemOf>[3] = {
  isFolder: () => true,
  mayEnter: () => true,
  findProgram: () => ({ found: undefined, searched: [] }),
}

/** What a tree does that has booted. */
const IDLE = () => ({ at: 0, cpu: 0, isBusy: false, listens: () => false })

/** Who listens on a port; null: a process of another user. */
export type Holder = { pid: number; name: string } | null

/** What one process goes through, and every sentence that users can see of it meanwhile. */
export class Story {
  /** What was seen, in order: states where they changed, events, and what those heard who had given an order. */
  readonly lines: string[] = []
  readonly events: ProcessEvent[] = []
  now = BEGIN
  process: ManagedProcess
  readonly #bus = new EventBus({ append() {} }, { now: () => this.now })
  #goals: { action: 'start' | 'stop' | 'restart'; goal: Goal; number: number }[] = []
  #ordered = 0
  #isPart = false
  /** What was said last of each kind, which is not repeated. */
  readonly #said = new Map<string, string>()

  constructor(settings: Partial<ResolvedProcess> = {}, process?: ManagedProcess) {
    this.process = process ?? managedProcess({}, settings)
    this.#bus.listen((event) => this.#hear(event))
  }

  /** One that is known only because it was found running. */
  static rebuilt(): Story {
    return new Story({}, rebuild('f00d:web:1', 4, identity(4004), config(), BEGIN)).recovered({ leader: 'alive' })
  }

  /** An instance that was down when the state was lost, known from another one that runs. */
  static lost(): Story {
    const own = (number: string) =>
      config({ name: `web-${number}`, instanceOf: 'web', instances: 2, env: { TUIX_INSTANCE: number } })
    const second = rebuild('f00d:web-2:1', 1, identity(4001), own('2'), BEGIN)
    const first = regroupInstances([second], [], 'f00d').find((process) => process.config.name === 'web-1')
    return new Story({}, first).#look()
  }

  // Orders

  start(): this {
    return this.#order('start')
  }

  restart(): this {
    return this.#order('restart')
  }

  stop(): this {
    return this.#order('stop')
  }

  pause(): this {
    return this.#happens({ type: 'pause' })
  }

  resume(): this {
    return this.#happens({ type: 'resume' })
  }

  /** A start that waits for a dependency. */
  waitFor(name: string): this {
    return this.#happens({ type: 'wait', owner: null, for: name })
  }

  // The end of a wait for a dependency

  dependencyFailed(name: string, detail: string): this {
    return this.#happens({ type: 'abandon', cause: { type: 'dependency', name, what: 'failed', detail } })
  }

  dependencyIncomplete(name: string, detail: string): this {
    return this.#happens({ type: 'abandon', cause: { type: 'dependency', name, what: 'incomplete', detail } })
  }

  /** What was looked at before the spawn says that it would fail. */
  refused(detail: string): this {
    return this.#happens({ type: 'abandon', cause: { type: 'refused', detail } })
  }

  // The spawn

  spawned(): this {
    const { run, port } = this.process
    const at = this.now + STEP
    const leader = identity(4000 + run)
    return this.#happens({ type: 'spawned', run, leader, logStart: { stdout: 0, stderr: 0 }, port, at })
  }

  /** The spawn was refused by the system, with this code of an error. */
  notSpawned(code: string, message = `spawn ${code}`): this {
    const error = Object.assign(new Error(message), { code })
    const problem = spawnProblemOf(error, this.process.config, undefined, NO_PROGRAMS)
    const transient = TRANSIENT.has(code)
    return this.#happens({ type: 'spawn-failed', run: this.process.run, problem, transient })
  }

  /** The spawn waits until the port of the run before is free. */
  portBusy(port: number, holder: Holder): this {
    return this.#happens({ type: 'blocked', run: this.process.run, by: { type: 'port', port, holder } })
  }

  /** @param passing it is a restart, and the next try may find it free */
  portTaken(port: number, holder: Holder, passing: boolean): this {
    const problem = { type: 'port-taken', port, holder } as const
    return this.#happens({ type: 'spawn-failed', run: this.process.run, problem, transient: passing })
  }

  noFreePort(): this {
    const problem = { type: 'no-free-port' } as const
    return this.#happens({ type: 'spawn-failed', run: this.process.run, problem, transient: true })
  }

  // The run

  /** It has lived for so long that it counts as up. */
  livedLongEnough(): this {
    return this.#through((managed) => void awaitReady(managed, this.#impatient(), IDLE))
  }

  /** The time is up in which it should have become healthy, or said that it is ready. */
  notReadyInTime(): this {
    return this.livedLongEnough()
  }

  saysReady(): this {
    return this.#through((managed) => receive(managed, managed.process.run, 'ready'))
  }

  check(ok: boolean, detail: string): this {
    const at = this.now + STEP
    return this.#happens({ type: 'health', run: this.process.run, result: { at, ok, took: 12, detail } })
  }

  exits(code: number): this {
    return this.#happens({ type: 'exited', run: this.process.run, code, signal: null })
  }

  killedBy(signal: string): this {
    return this.#happens({ type: 'exited', run: this.process.run, code: null, signal })
  }

  /** It is gone, and nobody saw how it ended. */
  vanishes(): this {
    return this.#happens({ type: 'exited', run: this.process.run, code: null, signal: null })
  }

  /** @param snapshot of the heap: where it is, or why there is none; absent: none was asked for */
  usesMemory(used: number, limit: number, snapshot?: { file: string } | { detail: string }): this {
    let overuse = NO_OVERUSE
    let excess: Excess | undefined
    for (let sample = 0; sample < MEMORY_SAMPLES; sample++) {
      const judged = evaluateUsage(overuse, { memory: used, cpu: 0 }, { maxMemory: limit, maxCpu: null }, this.now)
      overuse = judged.overuse
      excess = judged.excess
    }
    return this.#exceeds(excess, snapshot)
  }

  usesCpu(used: number, limit: number): this {
    const limits = { maxMemory: null, maxCpu: limit }
    const { overuse } = evaluateUsage(NO_OVERUSE, { memory: 0, cpu: used }, limits, this.now)
    return this.#exceeds(evaluateUsage(overuse, { memory: 0, cpu: used }, limits, this.now + CPU_PATIENCE).excess)
  }

  /** @param others how many other files changed at once */
  fileChanges(file: string, others = 0): this {
    const files = [file, ...Array.from({ length: others }, (_, i) => `${file}.${i}`)]
    return this.#happens({ type: 'file-changed', run: this.process.run, files, at: this.now + STEP })
  }

  // Its end

  /** Nothing of the run is left. */
  gone(): this {
    return this.#happens({ type: 'killed', run: this.process.run, survivors: [] })
  }

  /** The run could not be ended whole. */
  survivedBy(...members: { pid: number; name: string }[]): this {
    const survivors = members.map(({ pid, name }) => ({ identity: identity(pid), name }))
    return this.#happens({ type: 'killed', run: this.process.run, survivors })
  }

  /** The time of the next try has come. */
  tries(): this {
    this.now = Math.max(this.now, (nextStart(this.process.phase) ?? 0) - STEP)
    return this.#happens({ type: 'retry', run: this.process.run })
  }

  // Another supervisor

  /**
   * The next supervisor has looked for it.
   *
   * @param leader `newer`: of a run that the state did not know of
   */
  recovered(found: { leader?: 'alive' | 'newer'; leftovers?: true; rebooted?: true }): this {
    const { run } = this.process
    const number = found.leader === 'newer' ? run + 1 : run
    const seen: Found = {
      leader: found.leader === undefined ? null : (this.#leaderOf(number) ?? identity(4000 + number)),
      run: number,
      leftovers: found.leftovers ?? false,
      rebooted: found.rebooted ?? false,
    }
    return this.#happens({ type: 'recover', found: seen })
  }

  /** A signal was sent by hand. */
  signalled(signal: string): this {
    this.now += STEP
    const { config, run } = this.process
    const cause = { type: 'signal', signal, reached: null } as const
    this.#bus.emit({ time: this.now, name: config.name, run, type: 'signal', cause, signal, pid: 4000 + run })
    return this
  }

  // What is not an input

  after(ms: number): this {
    this.now += ms
    return this
  }

  /** Leaves out what was seen so far, and the causes in the end: other stories tell of that. */
  fromHere(): this {
    this.lines.length = 0
    this.#isPart = true
    return this
  }

  /** Ends the story: what it looks like to somebody who asks why. */
  told(): string[] {
    if (this.#isPart) return this.lines
    const events = this.events.filter(({ type }) => TELLING.includes(type)).reverse()
    const causes = causesOf(events).slice(0, MOST_CAUSES)
    return [...this.lines, ...causes.map((cause) => causeLine(cause))]
  }

  /** The leader that the state names, where it is one of that run. */
  #leaderOf(run: number) {
    return run === this.process.run ? leaderOf(this.process.phase) : null
  }

  #exceeds(excess: Excess | undefined, snapshot: { file: string } | { detail: string } | null = null): this {
    if (!excess) throw new Error('it is within its limits')
    const cause = { type: 'over-limit', ...excess, snapshot } as const
    return this.#happens({ type: 'over-limit', run: this.process.run, cause })
  }

  #order(action: 'start' | 'stop' | 'restart'): this {
    const before = this.process
    this.#apply(action === 'stop' ? { type: 'stop' } : { type: action, owner: null })
    const goal = action === 'stop' ? goalOfStop(before) : goalOfStart(action, before, this.process)
    this.#goals.push({ action, goal, number: this.#ordered++ })
    return this.#look()
  }

  #happens(input: Input): this {
    this.#apply(input)
    return this.#look()
  }

  /** Lets a part of the supervisor dispatch what it has to say. */
  #through(act: (managed: Managed) => void): this {
    const stub = {
      process: this.process,
      channel: {},
      dispatch: (input: Input) => {
        this.#happens(input)
      },
    }
    act(stub as unknown as Managed)
    return this
  }

  /** A clock whose timers are due at once. */
  #impatient(): Parameters<typeof awaitReady>[1] {
    return {
      now: () => this.now,
      monotonic: () => this.now,
      bootedAt: () => null,
      after: (_, action) => {
        action()
        return () => {}
      },
    }
  }

  #apply(input: Input): void {
    this.now += STEP
    const { process, effects } = transition(this.process, input, this.now)
    this.process = process
    for (const effect of effects) this.#note(effect)
  }

  #note(effect: Effect): void {
    if (effect.type === 'emit') this.#bus.emit(effect.event)
    else if (effect.type in ORDERS) this.lines.push(`  orders: ${ORDERS[effect.type]}`)
  }

  #hear(event: ProcessEvent): void {
    this.events.push(event)
    this.lines.push(`  event ${eventLine(event)}`)
  }

  /** Notes what can be seen now, where it is not what was seen before. */
  #look(): this {
    const state = snapshot(this.process, PATHS, null, this.now)
    this.#say('state', stateLine(state))
    this.#say('last exit', state.lastExit === null ? '' : `  last exit ${JSON.stringify(exitFacts(state.lastExit))}`)
    const never = meets(state, 'ready')
    this.#say('never', typeof never === 'string' ? `  whoever waits hears: web ${never}` : '')
    this.#goals = this.#goals.filter(({ action, goal, number }) => {
      const result = evaluate(this.process, goal)
      if (result === 'pending') {
        const cause = { type: 'overdue', order: action === 'stop' ? 'stop' : 'start' } as const
        const late = describe.outcome({ result: 'failed', code: 'timeout', cause }, this.process)
        this.#say(`late ${number}`, `  whoever gives up the ${action} hears: ${late}`)
        return true
      }
      const how = result.result === 'failed' ? `went wrong (${result.code})` : 'went well'
      this.lines.push(`  the ${action} ${how}: ${describe.outcome(result, this.process)}`)
      return false
    })
    return this
  }

  #say(kind: string, line: string): void {
    if (this.#said.get(kind) === line) return
    this.#said.set(kind, line)
    if (line !== '') this.lines.push(line)
  }
}

/** What is to be done in the world, as far as it tells one state from another. */
const ORDERS: Partial<Record<Effect['type'], string>> = {
  spawn: 'spawn',
  kill: 'end all of it',
  'request-start': 'be started, what it depends on first',
}

/** What may come to it later is left out. */
export function eventLine({ type, run, message, pid, exitCode, signal, delay }: ProcessEvent): string {
  const facts = JSON.stringify({ pid, exitCode, signal, delay })
  return `${type} of run ${run}: ${message}${facts === '{}' ? '' : ` ${facts}`}`
}

export function stateLine(state: ReturnType<typeof snapshot>): string {
  const facts = [
    `${state.status}, wanted ${state.wanted}, run ${state.run}`,
    state.pid === null ? '' : `pid ${state.pid}`,
    state.retryAt === null ? '' : `next try at +${state.retryAt - BEGIN}`,
    state.restarts === 0 ? '' : `restarts ${state.restarts}`,
    state.failures === 0 ? '' : `failures ${state.failures}`,
    state.health ?? '',
    state.adopted ? 'adopted' : '',
  ]
  return `${facts.filter((fact) => fact !== '').join(', ')}${state.reason === '' ? '' : `: ${state.reason}`}`
}

/** All but its time, and what may come to it later. */
function exitFacts({
  run,
  code,
  signal,
  lasted,
  early,
  asked,
  why,
}: NonNullable<ReturnType<typeof snapshot>['lastExit']>) {
  return { run, code, signal, lasted, early, asked, why }
}

function causeLine({
  kind,
  time,
  run,
  message,
  times,
  since,
  from,
  until,
}: ReturnType<typeof causesOf>[number]): string {
  const moment = (at: number | null) => (at === null ? '?' : `+${at - BEGIN}`)
  const often = times === 1 ? '' : `, ${times} times since ${moment(since)}`
  const span = from === null && until === null ? '' : `, wrote from ${moment(from)} until ${moment(until)}`
  return `cause ${kind} of run ${run} at ${moment(time)}${often}${span}: ${message}`
}

/** All of the public state that `state.json` decides. */
export function publicState(process: ManagedProcess, now: number) {
  const {
    command: _,
    cwd: __,
    logFile: ___,
    errorFile: ____,
    cpu: _____,
    memory: ______,
    ...state
  } = snapshot(process, PATHS, null, now)
  return state
}
