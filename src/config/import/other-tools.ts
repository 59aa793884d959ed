import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { configError } from '../place.ts'

/** Files of other tools that declare processes, the most specific first. */
export const IMPORTABLE = [
  ...['ecosystem.config.js', 'ecosystem.config.cjs', 'ecosystem.config.mjs', 'ecosystem.config.ts', 'ecosystem.json'],
  ...['ecosystem.yaml', 'ecosystem.yml', 'pm2.config.js', 'pm2.config.cjs', 'pm2.json', 'pm2.yaml', 'pm2.yml'],
  ...['process-compose.yaml', 'process-compose.yml', 'Procfile', 'Procfile.dev', 'package.json'],
]

/** The file of another tool in a folder, except a package.json, which nearly every project has. */
export function importableIn(folder: string): string | undefined {
  return IMPORTABLE.find((name) => name !== 'package.json' && existsSync(join(folder, name)))
}

/** Tools whose files cannot be read, by name of the file. */
const BY_NAME: [pattern: RegExp, tool: string][] = [
  [/^supervisord?\.(?:conf|ini)$/, 'supervisord'],
  [/\.(?:service|socket|timer)$/, 'systemd'],
  [/^\.?justfile$/i, 'just'],
  [/^(?:gnu)?makefile$/i, 'make'],
  [/^taskfile\.ya?ml$/i, 'Task'],
  [/^tiltfile$/i, 'Tilt'],
  [/^circus\.ini$/, 'circus'],
  [/^pitchfork\.toml$/, 'pitchfork'],
  [/^mprocs\.ya?ml$/, 'mprocs'],
  [/^(?:docker-)?compose(?:\.[\w-]+)?\.ya?ml$/, 'docker compose'],
]

const KNOWN = 'known are those of PM2 and process-compose, a package.json with scripts, and a Procfile'

/** The error for a file that is not one of our configs, nor of a tool that can be imported. */
export function notImportable(file: string, shown: string): Error | undefined {
  const [, tool] = BY_NAME.find(([pattern]) => pattern.test(basename(file))) ?? []
  return tool === undefined ? undefined : configError({ file: shown }, `files of ${tool} are not understood; ${KNOWN}`)
}
