import type { RunningStack, Stack } from './stack.ts'
import { logText } from './text.ts'

/* What the helpers of all test runners need. */

export type Names = string | readonly string[] | undefined

/** The view of a stack for one test: its logs begin now. */
export async function viewOf(stack: Stack): Promise<RunningStack> {
  return (stack as RunningStack).fromNow()
}

/** What a stack has logged since its view began, for people; empty if it was nothing. */
export async function logsOf(stack: Stack): Promise<string> {
  return logText(await stack.logs()).trimEnd()
}

/** The same as a part of an error's message. */
export async function logsForError(stack: Stack): Promise<string> {
  const logs = await logsOf(stack).catch((error: Error) => `the logs cannot be read: ${error.message}`)
  return `\n\nLogged during the test:\n${logs === '' ? '(nothing)' : logs}`
}
