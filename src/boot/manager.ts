import type { BootService, InitSystem, ServiceText } from '../model/boot/service.ts'
import type { ServiceState } from '../model/boot/status.ts'
import type { Account } from './accounts.ts'

/** Where services are: those of the system, or of the user who runs this. */
export interface Scope {
  isOfSystem: boolean
  /** Whose processes they are. */
  account: Account
}

/** An init system, with the services of a scope. */
export interface InitManager {
  init: InitSystem
  /** Where files of services are, the end of their names, and their permission bits. */
  folder: string
  suffix: string
  mode: number
  text(service: BootService): string
  /** What only the file knows: another shell or user may have written it. Null: it is none of ours. */
  read(text: string): ServiceText | null
  /**
   * Throws an `unsupported` or `usage` error of one sentence if nothing can be enabled here.
   *
   * @param notLingering what `linger` has returned
   */
  check(notLingering: string | undefined): void
  /** Has the service started at boot. Throws if that is impossible. */
  enable(name: string): void
  /** Starts it now, and waits until it supervises. Returns why it does not. */
  start(name: string): string | undefined
  /** Ends it if `stop`, and has it started no more. Its file is removed afterwards, and `reload` called. */
  disable(name: string, stop: boolean): void
  reload(): void
  state(name: string): ServiceState
  /** Has the services of the user started at boot, not at login. Returns why that is impossible. */
  linger(): string | undefined
  lingers(): boolean | null
}
