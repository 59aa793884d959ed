import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { basename, dirname } from 'node:path'
import { type AlertInput, type AlertStep, nextLook, step } from '../../model/alerts/alerts.ts'
import { type AlertState, alertsInfo, rulesIn, targetText } from '../../model/alerts/info.ts'
import type { AlertMessage } from '../../model/alerts/open-alert.ts'
import { baseOf } from '../../model/config/instances.ts'
import { ProcessManagerError } from '../../model/errors.ts'
import type { ProcessEvent } from '../../model/lifecycle/events.ts'
import { wasReady } from '../../model/lifecycle/phase.ts'
import { maskText } from '../../model/redaction/mask.ts'
import type { AlertsInfo, AlertTestResult } from '../../model/views/alerts-info.ts'
import type { AlertSettings } from '../../protocol/inputs.ts'
import { readHistory } from '../../storage/history.ts'
import { pathsOf } from '../../storage/paths.ts'
import { type Clock, runAt } from '../../system/clock.ts'
import { removeFile, writeAtomicSync } from '../../system/fs/files.ts'
import { hash } from '../../system/fs/place-hash.ts'
import type { Sweeper } from '../../system/process/sweep.ts'
import type { EventBus } from '../event-bus.ts'
import type { Activity } from '../lifetime/activity.ts'
import type { Home } from '../lifetime/home.ts'
import type { ReadonlyProcessTable } from '../process-table.ts'
import { lookAtDisk, OomWatch } from './observations.ts'
import { type Delivery, type Surroundings, send } from './send.ts'

/** ms before the second and the third try. */
const RETRY_AFTER = [1000, 5000]
/** ms between looks at the disk. */
const DISK_EVERY = 60_000
/** ms until a change that sends nothing is written. */
const WRITE_AFTER = 1000
/** ms before the last event in which events are told apart by their keys, and how many keys are kept. */
const RECENT = 2000
const MOST_KEYS = 200
/** Messages that may wait, for a target that does not answer. */
const MOST_WAITING = 100

export interface AlertServiceOptions {
  tuixDir: string
  home: Home
  clock: Clock
  processes: ReadonlyProcessTable
  events: EventBus
  activity: Activity
  sweeper: Sweeper
  folderHash: string
  /** Environment of commands. */
  environment: Record<string, string>
}

const NOTHING: AlertState = { configs: {}, open: [], outbox: [], heard: { time: 0, keys: [] } }

/** Follows the events, applies the rules, and sends the messages. `alerts.json` has all that the next supervisor needs. */
export class AlertService {
  readonly #options: AlertServiceOptions
  readonly #oom = new OomWatch()
  readonly #end = new AbortController()
  #state: AlertState
  /** Ids of messages that are being sent. */
  readonly #sending = new Set<string>()
  /** The last delivery of each rule. */
  readonly #deliveries = new Map<string, Promise<void>>()
  #cancelLook = () => {}
  #cancelWrite: (() => void) | undefined
  #cancelDisk: (() => void) | undefined
  #isBusy = false

  constructor(options: AlertServiceOptions, saved: AlertState | null) {
    this.#options = options
    this.#state = saved ?? { ...NOTHING, heard: { time: options.clock.now(), keys: [] } }
  }

