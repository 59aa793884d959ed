/** The entry point for Vitest, of which it imports nothing but, for the stack of a global set-up, `inject`. */
import { logsForError, type Names, viewOf } from './fixture.ts'
import { startStack } from './index.ts'
import type { StackOptions } from './options.ts'
import type { Stack } from './stack.ts'

export type { StackOptions } from './options.ts'
export type { Stack } from './stack.ts'

/** What the fixtures give to a test. */
export interface StackFixtures {
  /** The stack of all tests of a file, for hooks such as `test.beforeAll`. */
  stackOfFile: Stack
  /** The same for one test: its logs are those since the test began, and stand in its failure. */
  stack: Stack
}

/** What Vitest gives to a fixture of one test, as far as it is used here. */
interface TestContext {
  task: { result?: { errors?: { message: string; stack?: string }[] } }
  onTestFailed(handler: () => Promise<void>): void
}

type Use = (stack: Stack) => Promise<void>

/** For `test.extend<StackFixtures>(…)`. */
export interface Fixtures {
  stackOfFile: [(context: object, use: Use) => Promise<void>, { scope: 'file' }]
  stack: (context: { stackOfFile: Stack } & TestContext, use: Use) => Promise<void>
}

/** Fixtures with a stack for each file of tests. It starts with the first test that uses it. */
export function stackFixtures(names?: Names, options: StackOptions = {}): Fixtures {
  return fixturesOf(() => startStack(names, options))
}

/** Fixtures with the stack that `globalStack` has started for all files. */
export function globalStackFixtures(): Fixtures {
  return fixturesOf(async () => {
    const { inject } = (await import('vitest')) as unknown as { inject(key: string): unknown }
    const { connectStack } = await import('./connect.ts')
    return connectStack(inject(KEY))
  })
}

/** Under which the global set-up provides the stack. */
const KEY = 'tuix-process-manager'

/** What Vitest gives to a global set-up, as far as it is used here. */
interface Project {
  provide(key: string, value: unknown): void
}

/** A global set-up, the default export of a file that `globalSetup` names: one stack for all files of tests. */
export function globalStack(
  names?: Names,
  options: StackOptions = {},
): (project: Project) => Promise<() => Promise<void>> {
  return async (project) => {
    const stack = await startStack(names, options)
    const { connectionOf } = await import('./connect.ts')
    project.provide(KEY, connectionOf(stack))
    return () => stack.stop()
  }
}

function fixturesOf(begin: () => Promise<Stack>): Fixtures {
  return {
    stackOfFile: [
      // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the names of the fixtures that it needs from the pattern
      async ({}, use) => {
        const stack = await begin()
        await use(stack)
        await stack.stop()
      },
      { scope: 'file' },
    ],
    stack: async ({ stackOfFile, task, onTestFailed }, use) => {
      const stack = await viewOf(stackOfFile)
      onTestFailed(async () => {
        const error = task.result?.errors?.at(-1)
        if (error) error.message += await logsForError(stack)
      })
      await use(stack)
    },
  }
}
