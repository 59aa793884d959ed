import { stringifyYAML } from 'confbox/yaml'
import { declarationOf } from '../../../src/config/export/declaration.ts'
import { exportProcesses } from '../../../src/config/export/index.ts'
import type { EnvFileUse, ExportFormat } from '../../../src/config/export/types.ts'
import { parseProcess } from '../../../src/config/process.ts'
import type { ProcessDefaults } from '../../../src/config/resolve/index.ts'
import type { ProcessConfig } from '../../../src/model/config/config.ts'

export interface ExportFacts {
  /** Of all. */
  image?: string
  user?: string
  /** Default: all. */
  names?: string[]
  /** Env files by process. */
  envFiles?: Record<string, EnvFileUse[]>
  defaults?: ProcessDefaults
  findProgram?: (name: string) => string | undefined
}

const inUsrBin = (name: string) => (name === 'missing' ? undefined : `/usr/bin/${name}`)

/** The files, by name, of a project in `/srv/shop` on a machine that has its programs in `/usr/bin`. */
export function exported(format: ExportFormat, processes: ProcessConfig[], facts: ExportFacts = {}) {
  const {
    image,
    user = 'shop',
    names = processes.map(({ name }) => name),
    envFiles = {},
    findProgram = inUsrBin,
    defaults,
  } = facts
  const folder = '/srv/shop'
  const declarations = processes.map((process, index) =>
    declarationOf(parseProcess(process, { cwd: folder, path: `processes[${index}]` }), {
      folder,
      ...(defaults && { defaults }),
      envFiles: envFiles[process.name] ?? [],
    }),
  )
  const { files, notes } = exportProcesses({
    format,
    declarations,
    names,
    toYaml: (value) => `${stringifyYAML(JSON.parse(JSON.stringify(value)), { lineWidth: -1, noRefs: true })}\n`,
    origin: 'From processes.json.',
    context: {
      project: 'shop',
      target: folder,
      user,
      ...(image !== undefined && { image }),
      findProgram,
    },
  })
  return { files: Object.fromEntries(files.map(({ name, text }) => [name, text])), notes }
}

/** All text of an export, without comments. */
export function textOf({ files }: { files: Record<string, string> }): string {
  return Object.entries(files)
    .map(([name, text]) => `${name}\n${text.replace(/^#.*\n/gm, '')}`)
    .join('\n')
}
