import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

const NAME = 'tuix-process-manager'

/** The name that a module in `folder` can import this package by; undefined: by none. */
export function installedPackage(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'node_modules', NAME, 'package.json'))) return NAME
    if (at === dirname(at)) return undefined
  }
}
