import { withNeighbours } from '../containers.ts'
import { cronFields } from '../cron.ts'
import { noteAlways, noteUncarried } from '../keys.ts'
import type { ExportContext, ExportedProcess, ExportPart } from '../types.ts'
import { groupOf } from './group.ts'
import { type Block, hcl } from './hcl.ts'
import { NOMAD_KEYS } from './keys.ts'

/** Jobs of Nomad, one file for each process. */
export function exportNomad(declared: ExportedProcess[], context: ExportContext): ExportPart[] {
  const processes = withNeighbours(declared, () => undefined, context)
  const jobOf = ({ name }: ExportedProcess) => (name === context.project ? name : `${context.project}-${name}`)
  return processes.map((process) => {
    noteUncarried(process, NOMAD_KEYS, context.notes)
    noteAlways(process, 'a service', context)
    const dependencies = processes
      .filter(({ name }) => Object.hasOwn(process.config.dependsOn, name))
      .map((other) => ({ process: other, job: jobOf(other) }))
    const { name, kind, config } = process
    const job = jobOf(process)
    const block: Block = {
      type: 'job',
      labels: [job],
      attributes: { type: kind === 'service' ? 'service' : 'batch' },
      blocks: [
        config.group === undefined ? undefined : { type: 'meta', attributes: { group: config.group } },
        kind === 'schedule' ? periodicOf(process, context) : undefined,
        groupOf(process, { job, dependencies }, context),
      ],
    }
    return { name: `${name}.nomad.hcl`, process: name, body: hcl(block) }
  })
}

function periodicOf({ name, config }: ExportedProcess, { notes }: ExportContext): Block {
  if (config.timezone === null) notes.add(name, 'schedule', 'has no `timezone`: Nomad takes UTC')
  const { second, minute, hour, day, month, weekday } = cronFields(config.schedule ?? '')
  const fields = [minute, hour, day, month, weekday]
  // Of seven fields the first is seconds and the last the year; a sixth alone would be the year.
  const cron = second === '0' ? fields.join(' ') : [second, ...fields, '*'].join(' ')
  return {
    type: 'periodic',
    attributes: { crons: [cron], time_zone: config.timezone ?? undefined, prohibit_overlap: true },
  }
}
