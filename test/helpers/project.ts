import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ProcessConfig, ProcessManagerConfig } from '../../src/model/config/config.ts'
import type { ProcessState } from '../../src/model/views/state.ts'
import type { SupervisorInfo } from '../../src/model/views/supervisor-info.ts'
import { command } from './commander.ts'
import { alive, processesOf } from './processes.ts'
import { type Finished, type Running, type RunOptions, run } from './running.ts'
import { REPOSITORY, type Runtime, runtimeUnderTest } from './runtimes.ts'
import { tempFolder } from './temp.ts'
import { until } from './until.ts'

export interface ProjectOptions {
  /** Written as `processes.json`. */
  config?: ProcessManagerConfig | ProcessConfig[]
  /** Further files by path; objects are written as JSON. */
  files?: Record<string, string | object>
  /** Runtime of `ps` and `app`; default: the one that runs the tests. */
  runtime?: Runtime
}

type Extras = Omit<RunOptions, 'cwd'>

/**
 * A temp folder with processes declared in it, the built command to manage them with, and apps that use the built
 * library. `dispose` ends whatever was started in it, in every case: call it from `afterEach`.
 */
export class Project {
  readonly path: string
  readonly #runtime: Runtime | undefined
  readonly #remove: () => void
  #apps = 0

  constructor({ config, files = {}, runtime }: ProjectOptions = {}) {
    const folder = tempFolder('ps')
    this.path = folder.path
    this.#remove = () => folder.remove()
    this.#runtime = runtime
    if (config) this.write('processes.json', config)
    for (const [name, content] of Object.entries(files)) this.write(name, content)
  }

  file(name: string): string {
    return join(this.path, name)
  }

  read(name: string): string {
    return readFileSync(this.file(name), 'utf8')
  }

  write(name: string, content: string | object): string {
    const path = this.file(name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2))
    return path
  }

  /** `tuix-ps ARGS`, as built, in a process that has run others before: most tests do not ask how a command starts. */
  ps(...args: string[]): Promise<Finished> {
    if (this.#runtime !== undefined && this.#runtime !== runtimeUnderTest) return this.psWith({}, ...args)
    return command(args, { cwd: this.path })
  }

  /** `tuix-ps ARGS` in a process of its own; on another runtime, or with other variables. */
  psWith(options: Extras, ...args: string[]): Promise<Finished> {
    return this.startPs(options, ...args).finished
  }

  /** `ps` without waiting for its end: `logs -f`, or a command that is to be interrupted. */
  startPs(options: Extras, ...args: string[]): Running {
    return this.run([join(REPOSITORY, 'dist/tuix-ps.js'), ...args], options)
  }

  /** An app with this source, a module that finds the built package under the name `tuix`. */
  app(source: string, options: Extras = {}): Running {
    this.install()
    return this.run([this.write(`app-${++this.#apps}.mjs`, source)], options)
  }

  run(args: string[], options: Extras = {}): Running {
    return run(args, { runtime: this.#runtime, ...options, cwd: this.path })
  }

  /** Makes `tuix/process-manager` resolve to the built package, as `npm install tuix@npm:tuix-process-manager` does. */
  install(): void {
    mkdirSync(this.file('node_modules'), { recursive: true })
    try {
      symlinkSync(REPOSITORY, this.file('node_modules/tuix'), 'dir')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }

  /** Copies an example to its place below a repository that has the build. */
  copyExample(name: string): void {
    cpSync(join(REPOSITORY, 'examples', name), this.file(`examples/${name}`), {
      recursive: true,
      filter: (path) => !path.endsWith('.tuix'),
    })
    symlinkSync(join(REPOSITORY, 'dist'), this.file('dist'), 'dir')
    mkdirSync(this.file('node_modules'), { recursive: true })
    symlinkSync(REPOSITORY, this.file('node_modules/tuix-process-manager'), 'dir')
  }

  /** Who supervises this project, as it says itself; `null`: nobody. */
  supervisor(): SupervisorInfo | null {
    try {
      return JSON.parse(this.read('.tuix/supervisor.json'))
    } catch {
      return null
    }
  }

  /** One process as `ps list --json` tells it. */
  async state(name: string, options?: Extras): Promise<ProcessState> {
    const args = ['list', '--json']
    const list: ProcessState[] = (await (options ? this.psWith(options, ...args) : this.ps(...args))).json()
    const found = list.find((state) => state.name === name)
    if (!found) throw new Error(`${name} is not among ${list.map((state) => state.name).join(', ') || 'nothing'}`)
    return found
  }

  /** SIGKILL for the supervisor; resolves with its pid when it is dead. */
  async killSupervisor(): Promise<number> {
    const pid = this.supervisor()?.identity.pid
    if (!pid) throw new Error('no supervisor to kill')
    process.kill(pid, 'SIGKILL')
    await until(() => !alive(pid), { what: `the death of supervisor ${pid}` })
    return pid
  }

  async dispose(): Promise<void> {
    if (this.supervisor()) await command(['stop', '--all'], { cwd: this.path, timeoutMs: 15_000 })
    // A supervisor that is killed last could start something between two looks: look until a look finds nothing.
    await until(() => this.#killAll() === 0, { what: `the end of all that runs in ${this.path}` })
    this.#remove()
  }

  #killAll(): number {
    const pids = processesOf(this.path)
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {}
    }
    return pids.length
  }
}

export function tempProject(options?: ProjectOptions): Project {
  return new Project(options)
}
