import { existsSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { isRecord } from '../../../model/config/shape.ts'
import { configError } from '../../place.ts'
import { readConfigFile } from '../../read.ts'
import type { ImportContext } from '../types.ts'
import { mergedOver } from './merge.ts'

/** The content of a project, with those of the files around it. */
export interface ProjectFiles {
  content: unknown
  /** Absolute paths of the other files. */
  files: string[]
}

/**
 * The content of a process-compose file over the file that it extends, and with the override file beside it over both. `path` is
 * absolute. Throws a `config` error.
 */
export async function projectFiles(content: unknown, path: string, context: ImportContext): Promise<ProjectFiles> {
  const base = await extended(content, path, context, [path])
  const [, ending] = /^process-compose(\.ya?ml)$/.exec(basename(path)) ?? []
  const override = ending === undefined ? undefined : overrideBeside(path)
  if (override === undefined) return base
  const above = await readConfigFile(override, basename(override))
  return { content: mergedOver(above, base.content), files: [...base.files, override] }
}

function overrideBeside(path: string): string | undefined {
  const names = ['process-compose.override.yaml', 'process-compose.override.yml']
  return names.map((name) => join(dirname(path), name)).find((name) => existsSync(name))
}

async function extended(
  content: unknown,
  path: string,
  context: ImportContext,
  chain: readonly string[],
): Promise<ProjectFiles> {
  if (!isRecord(content) || typeof content.extends !== 'string') return { content, files: [] }
  const file = resolve(dirname(path), content.extends)
  if (chain.includes(file)) throw configError(context, `\`extends\` forms a cycle: ${[...chain, file].join(' → ')}`)
  if (!existsSync(file)) throw configError(context, `\`extends\` names ${content.extends}, but there is no such file`)
  const below = await extended(await readConfigFile(file, content.extends), file, context, [...chain, file])
  const { extends: _, ...own } = content
  const moved = dirname(file) === dirname(path) ? below.content : inFolder(below.content, dirname(file))
  return { content: mergedOver(own, moved), files: [...below.files, file] }
}

/** A project whose processes run in the folder of their file. */
function inFolder(content: unknown, folder: string): unknown {
  if (!isRecord(content) || !isRecord(content.processes)) return content
  const processes = Object.entries(content.processes).map(([name, process]) => {
    if (!isRecord(process)) return [name, process]
    const { working_dir } = process
    const place = typeof working_dir === 'string' ? working_dir : ''
    return [name, { ...process, working_dir: isAbsolute(place) || /^[~$]/.test(place) ? place : join(folder, place) }]
  })
  return { ...content, processes: Object.fromEntries(processes) }
}
