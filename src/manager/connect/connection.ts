import { dirname } from 'node:path'
import { createClient, GoneError } from '../../client/client.ts'
import { readInfo } from '../../client/discover.ts'
import type { EnsureOptions } from '../../client/ensure.ts'
import { isRecord } from '../../model/config/shape.ts'
import { NoAnswerError, ProcessManagerError } from '../../model/errors.ts'
import type { FolderId } from '../../model/lifecycle/folder.ts'
import { reasonOf } from '../../model/text/system-error.ts'
import { seconds } from '../../model/text/text.ts'
import { copyText } from '../../model/tree/relocate.ts'
import { controlBy } from '../../protocol/carrier.ts'
import type { Control, Listen, Operation } from '../../protocol/operations.ts'
import { folderIdOf } from '../../system/fs/folder-id.ts'
import { monotonic } from '../../system/monotonic.ts'
import type { Target } from '../../targets/target.ts'
import { VERSION } from '../../version.ts'
import type { ManagerOptions } from '../options.ts'
import type { Embedded } from './embedded.ts'

/** ms to wait until the holder of the lock listens. */
const PATIENCE = 20_000
/** ms to wait for a successor after a supervisor has ended, such as the daemon of a newer version. */
const GRACE = 1000
/** ms between the end of an event stream and the next attempt. */
const RETRY_AFTER = 100
/** ms between attempts to reach a target that does not answer. */
const RETRY_UNREACHABLE_AFTER = 1000
/** ms between looks for the successor of a supervisor. */
const LOOK_EVERY = 10
/** ms for which a supervisor that did not answer is not asked again: a command may have more than one question. */
const SILENT_FOR = 3000
/** ms after its time limit in which the supervisor has to answer. */
const LIMIT_GRACE = 1000

export interface ConnectionOptions {
  tuixDir: string
  mode: NonNullable<ManagerOptions['supervisor']>
  /** See `ManagerOptions`. */
  supervisorCommand?: readonly string[] | undefined
  /** Reached instead of the supervisor of a folder. */
  target?: Target | undefined
  warn(message: string): void
  /** Called in the foreground, when this process is no longer the supervisor. */
  released(): void
}

/**
 * Reaches the supervisor of a folder, which may be found, launched, or embedded in this process, and may change. Or reaches a
 * target, whose connection may break.
 */
export class Connection {
  /** Every operation, sent to the supervisor of that moment. */
  readonly control: Control = controlBy({
    ask: (name, input) => {
      const request = (control: Control) => (control[name] as (input: object) => Promise<unknown>)(input)
      const limit = 'timeout' in input ? input.timeout : undefined
      return this.#ask(typeof limit === 'number' ? (control) => withLimit(request(control), limit) : request)
    },
    listen: (name, input, signal, listening) => this.#listen(name, input, signal, listening),
  })
  readonly #tuixDir: string
  readonly #mode: NonNullable<ManagerOptions['supervisor']>
  readonly #supervisorCommand: readonly string[] | undefined
  readonly #target: Target | undefined
  readonly #warn: (message: string) => void
  readonly #released: () => void
  #embedded: Embedded | null = null
  #control: Promise<Control> | null = null
  /** The supervisor did not answer, and when that was known, monotonic, in ms. */
  #silence: { error: NoAnswerError; at: number } | null = null
  /** An earlier supervisor was another process. */
  #wasConnected = false
  /** In the foreground: this process is no longer the supervisor. */
  #isOver = false
  #hasWarned = false
  /** The parent of the state folder, as of the first connection. */
  #place: FolderId | undefined

  constructor({ tuixDir, mode, supervisorCommand, target, warn, released }: ConnectionOptions) {
    this.#tuixDir = tuixDir
    this.#mode = mode
    this.#supervisorCommand = supervisorCommand
    this.#target = target
    this.#warn = warn
    this.#released = released
  }

  /** The supervisor runs in this process. */
  get embedded(): boolean {
    return this.#embedded !== null
  }

  /** The supervisor did not answer a moment ago. */
  get isSilent(): boolean {
    return this.#silence !== null && monotonic() - this.#silence.at < SILENT_FOR
  }

