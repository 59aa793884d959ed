import type { ImportKind } from './kind.ts'
import { importPackageScripts } from './package-scripts.ts'
import { importPm2 } from './pm2/index.ts'
import { type ProjectFiles, projectFiles } from './process-compose/files.ts'
import { importProcessCompose } from './process-compose/index.ts'
import { importProcfile } from './procfile/index.ts'
import type { ImportContext, Imported } from './types.ts'

/**
 * Converts the processes of another tool's file. The file is validated, but the resulting processes are not yet.
 *
 * @param content parsed content of the file, or the text of a Procfile
 * @throws ProcessManagerError `config`, one sentence
 */
export function importContent(kind: ImportKind, content: unknown, context: ImportContext): Imported {
  switch (kind) {
    case 'pm2':
      return importPm2(content, context)
    case 'procfile':
      return importProcfile(String(content), context)
    case 'process-compose':
      return importProcessCompose(content, context)
    case 'package':
      return importPackageScripts(content, context)
    default:
      return kind satisfies never
  }
}

/** The content of a file with those of other files that belong to it. `path` is absolute. Throws a `config` error. */
export async function withOtherFiles(
  kind: ImportKind,
  content: unknown,
  path: string,
  context: ImportContext,
): Promise<ProjectFiles> {
  return kind === 'process-compose' ? await projectFiles(content, path, context) : { content, files: [] }
}
