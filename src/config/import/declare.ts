import { dirname } from 'node:path'
import { draftOf } from '../draft.ts'
import type { Base } from '../layer.ts'
import { importContent } from './index.ts'
import type { ImportKind } from './kind.ts'
import { noteLines } from './notes.ts'
import { profilesIn } from './profiles.ts'
import { realWorld, type WorldOptions } from './world.ts'

/** What another tool's file declares, with notes on what is not the same here. Throws a `config` error. */
export function baseOfImported(kind: ImportKind, content: unknown, options: WorldOptions): Base {
  const { processes, notes } = importContent(kind, content, realWorld(options))
  // The importer has replaced variables by the rules of the other tool.
  const source = { file: options.shown, folder: dirname(options.file), path: '', variables: false }
  return {
    source,
    wide: {},
    processes: new Map(processes.map(({ config, path }) => [config.name, draftOf(config, { ...source, path })])),
    extends: [],
    profiles: new Map(Object.entries(profilesIn(processes))),
    notes: noteLines(notes),
  }
}
