import { setMaxListeners } from 'node:events'
import { createClient } from '../../client/client.ts'
import type { SshTarget } from '../../model/config/targets.ts'
import { isNewer } from '../../model/text/semver.ts'
import type { Control } from '../../protocol/operations.ts'
import { answers } from '../../system/net/socket.ts'
import { VERSION } from '../../version.ts'
import type { Target } from '../target.ts'
import { SshConnection } from './connection.ts'
import { type Reached, reachThere, relayScript } from './contact.ts'
import { nameOf } from './failure.ts'
import { forwarded, forwardSocket, passOn } from './forward.ts'
import { isFresh, readRecord, writeRecord } from './record.ts'
import type { Relay } from './relay.ts'

/**
 * Another host with a supervisor of its own, over the user's `ssh`. Nothing is connected yet.
 *
 * @param warn called with a sentence if the supervisor there is older and cannot be replaced
 * @throws ProcessManagerError `config` if `ssh` names no host
 */
export function openSsh(name: string, config: SshTarget, warn: (message: string) => void): Target {
  return new RemoteHost(name, config, warn)
}

class RemoteHost implements Target {
  readonly name: string
  readonly cwd: string
  readonly #config: SshTarget
  readonly #warn: (message: string) => void
  readonly #connection: SshConnection
  readonly #end = new AbortController()
  #reaching: Promise<Control> | null = null
  #reached: Reached | null = null
  #relay: Relay | null = null
  /** What the last command knew has been used, and may have been wrong. */
  #hasTried = false

  constructor(name: string, config: SshTarget, warn: (message: string) => void) {
    this.name = name
    this.cwd = config.cwd
    this.#config = config
    this.#warn = warn
    this.#connection = new SshConnection(name, config.ssh)
    // As many as there are requests at a time.
    setMaxListeners(0, this.#end.signal)
  }

  reach(): Promise<Control> {
    this.#reaching ??= this.#reach().finally(() => {
      this.#reaching = null
    })
    return this.#reaching
  }

  async environment(): Promise<Record<string, string>> {
    // Only asked for when something is to start: what it contains may be secret, and so it is on no disk.
    this.#reached ??= await reachThere(this.#connection, this.#config, this.#end.signal)
    return this.#reached.environment
  }

  async close(): Promise<void> {
    this.#end.abort()
    this.#relay?.close()
    this.#relay = null
  }

  async #reach(): Promise<Control> {
    const known = this.#hasTried ? undefined : await this.#known()
    this.#hasTried = true
    return known ?? (await this.#connect())
  }

  /** As the last command has found it, if that still holds. Right after it, whoever asks there will know. */
  async #known(): Promise<Control | undefined> {
    const record = readRecord(this.#connection, this.#config)
    if (!record || isNewer(VERSION, record.version)) return undefined
    if (record.socket === null) {
      this.#relay = await passOn(this.#connection, relayScript(this.#config))
      return this.#clientOf(this.#relay.socket)
    }
    if (isFresh(this.#connection, this.#config) && (await answers(record.socket))) return this.#clientOf(record.socket)
    // The supervisor is most likely where it was, which spares a login and a start of the program.
    const socket = await forwarded(this.#connection, record.remote, this.#end.signal)
    const control = socket === null ? undefined : this.#clientOf(socket)
    const info = await control?.info({}).catch(() => undefined)
    if (!info || isNewer(VERSION, info.version)) return undefined
    await writeRecord(this.#connection, this.#config, { ...record, socket })
    return control
  }

  async #connect(): Promise<Control> {
    const reached = await reachThere(this.#connection, this.#config, this.#end.signal)
    this.#reached = reached
    this.#warnOfOlder(reached)
    const remote = { path: reached.socket, relay: relayScript(this.#config) }
    const { socket, relay } = await forwardSocket(this.#connection, remote, this.#end.signal)
    this.#relay?.close()
    this.#relay = relay
    const { version } = reached
    await writeRecord(this.#connection, this.#config, { version, remote: remote.path, socket: relay ? null : socket })
    return this.#clientOf(socket)
  }

  #clientOf(socket: string): Control {
    return createClient(socket, { target: nameOf(this.#connection.place) }, this.#end.signal)
  }

  #warnOfOlder({ supervisor }: Reached): void {
    if (!isNewer(VERSION, supervisor.version)) return
    const where = supervisor.mode === 'embedded' ? 'an app' : 'the foreground'
    this.#warn(
      `${nameOf(this.#connection.place)}: its supervisor runs in ${where} with version ${supervisor.version}, older than ${VERSION}; restart that to upgrade`,
    )
  }
}
