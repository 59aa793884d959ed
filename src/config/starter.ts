import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ProcessManagerError } from '../model/errors.ts'
import { convertConfig } from './convert.ts'
import { IMPORTABLE } from './import/other-tools.ts'
import { code } from './write/code.ts'
import { defaultFileName, FORMATS, type Format, isAppConfig } from './write/format.ts'
import { installedPackage } from './write/package.ts'
import { render } from './write/render.ts'

export interface StarterOptions {
  /** Absolute folder that the config is for. */
  cwd: string
  format: Format
}

export interface Starter {
  /** Name of the file to write. */
  file: string
  text: string
  /** The file that the processes come from; absent if they are an example. */
  source?: string
  names: string[]
  notes: string[]
  /** Configs that already exist in the folder. */
  existing: string[]
}

/** A first config for a folder, converted from a file of another tool, or with an example. */
export async function starterConfig({ cwd, format }: StarterOptions): Promise<Starter> {
  const file = defaultFileName(format)
  const existing = FORMATS.flatMap((each) => [`tuix.config.${each}`, `processes.${each}`]).filter((name) =>
    existsSync(join(cwd, name)),
  )
  const notes: string[] = []
  const ending = settingsIn(format)
  for (const source of IMPORTABLE.filter((name) => existsSync(join(cwd, name)))) {
    try {
      const { text, names, notes: more } = await convertConfig({ cwd, file: source, format, target: file, ending })
      return { file, text, source, names, notes: [...notes, ...more.map((note) => `${source}: ${note}`)], existing }
    } catch (error) {
      if (!(error instanceof ProcessManagerError)) throw error
      notes.push(`${error.message}; the file was skipped`)
    }
  }
  const packageName = installedPackage(cwd)
  const text = await render(
    { processes: [{ name: 'web', command: 'node server.js', env: { PORT: '3000' } }] },
    {
      format,
      wrapped: isAppConfig(file),
      heading: ['The processes of this project. Replace the example by your own programs.'],
      ending,
      ...(packageName !== undefined && { packageName }),
    },
  )
  return { file, text, names: ['web'], notes, existing }
}

/** Settings that most projects need sooner or later, with an example and a comment. */
const SETTINGS: [key: string, value: unknown, why: string][] = [
  ['autorestart', 'on-failure', 'true, false, or only after a failure'],
  ['healthCheck', { type: 'http', url: 'http://localhost:3000/health' }, 'also "tcp", "output", "exec", "script"'],
  ['dependsOn', ['db'], 'starts after them, stops before them'],
  ['watch', true, 'restart when files change'],
  ['maxMemory', 512, 'MB, of the whole process tree'],
  ['schedule', '0 3 * * *', 'for a job that runs at these times'],
  ['instances', 2, 'with port "auto", each gets its own port'],
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
  return ['More settings of a process:', '', ...lines]
}

function tomlValue(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value)
  return `{ ${Object.entries(value)
    .map(([key, inner]) => `${key} = ${JSON.stringify(inner)}`)
    .join(', ')} }`
}
