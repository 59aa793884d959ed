import { constants, lstatSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Flag for `open` that fails with ELOOP if the path is a symbolic link. It is for files whose paths we choose
 * ourselves: somebody who put a link there could make us write where it points.
 */
export const NO_FOLLOW: number = constants.O_NOFOLLOW ?? 0

/** Whether a log in `folder`, our own log folder, is a symbolic link. Links elsewhere are the user's own. */
export function isForeignLink(log: string, folder: string): boolean {
  return dirname(log) === folder && lstatSync(log, { throwIfNoEntry: false })?.isSymbolicLink() === true
}

/** Throws if such a log is a symbolic link. */
export function refuseLink(log: string, folder: string): void {
  if (isForeignLink(log, folder)) {
    throw new Error(`${log} is a symbolic link, which is not followed; set \`logFile\` or \`errorFile\` to its target`)
  }
}
