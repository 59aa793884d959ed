import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { aliveUntil } from '../manager/endable.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { MARKER } from '../model/tree/members.ts'
import { type HostRequest, parseAnswer } from './host-protocol.ts'
import { removeByDaemon } from './leftovers.ts'

/** The host has ended, with what was asked of it undone. */
class HostGone extends Error {}

interface Pending {
  resolve(): void
  reject(error: Error): void
}

/** Characters of the host's errors that are kept. */
const KEPT = 2000

/** A host: the program that supervises the stacks of this thread. It keeps nothing alive. */
class Host {
  readonly #child: ChildProcess
  readonly #pending = new Map<number, Pending>()
  #isGone = false
  #errors = ''
  #last = 0

  constructor() {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const program = fileURLToPath(new URL(`./stack-host.${extension}`, import.meta.url))
    // A host that is started within a managed process must not count as a part of it.
    const { [MARKER]: _, ...env } = process.env
    // In a session of its own: Ctrl-C is for the runner.
    this.#child = spawn(process.execPath, [program], { detached: true, cwd: '/', env, stdio: 'pipe' })
    const { stdin, stdout, stderr } = this.#child
    stdin?.on('error', () => {})
    if (stdout) createInterface({ input: stdout }).on('line', (line) => this.#answered(line))
    stderr?.setEncoding('utf8').on('data', (text: string) => (this.#errors = (this.#errors + text).slice(-KEPT)))
    this.#child.once('error', (error) => this.#gone(error.message))
    this.#child.once('close', () => this.#gone(this.#errors.trim()))
    this.#child.unref()
    for (const stream of [stdin, stdout, stderr]) (stream as (Readable & { unref?(): void }) | null)?.unref?.()
  }

  get isGone(): boolean {
    return this.#isGone
  }

  /** Rejects with `HostGone` if it ends before its answer. */
  ask(action: HostRequest['action'], stack: string): Promise<void> {
    if (this.#isGone) return Promise.reject(new HostGone(this.#errors.trim()))
    const request: HostRequest = { id: ++this.#last, action, stack }
    const answered = new Promise<void>((resolve, reject) => this.#pending.set(request.id, { resolve, reject }))
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`)
    return aliveUntil(answered)
  }

  #answered(line: string): void {
    const answer = parseAnswer(line)
    const pending = answer && this.#pending.get(answer.id)
    if (!pending) return
    this.#pending.delete(answer.id)
    if (answer.error) pending.reject(new ProcessManagerError(answer.error.code, answer.error.message))
    else pending.resolve()
  }

  #gone(words: string): void {
    this.#isGone = true
    for (const { reject } of this.#pending.values()) reject(new HostGone(words))
    this.#pending.clear()
  }
}

let current: Host | undefined

/** Has a stack supervised. */
export async function openStack(stack: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    if (current === undefined || current.isGone) current = new Host()
    try {
      return await current.ask('open', stack)
    } catch (error) {
      if (!(error instanceof HostGone)) throw error
      // The first one may have been about to leave, since it had nothing to do.
      if (attempt > 1)
        throw new ProcessManagerError('unreachable', `the supervisor of the stack ended: ${error.message}`)
    }
  }
}

/** Stops a stack, and removes it. Rejects if something is left. */
export async function closeStack(stack: string): Promise<void> {
  try {
    if (current === undefined) return await removeByDaemon(stack)
    await current.ask('remove', stack)
  } catch (error) {
    if (!(error instanceof HostGone)) throw error
    // It was killed. What it supervised still runs.
    await removeByDaemon(stack)
  }
}
