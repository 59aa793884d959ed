import { statSync } from 'node:fs'
import { hostname } from 'node:os'
import { stripVTControlCharacters } from 'node:util'
import { decode, encode, keyOf, type Marks } from '../../logs/reading/cursor.ts'
import { UNFINISHED_AFTER } from '../../logs/reading/line.ts'
import { childFiles } from '../../logs/reading/read.ts'
import { baseOf } from '../../model/config/instances.ts'
import { isRecord, isText } from '../../model/config/shape.ts'
import type { ManagedProcess } from '../../model/lifecycle/process.ts'
import { maskEnvironment } from '../../model/redaction/mask.ts'
import { logsPayload, metricsPayload, type OtlpSource } from '../../model/telemetry/otlp.ts'
import { type OtlpSettings, type OtlpTarget, otlpSettings, pairsIn } from '../../model/telemetry/otlp-settings.ts'
import { reasonOf } from '../../model/text/system-error.ts'
import { pathsOf } from '../../storage/paths.ts'
import { writeAtomicSync } from '../../system/fs/files.ts'
import { jsonIn } from '../../system/fs/plain-file.ts'
import { environmentOf } from '../effects/environment.ts'
import type { Redaction } from '../effects/redaction.ts'
import type { EventBus } from '../event-bus.ts'
import type { Activity } from '../lifetime/activity.ts'
import type { Managed } from '../managed.ts'
import type { Collector, CollectorOptions } from './collector.ts'
import { LogSender } from './log-sender.ts'
import { type Outcome, post } from './post.ts'

export interface OtlpOptions extends CollectorOptions {
  events: EventBus
  redaction: Redaction
  activity: Activity
  /** Environment of processes that were started without a command. */
  environment: Record<string, string>
}

type MetricsTarget = NonNullable<OtlpSettings['metrics']>

/** ms in which changes of cursors gather before they are written. */
const SAVE_AFTER = 200
/** ms in which a problem that comes and goes is told once. */
const QUIET = 60_000

/** Sends metrics and logs of the processes whose config asks for it to a collector of OpenTelemetry. */
export class OtlpService {
  readonly #options: OtlpOptions
  readonly #collector: () => Promise<Collector>
  /** Where the sending of logs goes on, by the id of the process. */
  readonly #cursors: Map<string, string>
  readonly #senders = new Map<string, { sender: LogSender; managed: Managed; isOver: boolean }>()
  /** Ends of the repeated sending of metrics, by the target as JSON. */
  readonly #timers = new Map<string, () => void>()
  readonly #end = new AbortController()
  #cancelSave: (() => void) | undefined
  /** What was told of each subject, and when, epoch ms. */
  readonly #told = new Map<string, { text: string; at: number; isOver: boolean }>()

  /** @param collector loads what measures */
  constructor(options: OtlpOptions, collector: () => Promise<Collector>) {
    this.#options = options
    this.#collector = collector
    this.#cursors = cursorsIn(this.#file)
  }

