import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { FORWARDER_HOST } from '../model/config/share.ts'

/** Options that keep a forwarder small. What it makes for each chunk dies young. */
const SMALL = ['--max-semi-space-size=4']

/** How to start a forwarder; null if its program is not there, because an app was bundled into a single file. */
export function forwarderLauncher(
  name: string,
  port: number,
  host = FORWARDER_HOST,
): { program: string; args: string[] } | null {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const program = fileURLToPath(new URL(`./forward.${extension}`, import.meta.url))
  if (!existsSync(program)) return null
  const flags = process.versions.bun ? [] : SMALL
  return { program: process.execPath, args: [...flags, program, name, String(port), host] }
}
