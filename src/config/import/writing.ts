import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ProcessConfig } from '../../model/config/config.ts'
import { readGivenText } from '../given-file.ts'
import { configError } from '../place.ts'
import { mapTexts, Placeholders } from '../placeholders.ts'
import { isModule, readConfigFile } from '../read.ts'
import { reloadModule } from '../reload.ts'
import { importContext } from './context.ts'
import { withFilesOfVariables } from './environment/files.ts'
import { pm2WithVariables } from './environment/index.ts'
import { withoutValues } from './environment/scrub.ts'
import { importContent, withOtherFiles } from './index.ts'
import { type ImportKind, kindOf } from './kind.ts'
import { Notes } from './notes.ts'
import { withRelativePaths } from './portable.ts'
import type { Imported } from './types.ts'

type Environment = Record<string, string | undefined>

export interface ForWriting {
  kind: ImportKind
  imported: Imported
  /** What stands for variables in the texts of `imported`. */
  placeholders: Placeholders
  /** The values of these variables. */
  environment: Environment
  /** Names of those that the file reads itself from another one, such as an `.env`. */
  ownNames: ReadonlySet<string>
}

/**
 * Imports a file of another tool so that the result can be written into a file that others may read, on other machines:
 * without values of this environment, and with relative paths. `path` is absolute, `shown` the name in messages.
 */
export async function importedForWriting(path: string, shown: string): Promise<ForWriting> {
  const before = { ...process.env }
  const content = await readConfigFile(path, shown)
  // The module may have set more, such as those of an `.env`.
  const environment = { ...process.env }
  const kind = kindOf(path, content)
  if (!kind) {
    throw configError(
      { file: shown },
      'not a file of PM2 or process-compose, a package.json with scripts, or a Procfile',
    )
  }
  const placeholders = new Placeholders()
  const context = importContext({ file: path, shown, purpose: 'convert', placeholders })
  if (kind !== 'pm2') {
    const whole = await withOtherFiles(kind, content, path, context)
    return {
      kind,
      imported: importContent(kind, whole.content, context),
      placeholders,
      environment,
      ownNames: new Set(),
    }
  }
  const text = readGivenText(path, shown)
  const load = (changes: Environment) => reloadModule(path, { ...before, ...changes })
  const traced = isModule(path)
    ? await pm2WithVariables({ content, text, environment: before, after: environment, placeholders, load })
    : { content, notes: [], ownNames: new Set<string>() }
  const imported = importContent(kind, traced.content, context)
  const notes = new Notes()
  const folder = dirname(path)
  const change = (config: ProcessConfig) => {
    const portable = withRelativePaths(withWrittenFolder(config, folder), folder, notes)
    const nameless = withoutValues(portable, { environment, text, placeholders })
    return withFilesOfVariables(nameless, { after: environment, ownNames: traced.ownNames, context, notes })
  }
  const processes = imported.processes.map((each) => ({ ...each, config: change(each.config) }))
  return {
    kind,
    imported: { processes, notes: [...imported.notes, ...traced.notes, ...notes.all] },
    placeholders,
    environment,
    ownNames: traced.ownNames,
  }
}

/** A module knows its folder without links in its path. */
function withWrittenFolder(config: ProcessConfig, folder: string): ProcessConfig {
  const real = realpathSync(folder)
  return real === folder ? config : mapTexts(config, (text) => text.replaceAll(real, folder))
}