  /**
   * Begins and ends what has to be sent now.
   *
   * @param begun processes as they were when their runs were first seen, by id: the output of these runs is sent. Those that have no
   *   endpoint are taken out.
   */
  update(begun: Map<string, ManagedProcess>): void {
    const reported = this.#options.processes.all().filter(({ process }) => process.config.otlp !== undefined)
    const targets = new Set<string>()
    for (const managed of reported) {
      const { logs, metrics, problem } = this.#settingsOf(managed)
      const { id } = managed.process
      if (problem !== null) this.#tellOnce(problem, `nothing is sent by OTLP: ${problem}`)
      if (metrics) targets.add(JSON.stringify(metrics))
      if (!logs) begun.delete(id)
      const first = begun.get(id)
      if (first && !this.#cursors.has(id)) {
        this.#cursors.set(id, this.#startOf(first))
        this.#save()
      }
      if (this.#cursors.has(id) && !this.#senders.has(id)) this.#send(managed)
    }
    this.#arrangeLogs(new Set(reported.filter(wantsLogs)))
    this.#arrangeMetrics(targets)
  }

  /** Works in an exit handler. */
  close(): void {
    this.#end.abort()
    for (const { sender } of this.#senders.values()) sender.close()
    for (const cancel of this.#timers.values()) cancel()
    if (this.#cancelSave) this.#save()
  }

  get #file(): string {
    return pathsOf(this.#options.tuixDir).otlp
  }

  #settingsOf(managed: Managed): OtlpSettings {
    return otlpSettings(managed.process.config.otlp, environmentOf(managed, this.#options.environment))
  }

  #sourceOf(managed: Managed): OtlpSource {
    const { redaction, environment, info } = this.#options
    const { id, config } = managed.process
    const { OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES } = environmentOf(managed, environment)
    const given = Object.entries(maskEnvironment(pairsIn(OTEL_RESOURCE_ATTRIBUTES)))
    return {
      attributes: {
        'service.name': baseOf(config),
        'host.name': hostname(),
        ...Object.fromEntries(given.map(([name, value]) => [name, redaction.redact(managed, value)])),
        ...(OTEL_SERVICE_NAME && { 'service.name': OTEL_SERVICE_NAME }),
        'service.instance.id': id,
      },
      version: info.version,
    }
  }

  #send(managed: Managed): void {
    const { clock, logs, redaction, activity, info } = this.#options
    const { id, config } = managed.process
    const sender = new LogSender({
      clock,
      cursor: this.#cursors.get(id) ?? 'start',
      source: () => logs.sourceOf(managed.process),
      target: () => this.#settingsOf(managed).logs,
      payload: (lines) => {
        const masked = lines.map((line) => ({
          ...line,
          message: redaction.redact(managed, stripVTControlCharacters(line.message)),
        }))
        return logsPayload(this.#sourceOf(managed), masked, clock.now())
      },
      keep: (cursor) => {
        // Not of a process that was removed meanwhile.
        if (!this.#cursors.has(id)) return
        this.#cursors.set(id, cursor)
        this.#cancelSave ??= clock.after(SAVE_AFTER, () => this.#save())
      },
      // A daemon stays until it is sent. An app ends when it wants to.
      sending: (change) => info.mode === 'daemon' && activity.requests(change),
      report: (target, outcome) => this.#report('logs', target, outcome),
    })
    this.#senders.set(id, { sender, managed, isOver: false })
    const ended = () => this.#senders.delete(id)
    sender.run().then(ended, (error) => {
      ended()
      this.#tellOnce(id, `the logs of ${config.name} cannot be read: ${reasonOf(error)}`)
    })
  }

  /** The beginning of what a run has written. */
  #startOf(process: ManagedProcess): string {
    const marks: Marks = {}
    for (const { stream, path } of childFiles(this.#options.logs.sourceOf(process))) {
      const stats = statSync(path, { throwIfNoEntry: false })
      if (stats) marks[keyOf(path)] = [`${stats.dev}:${stats.ino}`, process.logStart[stream]]
    }
    return encode(marks)
  }

  #save(): void {
    this.#cancelSave?.()
    this.#cancelSave = undefined
    if (!this.#options.home.isHere()) return
    try {
      // Without waiting for the disk: after a crash of the machine some lines are sent twice.
      writeAtomicSync(this.#file, JSON.stringify({ cursors: Object.fromEntries(this.#cursors) }), false)
    } catch (error) {
      this.#tellOnce(this.#file, `lines may be sent twice: ${reasonOf(error)}`)
    }
  }

  /** Goes on with those of these processes, and ends the others. */
  #arrangeLogs(wanted: ReadonlySet<Managed>): void {
    const ids = new Set([...wanted].map(({ process }) => process.id))
    for (const [id, one] of this.#senders) {
      if (wanted.has(one.managed)) one.sender.wake()
      else if (this.#options.processes.find(one.managed.process.config.name) === one.managed) one.sender.close()
      else if (!one.isOver) {
        // It was removed. A last line without an end is waited for.
        one.isOver = true
        this.#options.clock.after(UNFINISHED_AFTER + 100, () => one.sender.finish())
      }
      if (one.isOver) ids.add(id)
    }
    const old = [...this.#cursors.keys()].filter((id) => !ids.has(id))
    for (const id of old) this.#cursors.delete(id)
    if (old.length > 0) this.#save()
  }

  #arrangeMetrics(targets: ReadonlySet<string>): void {
    for (const [key, cancel] of this.#timers) {
      if (targets.has(key)) continue
      cancel()
      this.#timers.delete(key)
    }
    for (const key of targets) if (!this.#timers.has(key)) this.#repeat(key, JSON.parse(key))
  }

  #repeat(key: string, target: MetricsTarget): void {
    const again = () => {
      void this.#pushMetrics(key, target)
      this.#repeat(key, target)
    }
    this.#timers.set(key, this.#options.clock.after(target.interval, again))
  }

  /** What is lost here the next one tells, since all is counted from the beginning. */
  async #pushMetrics(key: string, target: MetricsTarget): Promise<void> {
    try {
      const { at, processes } = await (await this.#collector()).collect()
      const readings = processes.flatMap((reading) => {
        const managed = this.#options.processes.find(reading.process.config.name)
        const isMeant = managed && JSON.stringify(this.#settingsOf(managed).metrics) === key
        return isMeant ? [{ ...this.#sourceOf(managed), reading }] : []
      })
      if (readings.length === 0) return
      const outcome = await post(target, JSON.stringify(metricsPayload(readings, at)), this.#end.signal)
      this.#report('metrics', target, outcome)
    } catch (error) {
      this.#tellOnce(key, `the metrics for OTLP cannot be read: ${reasonOf(error)}`)
    }
  }

  #report(what: 'logs' | 'metrics', target: OtlpTarget, outcome: Outcome): void {
    const subject = JSON.stringify(target)
    const told = this.#told.get(subject)
    if (outcome.type === 'taken') {
      if (told) told.isOver = true
      return
    }
    const { type, detail } = outcome
    const then = type === 'failed' ? 'trying again' : 'what it refuses is dropped'
    this.#tellOnce(subject, `${what} cannot be sent to ${target.url}: ${detail}; ${then}`)
  }

  /** Tells it once, and again when it comes back after a while. */
  #tellOnce(subject: string, text: string): void {
    const told = this.#told.get(subject)
    const now = this.#options.clock.now()
    if (told?.text === text && !(told.isOver && now - told.at > QUIET)) return
    this.#told.set(subject, { text, at: now, isOver: false })
    this.#options.events.warn(text)
  }
}

function wantsLogs({ process: { config } }: Managed): boolean {
  return config.otlp === true || config.otlp === 'logs'
}

/** None in a file that is missing or damaged: then it begins anew with the present runs. */
function cursorsIn(file: string): Map<string, string> {
  const saved = jsonIn(file)
  const cursors = isRecord(saved) && isRecord(saved.cursors) ? saved.cursors : {}
  return new Map(Object.entries(cursors).filter((entry): entry is [string, string] => isCursor(entry[1])))
}

function isCursor(value: unknown): boolean {
  try {
    return isText(value) && decode(value) !== undefined
  } catch {
    return false
  }
}
