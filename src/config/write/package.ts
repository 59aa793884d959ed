import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The name that this package is published under. */
export const OWN_NAME = 'tuix-process-manager'

/** The name by which a module in `folder` can import this package; undefined if it is not installed there. */
export function installedPackage(folder: string): string | undefined {
  return isInstalled(OWN_NAME, folder) ? OWN_NAME : undefined
}

/** Whether a module in `folder` can import a package. */
export function isInstalled(name: string, folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'node_modules', name, 'package.json'))) return true
    if (at === dirname(at)) return false
  }
}
