import type { ResolvedProcess } from '../model/config/config.ts'
import { isAtRest, isUp, waitsForChange } from '../model/lifecycle/phase.ts'
import type { ManagedProcess } from '../model/lifecycle/process.ts'
import type { Selection } from '../model/planning/requests.ts'
import { type DeclaredSelection, select, selectDeclared, unknownProcess } from '../model/planning/select.ts'
import type { Managed } from './managed.ts'

/** The processes of one supervisor by name, in the order in which their config declares them. */
export class ProcessTable {
  readonly #byName = new Map<string, Managed>()

  all(): Managed[] {
    return [...this.#byName.values()]
  }

  /** The current state of every process. */
  snapshot(): ManagedProcess[] {
    return this.all().map(({ process }) => process)
  }

  configs(): ResolvedProcess[] {
    return this.snapshot().map(({ config }) => config)
  }

  find(name: string): Managed | undefined {
    return this.#byName.get(name)
  }

  /** @throws ProcessManagerError `unknown-process` */
  get(name: string): Managed {
    const managed = this.find(name)
    if (!managed) throw unknownProcess(name, this.#byName.keys())
    return managed
  }

  /** The selected names, in the order of declaration. The result may contain unknown names. */
  select(selection: Selection): string[] {
    return select(selection, this.configs())
  }

  /** The same for a selection of processes that a request has just declared. */
  selectDeclared(
    selection: DeclaredSelection,
    declared: ReadonlyMap<string, ResolvedProcess>,
  ): ReturnType<typeof selectDeclared> {
    const up = this.snapshot().filter(({ phase }) => isUp(phase))
    return selectDeclared(selection, this.configs(), declared, new Set(up.map(({ config }) => config.name)))
  }

  /** Whether any process runs, or may run without another order. */
  isBusy(): boolean {
    return this.snapshot().some((process) => !isAtRest(process.phase) || waitsForChange(process))
  }

  add(managed: Managed): void {
    this.#byName.set(managed.process.config.name, managed)
  }

  /** Brings these processes into this order, among the others that keep their places. Returns whether anything has moved. */
  arrange(names: string[]): boolean {
    const before = this.all()
    const moving = new Set(names.flatMap((name) => this.find(name) ?? []))
    const next = moving.values()
    const after = before.map((managed) => (moving.has(managed) ? (next.next().value ?? managed) : managed))
    this.#byName.clear()
    for (const managed of after) this.add(managed)
    return after.some((managed, place) => managed !== before[place])
  }

  remove(managed: Managed): void {
    const { name } = managed.process.config
    if (this.find(name) === managed) this.#byName.delete(name)
  }
}

/** The table for everything but the registry, which alone changes it. */
export type ReadonlyProcessTable = Omit<ProcessTable, 'add' | 'arrange' | 'remove'>
