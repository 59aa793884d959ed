import { accessSync, constants, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { basename, delimiter, join, resolve } from 'node:path'
import { ownProperty } from '../model/text/text.ts'
import { declarationOf } from './export/declaration.ts'
import { envFileUse } from './export/env-file.ts'
import { type Exported, exportProcesses } from './export/index.ts'
import type { Declaration, ExportFormat, ToYaml } from './export/types.ts'
import type { LoadedConfig } from './load.ts'

export interface ExportOptions {
  format: ExportFormat
  declared: LoadedConfig
  /** Names of processes of the config; what they depend on comes along. */
  names: string[]
  /** Absolute folder in which the files will be. */
  target: string
  /** Image of processes that name none. */
  image?: string
  /** What the user has typed for this, for the head of the files. */
  command: string
  /** `PATH` in which programs are found. */
  path: string
}

/** Makes the files of another engine of a loaded config. Throws a `config` error of one sentence. */
export async function exportConfig(options: ExportOptions): Promise<Exported> {
  const { format, declared, names, target, image, command, path } = options
  const { folder, file } = declared
  return exportProcesses({
    format,
    names,
    declarations: declarationsOf(declared),
    toYaml: await yamlWriter(),
    origin: `From ${file === null ? 'the config of the app' : basename(file)}, by ${command}.`,
    context: {
      project: projectName(folder),
      target,
      user: userName(),
      ...(image !== undefined && { image }),
      findProgram: (name) => programIn(path, name),
    },
  })
}

function declarationsOf({ folder, processes, defaults, envFiles }: LoadedConfig): Declaration[] {
  return processes.map((process) => {
    const files = ownProperty(envFiles, process.name) ?? []
    return declarationOf(process, { folder, defaults, envFiles: files.map(envFileUse) })
  })
}

async function yamlWriter(): Promise<ToYaml> {
  const { stringifyYAML } = await import('confbox/yaml')
  // A round trip drops what is undefined, which YAML has no word for.
  return (value) => `${stringifyYAML(JSON.parse(JSON.stringify(value)), { lineWidth: -1, noRefs: true })}\n`
}

/** The name of the folder, in the letters that every engine takes. */
function projectName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-$/g, '')
  return name === '' ? 'app' : name
}

/** Null for root, and for somebody without a name. */
function userName(): string | null {
  try {
    const { uid, username } = userInfo()
    return uid === 0 ? null : username
  } catch {
    return null
  }
}

function programIn(path: string, name: string): string | undefined {
  const candidates = path
    .split(delimiter)
    // Bun puts a folder with a `node` of its own in front, which is gone when it ends.
    .filter((folder) => folder !== '' && !folder.includes('bun-node'))
    .map((folder) => resolve(join(folder, name)))
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK)
      return statSync(file).isFile()
    } catch {
      return false
    }
  })
}
