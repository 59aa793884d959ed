import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Launcher } from './client/launch.ts'

/**
 * A daemon that lives for months had better stay small, and mostly waits. V8 lets short-lived garbage pile up to 48 MB before
 * it looks, and its optimising compiler, once it has run, takes 4 MB.
 */
const SMALL = ['--max-semi-space-size=1', '--no-opt']

/**
 * The same for Bun, whose engine takes its options from the environment alone: what its compilers make is 9 MB with one process
 * and 16 MB with a hundred, and saves a tenth of the little CPU that a supervisor takes.
 */
const SMALL_BUN = { BUN_JSC_useJIT: '0' }

/** In a daemon, at once: what it starts is not to be as slow. */
export function forgetLaunchOptions(env: Record<string, string | undefined>): void {
  for (const name of Object.keys(SMALL_BUN)) delete env[name]
}

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
  const env = process.versions.bun ? SMALL_BUN : {}
  if (existsSync(program)) return { program: process.execPath, args: [...flags, program], env }
  if (!supervisorCommand) return null
  const script = process.argv[1]
  // A compiled app is its own runtime, and its script is inside it.
  const bundle = script === undefined || WITHIN_EXECUTABLE.test(script) ? [] : [...flags, script]
  return { program: process.execPath, args: [...bundle, ...supervisorCommand], env }
}
