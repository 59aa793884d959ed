import type { ImportKind } from './kind.ts'
import { importPackageScripts } from './package-scripts.ts'
import { importPm2 } from './pm2/index.ts'
import { importProcessCompose } from './process-compose/index.ts'
import { importProcfile } from './procfile.ts'
import type { Imported, ImportWorld } from './types.ts'

/**
 * The processes of another tool's file. `content` is what it holds, of a Procfile its text. The processes are not validated
 * yet; what the file itself says wrong is refused in its own terms.
 *
 * @throws ProcessManagerError `config`, one sentence
 */
export function importContent(kind: ImportKind, content: unknown, world: ImportWorld): Imported {
  switch (kind) {
    case 'pm2':
      return importPm2(content, world)
    case 'procfile':
      return importProcfile(String(content), world)
    case 'process-compose':
      return importProcessCompose(content, world)
    case 'package':
      return importPackageScripts(content, world)
    default:
      return kind satisfies never
  }
}
