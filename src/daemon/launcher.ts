import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Launcher } from '../client/launch.ts'

/**
 * Options that keep a daemon small, since it lives for months and mostly waits. V8 lets short-lived garbage grow to 48
 * MB before it collects, and its optimising compiler takes 4 MB once it has run.
 */
const SMALL = ['--max-semi-space-size=1', '--no-opt']

/**
 * The same for Bun, whose engine takes options only from the environment. The output of its compilers takes 9 MB with
 * one process and 16 MB with a hundred, to save a tenth of the little CPU time that a supervisor uses.
 */
const SMALL_BUN = { BUN_JSC_useJIT: '0' }

/** Removes these options from a daemon's environment, since its children must not inherit them. */
export function forgetLaunchOptions(env: Record<string, string | undefined>): void {
  for (const name of Object.keys(SMALL_BUN)) delete env[name]
}

/** How to start another daemon like this one, whichever program contains it. Its last argument is the folder. */
export function relauncher(): Launcher {
  const { execPath, execArgv, argv } = process
  const words = WITHIN_EXECUTABLE.test(argv[1] ?? '') ? argv.slice(2, -1) : argv.slice(1, -1)
  return { program: execPath, args: [...execArgv, ...words], env: process.versions.bun ? SMALL_BUN : {} }
}

/** Virtual folder in which an app compiled by Bun sees its own sources. */
const WITHIN_EXECUTABLE = /^\/\$bunfs\//

/**
 * How to start a daemon. Its program is beside this file, in the sources and in the build. If it is missing, this
 * package was bundled or compiled into a single file, and the app runs itself with `supervisorCommand`. Null if it has
 * no such command.
 */
export function daemonLauncher(supervisorCommand: readonly string[] | undefined): Launcher | null {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const program = fileURLToPath(new URL(`./main.${extension}`, import.meta.url))
  const flags = process.versions.bun ? [] : SMALL
  const env = process.versions.bun ? SMALL_BUN : {}
  if (existsSync(program)) return { program: process.execPath, args: [...flags, program], env }
  if (!supervisorCommand) return null
  const script = process.argv[1]
  // A compiled app contains its runtime and its script.
  const bundle = script === undefined || WITHIN_EXECUTABLE.test(script) ? [] : [...flags, script]
  return { program: process.execPath, args: [...bundle, ...supervisorCommand], env }
}
