/** The entry point for `bun test`. */
import { createRequire } from 'node:module'
import type { WaitOptions } from '../manager/wait.ts'
import { ProcessManagerError } from '../model/errors.ts'
import type { Condition } from '../model/views/condition.ts'
import { logsForError, type Names, viewOf } from './fixture.ts'
import { startStack } from './index.ts'
import type { StackOptions } from './options.ts'
import type { ExpectLogOptions, Stack } from './stack.ts'

export type { StackOptions } from './options.ts'
export type { Stack } from './stack.ts'

/** The stack of a file of tests. It can be used from `beforeAll` on. */
export interface StackOfFile extends Stack {
  /**
   * A function for `test`: its stack has the logs since the test began, and what was logged stands in the failure, since
   * `bun test` tells no hook that a test has failed.
   */
  logged(test: (stack: Stack) => unknown): () => Promise<void>
}

interface Hooks {
  beforeAll(hook: () => Promise<void>, timeout: number): void
  afterAll(hook: () => Promise<void>, timeout: number): void
}

const DEFAULT_TIMEOUT = 60_000
/** ms for the stop, and for the start beside the time limit of the stack itself. */
const GRACE = 15_000

/** Starts a stack before the tests of a file (or of a `describe`), and stops it after them. */
export function useStack(names?: Names, options: StackOptions = {}): StackOfFile {
  // Only now, since the module exists in `bun test` alone.
  const { beforeAll, afterAll }: Hooks = createRequire(import.meta.url)('bun:test')
  let stack: Stack | undefined
  beforeAll(
    async () => {
      stack = await startStack(names, options)
    },
    (options.timeout ?? DEFAULT_TIMEOUT) + GRACE,
  )
  afterAll(async () => {
    await stack?.stop()
    stack = undefined
  }, GRACE)
  return new LateStack(() => {
    if (stack) return stack
    throw new ProcessManagerError(
      'usage',
      'the stack is up from `beforeAll` to `afterAll`: use it within a test or a hook',
    )
  })
}

/** A stack that begins later. */
class LateStack implements StackOfFile {
  readonly #stack: () => Stack

  constructor(stack: () => Stack) {
    this.#stack = stack
  }

  get names() {
    return this.#stack().names
  }

  get tuixDir() {
    return this.#stack().tuixDir
  }

  url(name: string) {
    return this.#stack().url(name)
  }

  port(name: string) {
    return this.#stack().port(name)
  }

  async logs(names?: string | readonly string[]) {
    return this.#stack().logs(names)
  }

  async expectLog(pattern: RegExp | string, options?: ExpectLogOptions) {
    return this.#stack().expectLog(pattern, options)
  }

  async kill(name: string) {
    return this.#stack().kill(name)
  }

  async restart(name: string) {
    return this.#stack().restart(name)
  }

  async waitFor(name: string, condition?: Condition, options?: WaitOptions) {
    return this.#stack().waitFor(name, condition, options)
  }

  async why(name: string) {
    return this.#stack().why(name)
  }

  async stop() {
    return this.#stack().stop()
  }

  [Symbol.asyncDispose]() {
    return this.stop()
  }

  logged(test: (stack: Stack) => unknown): () => Promise<void> {
    return async () => {
      const view = await viewOf(this.#stack())
      try {
        await test(view)
      } catch (error) {
        if (error instanceof Error) error.message += await logsForError(view)
        throw error
      }
    }
  }
}
