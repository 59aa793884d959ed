import { resolve } from 'node:path'
import type { ProcessConfig } from '../model/config/config.ts'
import { ProcessManagerError } from '../model/errors.ts'
import type { Selection, StartRequest } from '../model/planning/requests.ts'
import type { ProcessDetail, ProcessStats } from '../model/views/state.ts'
import { canonicalFolder } from '../system/fs/canonical-folder.ts'
import { existingFolder } from '../system/fs/current-folder.ts'
import { refuseWindows } from '../system/platform.ts'
import { Connection } from './connect/connection.ts'
import { FolderRecords } from './folder-records.ts'
import { Listeners } from './listeners.ts'
import type { CommandOptions, ManagerOptions } from './options.ts'
import type { Records } from './records.ts'
import { SavedFallback } from './saved-fallback.ts'
import { TargetRecords } from './target-records.ts'
import { type Elsewhere, openEverywhere, openTargets } from './targets.ts'

/** What a manager is made of: the place that it acts on, and the ways to it. */
export abstract class ManagerBase {
  /** Absolute path of the state folder. */
  readonly tuixDir: string
  /** @internal */
  protected readonly options: ManagerOptions
  /** @internal */
  protected readonly cwd: string
  /** @internal */
  protected readonly connection: Connection
  /** @internal Where it manages processes, if not in the folder. */
  protected readonly elsewhere: Elsewhere | undefined
  /** @internal */
  protected readonly listeners: Listeners
  /** @internal */
  protected readonly records: Records
  /** @internal */
  protected readonly fallback: SavedFallback

  constructor(config: ManagerOptions = {}, cwd: string = existingFolder()) {
    refuseWindows()
    this.options = config
    this.cwd = resolve(cwd)
    this.tuixDir = canonicalFolder(resolve(this.cwd, config.tuixDir ?? '.tuix'))
    const warn = (message: string) => this.warn(message)
    this.elsewhere =
      config.target !== undefined
        ? openTargets([config.target].flat(), { targets: config.targets ?? {}, folder: this.cwd, warn })
        : config.everywhere
          ? openEverywhere({ supervisorCommand: config.supervisorCommand, warn })
          : undefined
    this.connection = new Connection({
      target: this.elsewhere?.target,
      tuixDir: this.tuixDir,
      mode: config.supervisor ?? 'embedded',
      supervisorCommand: config.supervisorCommand,
      warn,
      released: () => config.onReleased?.(),
    })
    this.fallback = new SavedFallback({
      tuixDir: this.tuixDir,
      isDaemon: config.supervisor === 'daemon',
      isOfTarget: this.isElsewhere,
      warn,
      copied: () => this.connection.warnOfCopy(),
    })
    this.records = this.elsewhere
      ? new TargetRecords(this.connection.control, warn)
      : new FolderRecords({
          tuixDir: this.tuixDir,
          saved: async () => (await import('../client/read-state.ts')).readState(this.tuixDir),
          find: (name) => this.status(name),
          warn,
        })
    this.listeners = new Listeners({
      events: (signal) => this.connection.control.events({}, signal),
      follow: (callback) => this.records.follow(() => true, callback, {}),
      stats: () => this.allStats(),
    })
  }

  /**
   * For questions that prepare an order: a supervisor that does not answer them will not obey either.
   *
   * @internal
   */
  requireAnswers(): void {
    this.fallback.forbid()
  }

  /** It manages the processes of a target, and none of this machine. */
  get isElsewhere(): boolean {
    return this.elsewhere !== undefined
  }

  /** One process in full. Rejects with `unknown-process`. */
  abstract status(name: string): Promise<ProcessDetail>

  /** @internal */
  protected abstract allStats(): Promise<Record<string, ProcessStats>>

  /** @internal Refuses for a target what is about this machine. */
  protected onlyHere(what: string): void {
    const target = this.elsewhere?.target
    if (target)
      throw new ProcessManagerError(
        'usage',
        `${what} is managed on the machine itself, not from here on ${target.name}`,
      )
  }

  /** @internal The request that starts processes, as this place takes it. */
  protected async startRequest(
    selection: Selection,
    options: CommandOptions,
    extra: ProcessConfig[] = [],
  ): Promise<StartRequest> {
    const { startRequest } = await import('./request.ts')
    const request = await startRequest(this.options, this.cwd, selection, options, extra)
    return this.elsewhere ? this.elsewhere.prepare(request) : request
  }

  /** @internal */
  protected warn(message: string): void {
    if (this.options.onWarning) this.options.onWarning(message)
    else this.listeners.warn(message)
  }
}
