import type { CommandContext } from './command.ts'

/** A line on a terminal's stderr while a request takes its time, and no trace of it afterwards. */
export async function withProgress<Result>(
  { environment: { stderr }, flags, paintError }: CommandContext,
  doing: string,
  request: () => Promise<Result>,
): Promise<Result> {
  if (!stderr.isTTY || flags.json) return await request()
  // Cut to one line of the terminal: what wraps could not be wiped.
  stderr.write(paintError('gray', `${doing} …`.slice(0, stderr.columns - 1)))
  try {
    return await request()
  } finally {
    stderr.write('\r\x1b[K')
  }
}
