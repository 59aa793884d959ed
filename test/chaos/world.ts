import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { createClient } from '../../src/client/client.ts'
import type { Outcome } from '../../src/model/views/outcome.ts'
import type { ProcessState } from '../../src/model/views/state.ts'
import { daemons } from '../helpers/children.ts'
import { alive } from '../helpers/processes.ts'
import { Project } from '../helpers/project.ts'
import type { Finished } from '../helpers/running.ts'
import type { Runtime } from '../helpers/runtimes.ts'
import { SetClock } from '../helpers/set-clock.ts'
import { until } from '../helpers/until.ts'
import { send } from './carriers.ts'
import { declaration, namesOn, PLACE, PROGRAM } from './processes.ts'
import { Watch } from './watch.ts'

/** ms after which a command hangs. */
export const PATIENCE = 90_000
/** MB of the file system that can be filled. */
const SMALL = 24

/** The real product in a folder of its own, and what can be done to it from outside. */
export class World {
  readonly project: Project
  readonly tuixDir: string
  readonly watch: Watch
  /** What every command and supervisor takes for the time of day. */
  readonly clock = new SetClock()
  /** It has a small file system of its own, which can be filled. */
  readonly canFill: boolean
  /** The state was lost: what was found by its marker belongs to no config until one declares it again. */
  mayLackSources = false
  readonly #begun = performance.now()
  readonly #versions = new Map<string, number>()

  /** @param small on a small file system of its own, which can be filled; needs to be root */
  constructor(small: boolean) {
    this.project = new Project()
    this.tuixDir = this.project.file('.tuix')
    this.canFill = small
    if (small) {
      mkdirSync(this.tuixDir, { mode: 0o700 })
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SMALL}m,mode=700`, 'tmpfs', this.tuixDir])
    }
    mkdirSync(this.project.file(PLACE))
    mkdirSync(dirname(this.project.file(PROGRAM)))
    symlinkSync('/bin/sh', this.project.file(PROGRAM))
    this.configure([])
    this.watch = new Watch(this.tuixDir)
  }

  /** Changes a setting of these. */
  configure(names: string[]): void {
    for (const name of names) this.#versions.set(name, this.version(name) + 1)
    this.declare(this.names)
  }

  /** Writes a config of these alone. */
  declare(names: string[]): void {
    this.project.write(
      'processes.json',
      declaration(this.#versions).filter(({ name }) => names.includes(name)),
    )
  }

  /** ms since it was made. */
  get age(): number {
    return performance.now() - this.#begun
  }

  /** Names that are declared here. */
  get names(): string[] {
    return namesOn(this.canFill)
  }

  /** What the config says of a declared name now. */
  version(name: string): number {
    return this.#versions.get(name) ?? 1
  }

  async ps(runtime: Runtime, ...args: string[]): Promise<Finished> {
    const finished = await this.project.psWith({ runtime, timeoutMs: PATIENCE, env: this.clock.env }, ...args)
    if (finished.stderr.includes('[killed after')) throw new Error(`ps ${args.join(' ')} hangs`)
    return finished
  }

  /** The outcomes that a command printed; none where it failed as a whole. */
  outcomes({ stdout }: Finished): Outcome[] {
    return stdout.trim() === '' ? [] : (JSON.parse(stdout) as Outcome[])
  }

  /** All processes: as the supervisor tells, or as a command that looks for one. */
  async states(): Promise<ProcessState[]> {
    const info = this.project.supervisor()
    if (info && existsSync(info.socket)) {
      const answer = await Promise.race([
        createClient(info.socket)
          .list({})
          .catch(() => null),
        later(5000),
      ])
      if (answer) return answer
    }
    return (await this.ps('bun', 'list', '--json')).json() as ProcessState[]
  }

  supervisors(): number[] {
    return daemons(this.project.path)
  }

  /** The supervisor by its own word, if it lives. */
  supervisor(): number | undefined {
    const pid = this.project.supervisor()?.identity.pid
    return pid !== undefined && alive(pid) ? pid : undefined
  }

  async killSupervisors(): Promise<void> {
    const killed = this.supervisors()
    for (const pid of killed) send(pid, 'SIGKILL')
    // A command that is under way may have brought the next one already.
    await until(() => !killed.some(alive), { timeoutMs: PATIENCE, what: 'the death of the supervisor' })
  }

  /** Whether there is a second copy of the state. A disk that was full has room for one only, perhaps. */
  get hasCopy(): boolean {
    return existsSync(`${this.tuixDir}/state.json.bak`)
  }

  /** Makes the state unusable, and its copy too. */
  breakState(how: 'cut' | 'garbage' | 'empty' | 'gone', both: boolean): void {
    for (const name of both ? ['state.json', 'state.json.bak'] : ['state.json'])
      this.#break(`${this.tuixDir}/${name}`, how)
  }

  #break(file: string, how: 'cut' | 'garbage' | 'empty' | 'gone'): void {
    if (!existsSync(file)) return
    if (how === 'gone') rmSync(file)
    else if (how === 'empty') truncateSync(file)
    else if (how === 'cut') truncateSync(file, Math.floor(readFileSync(file).length / 2))
    else writeFileSync(file, '\0\x01{"schema": [}', { mode: 0o600 })
  }

  get isFull(): boolean {
    return existsSync(`${this.tuixDir}/filler`)
  }

  fill(): void {
    const block = Buffer.alloc(64 * 1024)
    const file = `${this.tuixDir}/filler`
    for (const size of [block.length, 512, 1]) {
      try {
        for (;;) writeFileSync(file, block.subarray(0, size), { flag: 'a' })
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      }
    }
  }

  free(): void {
    rmSync(`${this.tuixDir}/filler`, { force: true })
  }

  async dispose(): Promise<void> {
    this.watch.end()
    for (const pid of this.supervisors()) send(pid, 'SIGCONT')
    this.free()
    if (this.canFill) {
      // Nothing that runs there may keep the mount: it goes at once from the tree of files, and then by itself.
      execFileSync('umount', ['-l', this.tuixDir])
    }
    await this.project.dispose()
    this.clock.remove()
  }
}

function later(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), ms))
}
