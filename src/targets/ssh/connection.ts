import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { MARKER } from '../../model/tree/members.ts'
import { hash } from '../../system/fs/place-hash.ts'
import { answers } from '../../system/net/socket.ts'
import { failureOf, type Place, type Ran } from './failure.ts'
import { hostText, loginText, parseSshHost, type SshHost } from './host.ts'
import { privateFolder } from './private-folder.ts'
import { inAnyShell } from './shell.ts'

/** Seconds without a command after which the kept connection is closed. */
const KEPT = 300

/**
 * Options that go before those of the user's own config, which has the rest: keys, agents, jump hosts, known hosts. A cut
 * connection ends after 15 s. Nothing is asked, and of the user's forwardings none is opened a second time.
 */
const OPTIONS = [
  'BatchMode=yes',
  'ConnectTimeout=5',
  'ConnectionAttempts=1',
  'ServerAliveInterval=5',
  'ServerAliveCountMax=3',
  'ControlMaster=auto',
  `ControlPersist=${KEPT}`,
  'StreamLocalBindUnlink=yes',
  'ClearAllForwardings=yes',
  'ForwardAgent=no',
  'ForwardX11=no',
  'RemoteCommand=none',
  'LogLevel=ERROR',
]

/** ms within which a connection that is kept passes on the first byte of an answer. */
const PATIENCE = 5000
/** ms within which a new one does: its user may have to touch a key, and the login there may be slow. */
const LONG_PATIENCE = 30_000
/** ms for the whole answer. A supervisor has 20 s to start. */
const LIMIT = 45_000
/** Most characters of an answer, which contains an environment. */
const LONGEST = 4_000_000
/** ms for the process that keeps the connection to do what it is told. */
const CONTROL_LIMIT = 2000

export type Piped = ChildProcessByStdio<Writable, Readable, Readable>

/**
 * The connection of this user to another host: made by the user's own `ssh` with the first command, and kept in the background for
 * those that follow, from whichever shell. Nothing of it is passed on to processes or written to the user's config.
 */
export class SshConnection {
  readonly place: Place
  readonly folder = privateFolder()
  /** The same for all that use this connection. */
  readonly id: string
  readonly #program = process.env.TUIX_SSH || 'ssh'
  readonly #host: SshHost
  /** Socket of the process that keeps the connection. */
  readonly #control: string

  /**
   * @param target for messages
   * @param ssh `user@host`, a host of the user's SSH config, or `ssh://user@host:port`
   * @throws ProcessManagerError `config` if it is none of them
   */
  constructor(target: string, ssh: string) {
    this.#host = parseSshHost(ssh)
    this.place = { target, host: hostText(this.#host), login: loginText(this.#host) }
    this.id = hash(JSON.stringify([this.#program, this.#host]), 16)
    this.#control = join(this.folder, `${this.id}.ssh`)
  }

  /** Makes the connection, unless it is kept already. */
  async open(signal: AbortSignal): Promise<void> {
    if (!(await this.#isKept())) await this.check(signal)
  }

  /** Makes the connection, also in place of one that passes nothing on any more. */
  async check(signal: AbortSignal): Promise<void> {
    await this.ask('echo connected', signal)
  }

  /**
   * Runs a script of `sh` there. A connection that is kept but passes nothing on any more is replaced.
   *
   * @throws ProcessManagerError `unreachable`, if that fails before the script begins, or if it prints nothing
   */
  async ask(script: string, signal: AbortSignal): Promise<Ran> {
    const isKept = await this.#isKept()
    const ran = await this.#run(script, { patience: isKept ? PATIENCE : LONG_PATIENCE, signal })
    if (isKept && ran.cut === 'silent') {
      await this.end()
      return await this.ask(script, signal)
    }
    if (ran.cut !== null || ran.stdout === '') throw failureOf(this.place, ran)
    return ran
  }

  /** Starts a script of `sh` there with pipes. */
  start(script: string): Piped {
    return this.#spawn([...this.#words(), inAnyShell(script)])
  }

  /** Lets connections to a local socket lead to one there. Whether that is allowed, only a connection shows. */
  async forward(local: string, remote: string): Promise<boolean> {
    const forwarding = `${local}:${remote}`
    await this.#tell('forward', '-L', forwarding)
    if (await answers(local)) return true
    // It is forwarded according to the process that keeps the connection, but somebody has deleted the socket.
    await this.#tell('cancel', '-L', forwarding)
    await this.#tell('forward', '-L', forwarding)
    return await answers(local)
  }

  /** Closes the connection with all that uses it. */
  async end(): Promise<void> {
    await this.#tell('exit')
    // One that does not even read what it is told stays behind alone.
    rmSync(this.#control, { force: true })
  }

  #isKept(): Promise<boolean> {
    return answers(this.#control)
  }

  #words(): string[] {
    const { user, host, port } = this.#host
    return [
      '-T',
      '-S',
      this.#control,
      ...OPTIONS.flatMap((option) => ['-o', option]),
      ...(user === null ? [] : ['-l', user]),
      ...(port === null ? [] : ['-p', String(port)]),
      '--',
      host,
    ]
  }

  /** Sends an order to the process that keeps the connection. The user's config has no part in that. */
  async #tell(order: 'forward' | 'cancel' | 'exit', ...words: string[]): Promise<void> {
    const child = this.#spawn(['-F', 'none', '-S', this.#control, '-O', order, ...words, '--', 'kept'])
    child.stdin.end()
    child.stdout.resume()
    child.stderr.resume()
    const timer = setTimeout(() => child.kill('SIGKILL'), CONTROL_LIMIT)
    await new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()))
    clearTimeout(timer)
  }

  #spawn(words: string[]): Piped {
    // What keeps the connection goes on in the background: it is no part of a managed process, and keeps no folder in use.
    const { [MARKER]: _, ...env } = process.env
    return spawn(this.#program, words, { cwd: '/', env, stdio: ['pipe', 'pipe', 'pipe'] })
  }

  #run(script: string, { patience, signal }: { patience: number; signal: AbortSignal }): Promise<Ran> {
    const child = this.start(script)
    child.stdin.on('error', () => {}).end()
    const ran: Ran = { code: null, stdout: '', stderr: '', cut: null }
    return new Promise((resolve) => {
      const cut = (why: Ran['cut']) => {
        ran.cut ??= why
        child.kill('SIGKILL')
      }
      const abort = () => cut('aborted')
      const timers = [setTimeout(() => cut('silent'), patience), setTimeout(() => cut('late'), LIMIT)]
      const end = () => {
        for (const timer of timers) clearTimeout(timer)
        signal.removeEventListener('abort', abort)
        child.stderr.destroy()
        resolve(ran)
      }
      if (signal.aborted) abort()
      signal.addEventListener('abort', abort, { once: true })
      child.stdout.once('data', () => clearTimeout(timers[0]))
      for (const name of ['stdout', 'stderr'] as const)
        child[name].setEncoding('utf8').on('data', (chunk: string) => {
          if (ran[name].length < LONGEST) ran[name] += chunk
        })
      child.once('error', () => {
        ran.cut ??= 'no-ssh'
        end()
      })
      // An older ssh holds stderr open in the background.
      const printed = new Promise<void>((done) => child.stdout.once('close', () => done()))
      child.once('exit', async (code) => {
        ran.code = code
        await printed
        end()
      })
    })
  }
}
