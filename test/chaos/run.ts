import { cpSync, existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { finish, settle } from './invariants.ts'
import { Model } from './model.ts'
import { type Operation, operation } from './operations.ts'
import { perform } from './perform.ts'
import { World } from './world.ts'

export interface ChaosOptions {
  seed?: number | undefined
  /** Of a failure, as it was printed. */
  path?: string | undefined
  /** Ends after the sequence of operations during which this many ms have passed. */
  ms: number
  /** Operations in one sequence, at most. */
  length: number
  /** Fill disks, too; needs to be root. */
  disk: boolean
  /** Keep a copy of the folder of what failed. */
  keep: boolean
  /** Told of every operation, and of what came of a sequence. */
  note(line: string): void
}

export interface ChaosResult {
  sequences: number
  /** How many of each kind. */
  operations: Record<string, number>
  /** What went wrong, with what it takes to see it again; null: nothing. */
  failure: string | null
}

/** One operation as a command of fast-check. After it everything must come to what the model says. */
class Step implements fc.AsyncCommand<Model, World> {
  readonly #operation: Operation
  readonly #note: (operation: Operation) => void

  constructor(operation: Operation, note: (operation: Operation) => void) {
    this.#operation = operation
    this.#note = note
  }

  check(): boolean {
    return true
  }

  async run(model: Model, world: World): Promise<void> {
    this.#note(this.#operation)
    await perform(this.#operation, model, world)
    await settle(model, world)
  }

  toString(): string {
    return JSON.stringify(this.#operation)
  }
}

/** Does random operations to the real product, in folder after folder, until the time is up or something is not as it must be. */
export async function chaos({ seed, path, ms, length, disk, keep, note }: ChaosOptions): Promise<ChaosResult> {
  const operations: Record<string, number> = {}
  let sequences = 0
  const count = (done: Operation) => {
    operations[done.do] = (operations[done.do] ?? 0) + 1
    note(`  ${JSON.stringify(done)}`)
  }
  const steps = (small: boolean) =>
    fc.commands([operation(small).map((chosen) => new Step(chosen, count))], { maxCommands: length, size: 'max' })
  const places = disk ? fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)) : fc.constant(false)
  const sequence = places.chain((small) => fc.record({ small: fc.constant(small), commands: steps(small) }))
  const property = fc.asyncProperty(sequence, async ({ small, commands }) => {
    sequences++
    note(`sequence ${sequences}${small ? ', on a small disk' : ''}`)
    const model = new Model()
    const world = new World(small)
    try {
      const all = new Step({ do: 'order', verb: 'start', names: world.names, runtime: 'node' }, count)
      await all.run(model, world)
      await fc.asyncModelRun(() => ({ model, real: world }), commands)
      await finish(model, world)
    } catch (error) {
      throw new Error(
        `${(error as Error).message}\n${lastEvents(world)}${keep ? `\nits folder is kept in ${copyOf(world)}` : ''}`,
      )
    } finally {
      await world.dispose()
    }
  })
  const deadline = Date.now() + ms
  // Each sequence has a seed of its own, by which it is seen again.
  for (let next = seed ?? Date.now() % 2 ** 31; ; next++) {
    // No shorter way to what is found is looked for: whether that fails depends on the machine's mood.
    const details = await fc.check(property, { seed: next, ...(path && { path }), numRuns: 1, endOnFailure: true })
    if (details.failed) return { sequences, operations, failure: describe(details) }
    if (path !== undefined || Date.now() >= deadline) return { sequences, operations, failure: null }
  }
}

function describe({
  seed,
  counterexamplePath,
  errorInstance,
}: Pick<fc.RunDetails<unknown>, 'seed' | 'counterexamplePath' | 'errorInstance'>): string {
  const { message } = errorInstance instanceof Error ? errorInstance : new Error(String(errorInstance))
  return `failed; again with --seed ${seed} --path ${counterexamplePath}\n${message}`
}

function lastEvents({ tuixDir }: World): string {
  const events = `${tuixDir}/events.jsonl`
  return existsSync(events) ? readFileSync(events, 'utf8').trimEnd().split('\n').slice(-40).join('\n') : ''
}

function copyOf({ tuixDir }: World): string {
  const copy = mkdtempSync(join(tmpdir(), 'chaos-failed-'))
  try {
    cpSync(tuixDir, copy, { recursive: true, filter: (file) => !/\.(?:sock|tmp)$|\/filler$/.test(file) })
  } catch (error) {
    // Files come and go while they are copied. What failed must be told all the same.
    return `${copy}, in parts: ${(error as Error).message}`
  }
  return copy
}