  /**
   * Goes on where the supervisor before ended: what it did not hear is in the journal.
   *
   * @param end of the journal when this supervisor began
   */
  async restore(end: { id: string; offset: number } | undefined): Promise<void> {
    const { time, keys } = this.#state.heard
    const path = pathsOf(this.#options.tuixDir).events
    const missed = end ? await readHistory(path, { since: time - RECENT }, end).catch(() => []) : []
    const known = new Set(keys)
    for (const event of missed) if (!known.has(keyOf(event))) this.heard(event)
    this.update()
    this.#go()
  }

  heard(event: ProcessEvent): void {
    if (this.#end.signal.aborted || Object.keys(this.#state.configs).length === 0) return
    const { heard } = this.#state
    const keys = [...(event.time - heard.time > RECENT ? [] : heard.keys), keyOf(event)].slice(-MOST_KEYS)
    this.#state = { ...this.#state, heard: { time: event.time, keys } }
    const config = this.#options.processes.find(event.name)?.process.config
    const base = config ? baseOf(config) : event.name
    const oom = this.#oom.heard(event)
    this.#apply({ type: 'event', event, base, stableAfter: config?.stableAfter ?? 0, oom })
  }

  /** A process may have been stopped that was down already, of which no event tells. */
  update(): void {
    const { open } = this.#state
    if (open.length > 0 && open.some(({ process }) => this.#isDown(process))) this.#look()
  }

  info(): AlertsInfo {
    return alertsInfo(this.#state, maskText)
  }

  set({ rules, source = '', cwd }: AlertSettings): AlertsInfo {
    const entries = rules.map((rule) => [this.#ruleId(source, JSON.stringify(rule)), rule] as const)
    const { [source]: before, ...others } = this.#state.configs
    const own = { rules: Object.fromEntries(entries), ...(cwd !== undefined && { cwd }) }
    if (JSON.stringify(own) === JSON.stringify(before)) return this.info()
    const configs = rules.length > 0 ? { ...others, [source]: own } : others
    const known = rulesIn({ configs })
    const isKnown = ({ rule }: { rule: string }) => known.has(rule)
    const { open, outbox } = this.#state
    this.#state = { ...this.#state, configs, open: open.filter(isKnown), outbox: outbox.filter(isKnown) }
    if (before === undefined && Object.keys(others).length === 0) this.#state.heard.time = this.#options.clock.now()
    this.#write(true)
    this.#go()
    return this.info()
  }

  async test(number: number | undefined): Promise<AlertTestResult[]> {
    const rules = [...rulesIn(this.#state)]
    if (rules.length === 0) throw new ProcessManagerError('usage', 'there are no alerts: declare them under `alerts`')
    if (number !== undefined && number > rules.length)
      throw new ProcessManagerError('usage', `there is no alert ${number}; there are ${rules.length}`)
    const time = this.#options.clock.now()
    const tested = rules.map(async ([rule, { to }], index): Promise<AlertTestResult | undefined> => {
      if (number !== undefined && number !== index + 1) return undefined
      const message: AlertMessage = {
        ...{ id: `test-${randomUUID()}`, rule, time, status: 'firing', kind: 'test', process: '' },
        ...{ message: 'this is a test of an alert', count: 1, since: time, cause: null },
      }
      const { ok, answer } = await send(message, to, this.#surroundings(rule), this.#end.signal)
      return { rule: index + 1, target: targetText(to, maskText), ok, answer: maskText(answer) }
    })
    return (await Promise.all(tested)).filter((result) => result !== undefined)
  }

  /** The supervisor ends. Works in an exit handler. What is being sent is sent again by the next one, with the same id. */
  close(): void {
    if (this.#end.signal.aborted) return
    if (this.#cancelWrite) this.#write(false)
    this.#end.abort()
    this.#cancelLook()
    this.#cancelDisk?.()
  }

  #ruleId(source: string, rule: string): string {
    return hash(`${this.#options.folderHash}\n${source}\n${rule}`, 12)
  }

  #apply(input: AlertInput): void {
    const { clock } = this.#options
    const now = input.type === 'event' ? input.event.time : clock.now()
    const { open, messages }: AlertStep = step(this.#state.open, rulesIn(this.#state), input, now)
    const hasChanged = JSON.stringify(open) !== JSON.stringify(this.#state.open)
    const outbox = [
      ...this.#state.outbox,
      ...messages.map((message) => ({ ...message, message: maskText(message.message) })),
    ]
    this.#state = { ...this.#state, open, outbox: outbox.slice(-MOST_WAITING) }
    // What a target may have heard of must be on disk first, so that it never hears of it by another id.
    if (messages.length > 0) this.#write(true)
    else if (hasChanged) this.#cancelWrite ??= clock.after(WRITE_AFTER, () => this.#write(false))
    this.#go()
  }

  #look(): void {
    const processes = this.#options.processes.snapshot()
    const up = processes.flatMap(({ phase, config }) => (wasReady(phase) ? config.name : []))
    const down = processes.flatMap(({ config }) => (this.#isDown(config.name) ? config.name : []))
    this.#apply({ type: 'time', up: new Set(up), down: new Set(down) })
  }

  #isDown(name: string): boolean {
    const phase = this.#options.processes.find(name)?.process.phase
    return phase?.type === 'stopped' || phase?.type === 'completed'
  }

  /** Sends what waits, and plans the next look. */
  #go(): void {
    if (this.#end.signal.aborted) return
    const { clock, activity } = this.#options
    const rules = rulesIn(this.#state)
    for (const message of this.#state.outbox) this.#deliver(message)
    this.#cancelLook()
    const next = nextLook(this.#state.open, rules)
    if (next !== null) this.#cancelLook = runAt(next, () => this.#look(), clock)
    if (![...rules.values()].some(({ on }) => on.includes('disk'))) {
      this.#cancelDisk?.()
      this.#cancelDisk = undefined
    } else if (!this.#cancelDisk) this.#lookAtDisk()
    const isBusy = next !== null || this.#state.outbox.length > 0
    if (isBusy !== this.#isBusy) activity.requests(isBusy ? 1 : -1)
    this.#isBusy = isBusy
  }

  #lookAtDisk(): void {
    this.#cancelDisk = this.#options.clock.after(DISK_EVERY, () => this.#lookAtDisk())
    void lookAtDisk(this.#options.tuixDir).then((detail) => {
      if (this.#cancelDisk && !this.#end.signal.aborted) this.#apply({ type: 'disk', detail })
    })
  }

  /** One after the other to each target, so that nothing is told after its end. */
  #deliver(message: AlertMessage): void {
    const { id, rule } = message
    if (this.#sending.has(id)) return
    this.#sending.add(id)
    const before = this.#deliveries.get(rule) ?? Promise.resolve()
    this.#deliveries.set(
      rule,
      before.then(() => this.#sendAndStrike(message)),
    )
  }

  async #sendAndStrike(message: AlertMessage): Promise<void> {
    const { id, rule } = message
    const to = rulesIn(this.#state).get(rule)?.to
    const delivery = to && (await this.#tryOften(message, to))
    if (this.#end.signal.aborted) return
    this.#sending.delete(id)
    this.#state = { ...this.#state, outbox: this.#state.outbox.filter((one) => one.id !== id) }
    this.#write(true)
    if (to && delivery && !delivery.ok) {
      const target = targetText(to, maskText)
      this.#options.events.warn(`an alert was not delivered to ${target}: ${maskText(delivery.answer)}`)
    }
    this.#go()
  }

  async #tryOften(message: AlertMessage, to: Parameters<typeof send>[1]): Promise<Delivery> {
    const { clock } = this.#options
    const { signal } = this.#end
    const once = () => send(message, to, this.#surroundings(message.rule), signal)
    let delivery = await once()
    for (const delay of RETRY_AFTER) {
      if (delivery.ok || !delivery.mayRetry || signal.aborted) break
      await new Promise<void>((resolve) => clock.after(delay, resolve))
      if (!signal.aborted) delivery = await once()
    }
    return delivery
  }

  #surroundings(rule: string): Surroundings {
    const { tuixDir, environment: env, clock, sweeper } = this.#options
    const folder = dirname(tuixDir)
    const { cwd = folder } = Object.values(this.#state.configs).find(({ rules }) => rule in rules) ?? {}
    return { origin: { project: basename(folder), host: hostname() }, cwd, env, clock, sweeper }
  }

  /** Writes the state. On a full disk messages are sent all the same. */
  #write(isDurable: boolean): void {
    this.#cancelWrite?.()
    this.#cancelWrite = undefined
    const { home, tuixDir } = this.#options
    if (!home.isHere()) return
    const file = pathsOf(tuixDir).alerts
    try {
      if (Object.keys(this.#state.configs).length === 0) removeFile(file)
      else writeAtomicSync(file, JSON.stringify(this.#state), isDurable)
    } catch {
      // It is written at the next change. Until then a supervisor that is killed would tell some of it again.
    }
  }
}

function keyOf({ time, name, run, type }: ProcessEvent): string {
  return `${time}/${name}/${run}/${type}`
}
