import { startOrder } from '../../model/planning/order.ts'
import { Notes, noteLines } from '../import/notes.ts'
import { withAddresses } from './addresses.ts'
import { exportCompose } from './compose/index.ts'
import { headed } from './heading.ts'
import { exportKubernetes } from './kubernetes/index.ts'
import { exportNomad } from './nomad/index.ts'
import { prepare } from './prepare.ts'
import { exportSystemd } from './systemd/index.ts'
import type { Declaration, ExportContext, ExportedProcess, ExportFormat, ExportPart, ToYaml } from './types.ts'

/** Formats that can refer to env files. */
const WITH_FILES: readonly ExportFormat[] = ['systemd', 'compose', 'swarm', 'kubernetes']

export interface Exported {
  files: { name: string; text: string }[]
  /** What could not be carried over, and what is left to do, a sentence each. */
  notes: string[]
}

export interface ExportRequest {
  format: ExportFormat
  /** All processes of the config. */
  declarations: Declaration[]
  /** Those to export, together with what they depend on. */
  names: string[]
  context: Omit<ExportContext, 'notes'>
  toYaml: ToYaml
  /** First line of every file: where it comes from. */
  origin: string
}

/**
 * Files for another engine that run the same processes. Nothing is read or written.
 *
 * @throws ProcessManagerError `config`, one sentence
 */
export function exportProcesses({ format, declarations, names, context, toYaml, origin }: ExportRequest): Exported {
  const order = startOrder(
    names,
    declarations.map(({ config }) => config),
  )
  const chosen = declarations.filter(({ config }) => order.has(config.name))
  const notes = new Notes()
  const processes = prepare(withAddresses(format, chosen, notes), { files: WITH_FILES.includes(format), notes })
  const parts = partsIn(format, processes, { ...context, notes }, toYaml)
  const lines = (isAbout: (process: string | undefined) => boolean) =>
    noteLines(notes.all.filter(({ process }) => isAbout(process)))
  return {
    files: parts.map(({ name, body, process }) => {
      return {
        name,
        text: headed(
          body,
          origin,
          lines((other) => parts.length === 1 || other === process),
        ),
      }
    }),
    notes: lines(() => true),
  }
}

function partsIn(
  format: ExportFormat,
  processes: ExportedProcess[],
  context: ExportContext,
  toYaml: ToYaml,
): ExportPart[] {
  switch (format) {
    case 'systemd':
      return exportSystemd(processes, context)
    case 'compose':
    case 'swarm':
      return exportCompose(processes, { isSwarm: format === 'swarm', toYaml }, context)
    case 'kubernetes':
      return exportKubernetes(processes, toYaml, context)
    case 'nomad':
      return exportNomad(processes, context)
    default:
      return format satisfies never
  }
}
