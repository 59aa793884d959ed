import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Launcher } from './client/launch.ts'

/**
 * A daemon that lives for months had better stay small. V8 lets short-lived garbage pile up to 48 MB before it looks, and its
 * optimising compiler, once it has run, takes 4 MB: a supervisor mostly waits.
 */
const SMALL = ['--max-semi-space-size=1', '--no-opt']

/** Where Bun lets a compiled app see its own sources. */
const WITHIN_EXECUTABLE = /^(?:\/\$bunfs\/|[A-Za-z]:[\\/]~BUN[\\/])/

/**
 * How a daemon is started. Its program lies beside this file, in the sources and in the build. Where it does not, this package
 * was bundled or compiled into an app of one file: that is called with a hidden command; null: it has none.
 */
export function daemonLauncher(supervisorCommand: readonly string[] | undefined): Launcher | null {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const program = fileURLToPath(new URL(`./main.${extension}`, import.meta.url))
  const flags = process.versions.bun ? [] : SMALL
  if (existsSync(program)) return { program: process.execPath, args: [...flags, program] }
  if (!supervisorCommand) return null
  const script = process.argv[1]
  // A compiled app is its own runtime, and its script is inside it.
  const bundle = script === undefined || WITHIN_EXECUTABLE.test(script) ? [] : [...flags, script]
  return { program: process.execPath, args: [...bundle, ...supervisorCommand] }
}
