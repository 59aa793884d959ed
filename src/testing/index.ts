/** The entry point for tests: stacks of processes, each of its own. Light to import; what is heavy loads with the first stack. */
import type { StackOptions } from './options.ts'
import type { Stack } from './stack.ts'

export type { WaitOptions } from '../manager/wait.ts'
export type { Condition } from '../model/views/condition.ts'
export type { ProcessLog } from '../model/views/logs.ts'
export type { ProcessState } from '../model/views/state.ts'
export type { Reason } from '../storage/why.ts'
export type { StackOptions } from './options.ts'
export type { ExpectLogOptions, Stack } from './stack.ts'

/**
 * Starts processes of a config for a test, those that they depend on first, and waits until all are ready. They have a private
 * state folder and ports that nobody else gets, so that any number of stacks can run at once.
 *
 * They end with `stop()`, with the scope of `await using`, or with the program, in whatever way that ends.
 *
 * @param names declared names; default all that `tuix-ps start --all` starts
 * @throws ProcessManagerError that says, for each process that is not up, why it is not, with its last lines
 */
export async function startStack(names?: string | readonly string[], options: StackOptions = {}): Promise<Stack> {
  return (await import('./start.ts')).startStack(names, options)
}
