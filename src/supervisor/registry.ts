import { randomBytes } from 'node:crypto'
import type { ProcessManagerConfig, ResolvedProcess } from '../model/config.ts'
import type { Selection, StartRequest } from '../model/control.ts'
import { driftOf } from '../model/drift.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { expandDeclared } from '../model/instances.ts'
import { nearest } from '../model/nearest.ts'
import type { ManagedProcess } from '../model/process.ts'
import { makeId } from '../model/recover.ts'
import { newProcess } from '../model/saved.ts'
import { type Edges, Managed } from './managed.ts'

/** Validates what people wrote and applies the defaults; injected, since the schema is loaded on demand only. */
export type ResolveConfig = (
  input: unknown,
  context: {
    path: string
    cwd: string
    origin?: string
    defaults?: Pick<ProcessManagerConfig, 'autoRestart' | 'maxRestarts' | 'restartDelay'>
  },
) => Promise<ResolvedProcess>

/** Nothing of it runs, or is about to without being asked. */
function isAtRest({ process: { status, identity } }: Managed): boolean {
  return status === 'stopped' || status === 'error' || (status === 'crashed' && identity === null)
}

/** The name under which a config declares it. */
function baseOf({ name, instanceOf }: ResolvedProcess): string {
  return instanceOf ?? name
}

/** The processes of one supervisor, by name. */
export class Registry {
  readonly #processes = new Map<string, Managed>()
  readonly #edges: Edges
  readonly #resolve: ResolveConfig
  readonly #folderHash: string

  constructor(edges: Edges, resolve: ResolveConfig, folderHash: string) {
    this.#edges = edges
    this.#resolve = resolve
    this.#folderHash = folderHash
  }

  all(): Managed[] {
    return [...this.#processes.values()]
  }

  snapshot(): ManagedProcess[] {
    return this.all().map(({ process }) => process)
  }

  find(name: string): Managed | undefined {
    return this.#processes.get(name)
  }

  /** @throws ProcessManagerError `unknown-process` */
  get(name: string): Managed {
    const managed = this.find(name)
    if (!managed) throw unknownProcess(name, this.#processes.keys())
    return managed
  }

  add(process: ManagedProcess): Managed {
    const managed = new Managed(process, this.#edges)
    this.#processes.set(process.config.name, managed)
    return managed
  }

  /** Forgets a process. False, and nothing is done, unless it is at rest. */
  remove(managed: Managed): boolean {
    if (!isAtRest(managed)) return false
    const { name } = managed.process.config
    if (this.find(name) === managed) this.#processes.delete(name)
    return true
  }

  /** Validates every declaration of a request before any of them takes effect; the result is by name. */
  async resolve(request: StartRequest): Promise<Map<string, ResolvedProcess>> {
    const resolved = new Map<string, ResolvedProcess>()
    const present = this.snapshot().map(({ config }) => config)
    for (const [i, input] of (request.processes ?? []).entries()) {
      const origin = request.origins?.[input?.name]
      const config = await this.#resolve(input, {
        path: origin ? '' : `processes[${i}]`,
        cwd: '/',
        ...(origin && { origin }),
        ...(request.defaults && { defaults: request.defaults }),
      })
      const declared = request.source === undefined ? config : { ...config, source: request.source }
      for (const instance of expandDeclared(declared, present, request.scale?.[config.name])) {
        const { name } = instance
        if (resolved.has(name))
          throw new ProcessManagerError('config', `two processes are named \`${name}\`; names are unique`)
        resolved.set(name, instance)
      }
    }
    return resolved
  }

  /** Takes declarations in. One that runs otherwise keeps the config of its run until it is started anew. */
  declare(configs: Iterable<ResolvedProcess>, now: number): void {
    for (const config of configs) {
      const known = this.find(config.name)
      if (!known)
        this.add(newProcess(makeId(this.#folderHash, config.name, randomBytes(4).toString('hex')), config, now))
      else if (isAtRest(known) || driftOf(known.process.config, config).length === 0) known.configure(config)
    }
  }

  /** The names a selection means, in order of declaration. Names are not checked. */
  select({ names, group, all }: Selection): string[] {
    if (all) return [...this.#processes.keys()]
    if (group !== undefined) {
      const members = this.all().filter(({ process }) => process.config.group === group)
      if (members.length === 0) throw new ProcessManagerError('unknown-process', `no process is in group \`${group}\``)
      return members.map(({ process }) => process.config.name)
    }
    if (!names) throw new ProcessManagerError('usage', 'name processes, a group, or all')
    return [...new Set(names.flatMap((name) => (this.find(name) ? [name] : this.#instances(name))))]
  }

  /**
   * What a selection means of what has just been declared: `names` to start, and `former`, what runs under one of these
   * names though its config says another number of instances by now: a plain `web` beside `web-1` and `web-2`, or a
   * surplus `web-3`. One of those that is named by itself is meant itself.
   *
   * @param configs what was declared, by name, instances expanded
   */
  selectDeclared(
    selection: Selection,
    configs: ReadonlyMap<string, ResolvedProcess>,
  ): { names: string[]; former: string[] } {
    const instances = new Map<string, string[]>()
    for (const config of configs.values()) {
      const base = baseOf(config)
      instances.set(base, [...(instances.get(base) ?? []), config.name])
    }
    const selected = this.select(selection)
    const isMeant = ({ process: { config } }: Managed) =>
      selection.names?.includes(baseOf(config)) ?? selected.includes(config.name)
    const isFormer = ({ process: { config } }: Managed) => !configs.has(config.name) && instances.has(baseOf(config))
    const former = this.all().filter((managed) => isFormer(managed) && isMeant(managed))
    const replaced = new Map(former.map(({ process: { config } }) => [config.name, baseOf(config)]))
    const names = selected.flatMap((name) => {
      const base = replaced.get(name)
      return base === undefined ? [name] : (instances.get(base) ?? [])
    })
    return { names: [...new Set(names)], former: [...replaced.keys()] }
  }

  /** The instances of a declared name; the name itself where it has none. */
  #instances(name: string): string[] {
    const instances = this.all().filter(({ process }) => process.config.instanceOf === name)
    return instances.length > 0 ? instances.map(({ process }) => process.config.name) : [name]
  }

  /** Whether something runs, or will without being asked. */
  busy(): boolean {
    return !this.all().every(isAtRest)
  }
}

/** Names that are told where none is near the one that was meant. */
const MOST_NAMES = 10

export function unknownProcess(name: string, known: Iterable<string>): ProcessManagerError {
  const names = [...known]
  const meant = nearest(name, names)
  const have = meant ? `did you mean \`${meant}\`?` : thereAre(names)
  return new ProcessManagerError('unknown-process', `no process is named \`${name}\`; ${have}`)
}

function thereAre(names: string[]): string {
  if (names.length === 0) return 'none is declared yet'
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : ''
  return `there are ${names.slice(0, MOST_NAMES).join(', ')}${more}`
}
