import { ProcessManagerError } from '../model/errors.ts'

/** Where in which file a value was written, for messages. */
export interface Place {
  /** As shown to the user; absent: the value was given in code. */
  file?: string
  /** Path inside the file: `processes[1]`; empty: the whole of it. */
  path: string
}

/** `sentence` with the file in front, as an error. */
export function refusal({ file }: Pick<Place, 'file'>, sentence: string): ProcessManagerError {
  return new ProcessManagerError('config', file === undefined ? sentence : `${file}: ${sentence}`)
}