  /**
   * Finds the supervisor, launches it, or becomes it.
   *
   * @param careful check that the supervisor answers. A command sends its request without that check, which saves a
   * connection. An app may have nothing to send for a long time.
   */
  reach(careful = this.#mode === 'embedded'): Promise<Control> {
    this.#control ??= this.#connect(careful).catch((error) => {
      this.#control = null
      throw error
    })
    return this.#control
  }

  /** Warns once that the state came with a copy of the folder. */
  warnOfCopy(): void {
    if (this.#hasWarned) return
    this.#hasWarned = true
    this.#warn(copyText(this.#tuixDir))
  }

  /** Sends one request. If the supervisor has ended since, another one is reached, once; while it is letting go, again. */
  async #ask<Result>(request: (control: Control) => Promise<Result>): Promise<Result> {
    if (this.#silence && this.isSilent) throw this.#silence.error
    for (let attempt = 0, begun = monotonic(); ; attempt++) {
      const asked = attempt === 0 ? this.reach() : this.reach(true)
      let isAsked = false
      try {
        const control = await asked
        isAsked = true
        return await request(control)
      } catch (error) {
        if (error instanceof NoAnswerError) this.#silence = { error, at: monotonic() }
        const mayRetry = error instanceof GoneError ? monotonic() - begun < GRACE : attempt === 0
        if (this.#embedded || error instanceof ProcessManagerError) throw error
        if (!mayRetry) throw isAsked ? brokenOff() : error
        // When several requests fail together, the first one reaches another supervisor, and the others share it.
        if (this.#control === asked) this.#control = null
        if (error instanceof GoneError) await pause(LOOK_EVERY)
      }
    }
  }

  /** All items from now on, until `signal` aborts. After the end of a supervisor it continues with the next one. */
  async *#listen(
    name: Operation,
    input: object,
    signal: AbortSignal,
    listening?: () => void,
  ): AsyncGenerator<unknown, void, undefined> {
    let from = input
    let wasHeard = false
    let hasWarned = false
    const heard = () => {
      wasHeard = true
      hasWarned = false
      listening?.()
    }
    while (!signal.aborted) {
      const asked = this.reach(true)
      try {
        for await (const item of ((await asked)[name] as Listen<object, unknown>)(from, signal, heard)) {
          if (isRecord(item) && 'cursor' in item) from = { ...input, cursor: item.cursor }
          yield item
        }
      } catch (error) {
        // One that answered before may answer again, or be replaced; a network that is down comes back.
        const mayReturn = wasHeard && (error instanceof NoAnswerError || (this.#target && isUnreachable(error)))
        if (error instanceof ProcessManagerError && !mayReturn) throw error
        if (this.#target && isUnreachable(error) && !hasWarned) {
          hasWarned = true
          this.#warn(`${reasonOf(error)}; trying until it answers`)
        }
      }
      if (this.#control === asked) this.#control = null
      if (!signal.aborted) await pause(hasWarned ? RETRY_UNREACHABLE_AFTER : RETRY_AFTER)
    }
  }

  /** Closes the connection. An embedded supervisor leaves its processes to the next one. */
  async close(): Promise<void> {
    const embedded = this.#embedded
    this.#embedded = null
    this.#control = null
    this.#silence = null
    await embedded?.close()
    await this.#target?.close()
  }

  async #connect(careful: boolean): Promise<Control> {
    if (this.#target) return this.#target.reach()
    this.#refuseOtherPlace()
    if (this.#mode === 'foreground') return await this.#superviseInForeground()
    const info = readInfo(this.#tuixDir)
    if (info === null && (await isCopied(this.#tuixDir))) this.warnOfCopy()
    if (!careful && info?.version === VERSION) return createClient(info.socket, info)
    const { ensureSupervisor } = await import('../../client/ensure.ts')
    const { daemonLauncher } = await import('../../daemon/launcher.ts')
    const options: EnsureOptions = {
      tuixDir: this.#tuixDir,
      version: VERSION,
      launcher: daemonLauncher(this.#supervisorCommand),
      warn: this.#warn,
    }
    if (this.#mode === 'daemon') return ensureSupervisor(options)
    const { isMainThread } = await import('../../system/process/thread.ts')
    // A worker thread is not told of the end of its app, and may end alone: it could neither stop nor hand over what it started.
    if (!isMainThread) return ensureSupervisor(options)
    const { findSupervisor } = await import('../../client/find.ts')
    const { embed } = await import('./embedded.ts')
    const lost = () => {
      this.#embedded = null
      this.#control = null
    }
    const begun = monotonic()
    const isWithin = (ms: number) => monotonic() - begun < ms
    while (!(await findSupervisor(this.#tuixDir)) && isWithin(PATIENCE)) {
      if (!this.#wasConnected || !isWithin(GRACE)) {
        this.#embedded = await embed(this.#tuixDir, { mode: 'embedded', launcher: options.launcher, lost })
        if (this.#embedded) return this.#embedded.control
      }
      // Another process holds the lock and will listen soon.
      await pause(LOOK_EVERY)
    }
    this.#wasConnected = true
    return ensureSupervisor(options)
  }

  /**
   * The path means the folder that was there first. A project that was deleted or renamed is not made again, and what has taken its
   * place is not acted upon.
   */
  #refuseOtherPlace(): void {
    const parent = dirname(this.#tuixDir)
    const place = folderIdOf(parent)
    if (this.#place !== undefined && this.#place !== place)
      throw new ProcessManagerError('unreachable', `${parent} was deleted or renamed`)
    this.#place = place
  }

  /** Becomes the supervisor in the foreground, but only once: after it was released, it must not push out its successor. */
  async #superviseInForeground(): Promise<Control> {
    if (this.#isOver) throw new ProcessManagerError('unreachable', 'this process is no longer the supervisor')
    const { superviseInForeground } = await import('./foreground.ts')
    this.#embedded = await superviseInForeground(this.#tuixDir, () => {
      this.#isOver = true
      this.#embedded = null
      this.#control = null
      this.#released()
    })
    return this.#embedded.control
  }
}

/** Two supervisors in a row have ended with this request unanswered, so it may be the cause. */
function brokenOff(): ProcessManagerError {
  const message =
    'the supervisor ended before it had answered, twice in a row; see `tuix-ps doctor` and `tuix-ps events`'
  return new ProcessManagerError('unreachable', message)
}

/** The supervisor observes the limit itself, unless it hangs. */
async function withLimit<Result>(answer: Promise<Result>, limit: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<never>((_, reject) => {
    const fail = () =>
      reject(new ProcessManagerError('timeout', `the supervisor did not answer within ${seconds(limit)}`))
    timer = setTimeout(fail, Math.min(limit + LIMIT_GRACE, 2 ** 31 - 1))
  })
  return await Promise.race([answer, over]).finally(() => clearTimeout(timer))
}

/** Loaded on demand: most commands find a supervisor. */
async function isCopied(tuixDir: string): Promise<boolean> {
  const { readStateHere } = await import('../../client/read-state.ts')
  return readStateHere(tuixDir).isCopy
}

function isUnreachable(error: unknown): boolean {
  return error instanceof ProcessManagerError && error.code === 'unreachable'
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
