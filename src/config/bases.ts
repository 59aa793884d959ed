import { existsSync } from 'node:fs'
import { dirname, extname, isAbsolute, relative, resolve } from 'node:path'
import { blockOf, DATA_FORMATS } from './find.ts'
import { kindOf } from './import/kind.ts'
import { type Base, baseOf, type Environment } from './layer.ts'
import { refusalAt, type Source, within } from './place.ts'
import { readConfigFile } from './read.ts'

/** What a load has in common for all files that it reads. */
export interface Reading {
  /** Absolute folder from which paths are shown. */
  cwd: string
  environment: Environment
  /** Absolute paths of the files that were read so far. */
  files: Set<string>
}

/**
 * What a file says, after all that it extends: lowest first. `file` is absolute. A file that somebody named may be another
 * tool's, such as a Procfile; one that merely lies there is ours. Throws a `config` error.
 */
export async function basesOfFile(
  file: string,
  reading: Reading,
  { named, chain = [] }: { named: boolean; chain?: readonly string[] },
): Promise<Base[]> {
  const shown = shownFrom(reading.cwd, file)
  const content = await readConfigFile(file, shown)
  reading.files.add(file)
  const kind = named ? kindOf(file, content) : undefined
  if (kind) {
    const { baseOfImported } = await import('./import/declare.ts')
    return [baseOfImported(kind, content, { file, shown, env: reading.environment })]
  }
  const { value, path } = blockOf(content, file)
  const variables = DATA_FORMATS.includes(extname(file))
  return basesOfBlock(value, { file: shown, folder: dirname(file), path, variables }, reading, [...chain, file])
}

/** The same for a block given in code. */
export async function basesOfBlock(
  block: unknown,
  source: Source,
  reading: Reading,
  chain: readonly string[] = [],
): Promise<Base[]> {
  const base = baseOf(block, source, reading.environment)
  const below: Base[] = []
  for (const [index, path] of base.extends.entries()) {
    const place = base.extends.length > 1 ? within(source, 'extends', index) : within(source, 'extends')
    const file = resolve(source.folder, path)
    if (chain.includes(file)) throw cycle([...chain.slice(chain.indexOf(file)), file], place, reading)
    if (!existsSync(file)) throw refusalAt(place, `names ${path}, but there is no such file`)
    below.push(...(await basesOfFile(file, reading, { named: true, chain })))
  }
  return [...below, base]
}

function cycle(chain: string[], place: Source, { cwd }: Reading): Error {
  return refusalAt(place, `goes in a circle: ${chain.map((file) => shownFrom(cwd, file)).join(' → ')}`)
}

/** As a user in `cwd` would write it. */
function shownFrom(cwd: string, file: string): string {
  const short = relative(cwd, file)
  return short.startsWith('..') || isAbsolute(short) ? file : short
}
