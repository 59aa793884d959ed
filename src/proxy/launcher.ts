import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** How to start a forwarder. */
export interface ForwarderLauncher {
  program: string
  args: string[]
  env: Record<string, string>
}

/** A daemon with this in its environment is a forwarder instead: an app of one file has no other program. */
export const FORWARD = 'TUIX_FORWARD'

/** Options that keep a forwarder small. What it makes for each chunk dies young. */
const SMALL = ['--max-semi-space-size=4']

/**
 * How to start a forwarder; null if that is not possible.
 *
 * @param words for `runForwarder`
 * @param daemon how the daemon itself was started, but for its last argument; null if this is none
 */
export function forwarderLauncher(
  words: string[],
  daemon: Omit<ForwarderLauncher, 'env'> | null,
): ForwarderLauncher | null {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const program = fileURLToPath(new URL(`./forward.${extension}`, import.meta.url))
  const flags = process.versions.bun ? [] : SMALL
  if (existsSync(program)) return { program: process.execPath, args: [...flags, program, ...words], env: {} }
  if (!daemon) return null
  const [name = ''] = words
  return { program: daemon.program, args: [...daemon.args, name], env: { [FORWARD]: words.join(' ') } }
}
