import { dirname } from 'node:path'
import { escapeReferences, mapReferringTexts } from '../../model/config/references.ts'
import { draftOf } from '../draft.ts'
import type { Base } from '../layer.ts'
import { type ImportOptions, importContext } from './context.ts'
import { importContent, withOtherFiles } from './index.ts'
import type { ImportKind } from './kind.ts'
import { noteLines } from './notes.ts'
import { profilesIn } from './profiles.ts'
import type { ImportedProcess } from './types.ts'

/**
 * The base of another tool's file, with notes on differences in behaviour. `files` collects the absolute paths of other files
 * that belong to it. Throws a `config` error.
 */
export async function baseOfImported(
  kind: ImportKind,
  content: unknown,
  options: ImportOptions,
  files: Set<string>,
): Promise<Base> {
  const context = importContext(options)
  const whole = await withOtherFiles(kind, content, options.file, context)
  for (const file of whole.files) files.add(file)
  const { processes: imported, notes } = importContent(kind, whole.content, context)
  const processes = imported.map(literal)
  // `variables` is false, since the importer has replaced variables by the rules of the other tool.
  const source = { file: options.shown, folder: dirname(options.file), path: '', variables: false }
  return {
    source,
    managerDefaults: {},
    processes: new Map(processes.map(({ config, path }) => [config.name, draftOf(config, { ...source, path })])),
    extends: [],
    profiles: new Map(Object.entries(profilesIn(processes))),
    notes: noteLines(notes),
  }
}

/** Other tools have no references: what looks like one is meant as it is. */
function literal({ config, profiles, ...rest }: ImportedProcess): ImportedProcess {
  const changed = Object.entries(profiles ?? {}).map(([name, env]) => [
    name,
    mapReferringTexts({ env }, escapeReferences).env,
  ])
  return {
    ...rest,
    config: mapReferringTexts(config, escapeReferences),
    ...(profiles && { profiles: Object.fromEntries(changed) }),
  }
}
