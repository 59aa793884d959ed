/** The entry point for Playwright, of which it imports nothing. */

import { type Names, viewOf } from './fixture.ts'
import { startStack } from './index.ts'
import type { StackOptions } from './options.ts'
import type { Stack } from './stack.ts'
import { logText } from './text.ts'

export type { StackOptions } from './options.ts'
export type { Stack } from './stack.ts'

/** What the fixtures give to a test. */
export interface StackFixtures {
  /** The same for one test: its logs are those since the test began, and are attached to its failure. */
  stack: Stack
}

/** What the fixtures give to all tests of a worker. */
export interface WorkerFixtures {
  /** The stack of the worker. */
  stackOfWorker: Stack
}

/** What Playwright gives to a fixture of one test, as far as it is used here. */
interface TestInfo {
  status?: string | undefined
  expectedStatus: string
  attach(name: string, options: { body: string; contentType: string }): Promise<void>
}

type Use = (stack: Stack) => Promise<void>

/** For `test.extend<StackFixtures, WorkerFixtures>(…)`. */
export interface Fixtures {
  stackOfWorker: [(context: object, use: Use) => Promise<void>, { scope: 'worker'; timeout: number }]
  stack: (context: { stackOfWorker: Stack }, use: Use, info: TestInfo) => Promise<void>
}

/** ms for the start and for the stop, beside the time limit of the stack itself. */
const GRACE = 15_000
const DEFAULT_TIMEOUT = 60_000

/** Fixtures with a stack for each worker. It starts with the first test that uses it. */
export function stackFixtures(names?: Names, options: StackOptions = {}): Fixtures {
  return {
    stackOfWorker: [
      // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures that it needs from the pattern
      async ({}, use) => {
        const stack = await startStack(names, options)
        await use(stack)
        await stack.stop()
      },
      { scope: 'worker', timeout: (options.timeout ?? DEFAULT_TIMEOUT) + GRACE },
    ],
    stack: async ({ stackOfWorker }, use, info) => {
      const stack = await viewOf(stackOfWorker)
      await use(stack)
      if (info.status === info.expectedStatus) return
      for (const name of stack.names) {
        const logs = await stack.logs(name)
        if (logs.length > 0) await info.attach(`${name}.log`, { body: logText(logs), contentType: 'text/plain' })
      }
    },
  }
}
