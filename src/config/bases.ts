import { existsSync } from 'node:fs'
import { dirname, extname, isAbsolute, relative, resolve } from 'node:path'
import { blockOf, DATA_FORMATS } from './find.ts'
import { kindOf } from './import/kind.ts'
import { type Base, baseOf, type Environment } from './layer.ts'
import { configErrorAt, type Source, within } from './place.ts'
import { readConfigFile } from './read.ts'

/** Shared by all files of one load. */
export interface LoadContext {
  /** Absolute folder that displayed paths are relative to. */
  cwd: string
  environment: Environment
  /** Absolute paths of the files read so far. */
  files: Set<string>
}

/**
 * The bases of a file and of all that it extends, lowest first. `file` is absolute. Throws a `config` error.
 *
 * @param named the user named the file. Only then may it be of another tool, such as a Procfile.
 */
export async function basesOfFile(
  file: string,
  context: LoadContext,
  { named, chain = [] }: { named: boolean; chain?: readonly string[] },
): Promise<Base[]> {
  const shown = displayPath(context.cwd, file)
  const content = await readConfigFile(file, shown)
  context.files.add(file)
  const kind = named ? kindOf(file, content) : undefined
  if (kind) {
    const { baseOfImported } = await import('./import/declare.ts')
    return [await baseOfImported(kind, content, { file, shown, env: context.environment }, context.files)]
  }
  const { value, path, note } = blockOf(content, file)
  const variables = DATA_FORMATS.includes(extname(file))
  const source = { file: shown, folder: dirname(file), path, variables }
  const bases = await basesOfBlock(value, source, context, [...chain, file])
  return bases.map((base) => (note !== undefined && base.source === source ? { ...base, notes: [note] } : base))
}

/** The bases of a block given in code, and of all that it extends. */
export async function basesOfBlock(
  block: unknown,
  source: Source,
  context: LoadContext,
  chain: readonly string[] = [],
): Promise<Base[]> {
  const base = baseOf(block, source, context.environment)
  const below: Base[] = []
  for (const [index, path] of base.extends.entries()) {
    const place = base.extends.length > 1 ? within(source, 'extends', index) : within(source, 'extends')
    const file = resolve(source.folder, path)
    if (chain.includes(file)) throw cycle([...chain.slice(chain.indexOf(file)), file], place, context)
    if (!existsSync(file)) throw configErrorAt(place, `names ${path}, but there is no such file`)
    below.push(...(await basesOfFile(file, context, { named: true, chain })))
  }
  return [...below, base]
}

function cycle(chain: string[], place: Source, { cwd }: LoadContext): Error {
  return configErrorAt(place, `forms a cycle: ${chain.map((file) => displayPath(cwd, file)).join(' → ')}`)
}

/** The path as a user in `cwd` would write it. */
function displayPath(cwd: string, file: string): string {
  const short = relative(cwd, file)
  return short.startsWith('..') || isAbsolute(short) ? file : short
}
