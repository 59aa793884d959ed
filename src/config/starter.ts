import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ProcessManagerError } from '../model/errors.ts'
import { convertConfig } from './convert.ts'
import { code } from './write/code.ts'
import { FORMATS, type Format, isAppConfig, usualName } from './write/format.ts'
import { installedPackage } from './write/package.ts'
import { render } from './write/render.ts'

export interface StarterOptions {
  /** Absolute folder that the config is for. */
  cwd: string
  format: Format
}

export interface Starter {
  /** Name of the file that it belongs into. */
  file: string
  text: string
  /** The file that processes were taken from; absent: there was none, and `names` are an example. */
  source?: string
  names: string[]
  notes: string[]
  /** Configs that the folder has already. */
  existing: string[]
}

/** What says which processes a project has, the most telling first. */
const SOURCES = [
  ...['ecosystem.config.js', 'ecosystem.config.cjs', 'ecosystem.config.mjs', 'ecosystem.json', 'ecosystem.yaml'],
  ...['ecosystem.yml', 'pm2.json', 'process-compose.yaml', 'process-compose.yml', 'Procfile', 'package.json'],
]

/** A first config for a folder, of what it has of other tools, or of an example. */
export async function starterConfig({ cwd, format }: StarterOptions): Promise<Starter> {
  const file = usualName(format)
  const existing = FORMATS.flatMap((each) => [`tuix.config.${each}`, `processes.${each}`]).filter((name) =>
    existsSync(join(cwd, name)),
  )
  const notes: string[] = []
  const ending = settingsIn(format)
  for (const source of SOURCES.filter((name) => existsSync(join(cwd, name)))) {
    try {
      const { text, names, notes: more } = await convertConfig({ cwd, file: source, format, target: file, ending })
      return { file, text, source, names, notes: [...notes, ...more.map((note) => `${source}: ${note}`)], existing }
    } catch (error) {
      if (!(error instanceof ProcessManagerError)) throw error
      notes.push(`${error.message}, so nothing was taken from it`)
    }
  }
  const packageName = installedPackage(cwd)
  const text = await render(
    { processes: [{ name: 'web', command: 'node server.js', env: { PORT: '3000' } }] },
    {
      format,
      wrapped: isAppConfig(file),
      heading: ['What this project runs: change the example to your own programs.'],
      ending,
      live: () => [],
      ...(packageName !== undefined && { packageName }),
    },
  )
  return { file, text, names: ['web'], notes, existing }
}

/** Settings that most projects want sooner or later. */
const SETTINGS: [key: string, value: unknown, why: string][] = [
  ['autorestart', 'on-failure', 'true, false, or only after a failure'],
  ['healthCheck', { type: 'http', url: 'http://localhost:3000/health' }, 'also "tcp", "output", "exec", "script"'],
  ['dependsOn', ['db'], 'started before, stopped after'],
  ['watch', true, 'restart when files change'],
  ['maxMemory', 512, 'MB, of the whole process tree'],
  ['schedule', '0 3 * * *', 'a job that is run by the clock'],
  ['instances', 2, 'with port "auto" each has a port of its own'],
  ['group', 'back', 'for start --group back'],
]

function settingsIn(format: Format): string[] {
  const isToml = format === 'toml'
  const isYaml = format === 'yaml' || format === 'yml'
  const lines = SETTINGS.map(([key, value, why]) => {
    if (isToml) return `${key} = ${tomlValue(value)}  # ${why}`
    const text = format === 'jsonc' || isYaml ? JSON.stringify(value) : code(value, undefined, 1)
    return isYaml ? `${key}: ${text}  # ${why}` : `${format === 'jsonc' ? `"${key}"` : key}: ${text}, // ${why}`
  })
  return ['More that a process can have:', '', ...lines]
}

function tomlValue(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value)
  return `{ ${Object.entries(value)
    .map(([key, inner]) => `${key} = ${JSON.stringify(inner)}`)
    .join(', ')} }`
}
