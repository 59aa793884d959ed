import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { executable, pathWithRuntimes, type Runtime } from './runtimes.ts'
import { until } from './until.ts'

export interface TerminalOptions {
  cwd: string
  columns: number
  rows: number
  runtime?: Runtime
  env?: Record<string, string>
}

let count = 0

/** A real terminal, in a tmux server of its own, with a shell in it. `dispose` ends the server and all that is in it. */
export class TestTerminal {
  readonly #socket = `test-${process.pid}-${++count}`
  readonly #runtime: Runtime | undefined

  constructor({ cwd, columns, rows, runtime, env = {} }: TerminalOptions) {
    this.#runtime = runtime
    const variables = { PATH: pathWithRuntimes(), HOME: cwd, LANG: 'C.UTF-8', PS1: '$ ', ...env }
    const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
    this.#tmux(
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-x',
      String(columns),
      '-y',
      String(rows),
      '-c',
      cwd,
      'env',
      '-i',
      'TERM=screen-256color',
      ...assignments,
      'sh',
    )
  }

  /** Types a command that runs a script on the runtime under test. */
  run(...args: string[]): void {
    this.keys(`${executable(this.#runtime)} ${args.join(' ')}`, 'Enter')
  }

  /** Keys as tmux names them: `j`, `Enter`, `C-c`, or text. */
  keys(...keys: string[]): void {
    this.#tmux('send-keys', ...keys)
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows))
  }

  /** What is on the screen, a row a line. */
  screen(): string {
    return this.#tmux('capture-pane', '-p')
  }

  /** The same with the codes for colours and weights. */
  styledScreen(): string {
    return this.#tmux('capture-pane', '-p', '-e')
  }

  /** Whether programs have left it as they found it. */
  state(): { alternate: boolean; cursor: boolean } {
    const [alternate, cursor] = this.#tmux('display', '-p', '#{alternate_on} #{cursor_flag}').trim().split(' ')
    return { alternate: alternate === '1', cursor: cursor === '1' }
  }

  /** Whether the shell waits for a command. */
  isAtPrompt(): boolean {
    return this.foreground() === this.#shell()
  }

  /** Pid of what the shell runs in the foreground, or its own. */
  foreground(): number {
    const shell = this.#shell()
    // Its terminal's foreground process group, named after its leader: proc(5), field tpgid.
    const [, rest = ''] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${shell}/stat`, 'utf8')) ?? []
    return Number(rest.split(' ')[5])
  }

  /** Waits until the screen shows something, and resolves with the screen. */
  async shows(what: RegExp): Promise<string> {
    try {
      return await until(() => (what.test(this.screen()) ? this.screen() : undefined), { what: String(what) })
    } catch (error) {
      throw new Error(`${error}; on the screen:\n${this.screen()}`)
    }
  }

  dispose(): void {
    try {
      this.#tmux('kill-server')
    } catch {}
  }

  #shell(): number {
    return Number(this.#tmux('display', '-p', '#{pane_pid}'))
  }

  #tmux(...args: string[]): string {
    return execFileSync('tmux', ['-L', this.#socket, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  }
}
