import type { CommandContext } from '../command.ts'

/** Shows a line on a terminal's stderr while a request runs, and removes it afterwards. */
export async function withSpinner<Result>(
  { environment: { stderr }, flags, paintError }: CommandContext,
  doing: string,
  request: () => Promise<Result>,
): Promise<Result> {
  if (!stderr.isTTY || flags.json) return await request()
  // Cut to one line of the terminal: a wrapped line could not be removed.
  stderr.write(paintError('gray', `${doing} …`.slice(0, stderr.columns - 1)))
  try {
    return await request()
  } finally {
    stderr.write('\r\x1b[K')
  }
}
