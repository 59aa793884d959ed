import { constants, lstatSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Flag for `open`: fails with ELOOP where the path is a symbolic link. For files whose place we have chosen ourselves: whoever put
 * a link there would have us write where it points.
 */
export const NO_FOLLOW: number = constants.O_NOFOLLOW ?? 0

/** A log in `folder`, where we place them, is a symbolic link. Elsewhere links are the user's own. */
export function isForeignLink(log: string, folder: string): boolean {
  return dirname(log) === folder && lstatSync(log, { throwIfNoEntry: false })?.isSymbolicLink() === true
}

/** Throws a sentence about such a log. */
export function refuseLink(log: string, folder: string): void {
  if (isForeignLink(log, folder)) {
    throw new Error(
      `${log} is a symbolic link, which is not followed here; set \`logFile\` or \`errorFile\` to where it points`,
    )
  }
}
