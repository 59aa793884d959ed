import { dirname } from 'node:path'
import type { Declaration } from '../declare.ts'
import { parseProcess } from '../resolve.ts'
import { importContent } from './index.ts'
import type { ImportKind } from './kind.ts'
import { noteLines } from './notes.ts'
import { realWorld, type WorldOptions } from './world.ts'

/** What another tool's file declares, validated, with notes on what is not the same here. Throws a `config` error. */
export function declareImported(kind: ImportKind, content: unknown, source: WorldOptions): Declaration {
  const { shown: file } = source
  const { processes, notes } = importContent(kind, content, realWorld(source))
  const cwd = dirname(source.file)
  return {
    processes: processes.map(({ config, path }) => parseProcess(config, { cwd, file, path })),
    origins: Object.fromEntries(
      processes.map(({ config, path }) => [config.name, path === '' ? file : `${file}: ${path}`]),
    ),
    defaults: {},
    declares: true,
    notes: noteLines(notes),
  }
}
