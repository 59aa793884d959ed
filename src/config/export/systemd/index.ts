import { optional, type UnitSection, unitText } from '../../../model/boot/unit-file.ts'
import { ProcessManagerError } from '../../../model/errors.ts'
import { noteUncarried } from '../keys.ts'
import type { ExportContext, ExportedProcess, ExportPart } from '../types.ts'
import { calendarOf } from './calendar.ts'
import { SYSTEMD_KEYS } from './keys.ts'
import { UnitNames } from './names.ts'
import { serviceSections } from './service.ts'

/** Units of systemd: a service for each process, timers, a target that starts all of them, and a slice around them. */
export function exportSystemd(processes: ExportedProcess[], context: ExportContext): ExportPart[] {
  const names = new UnitNames(context.project)
  const byName = new Map(processes.map((process) => [process.name, process]))
  const parts = processes.flatMap((process): ExportPart[] => {
    noteUncarried(process, SYSTEMD_KEYS, context.notes)
    const dependencies = Object.keys(process.config.dependsOn).flatMap((name) => byName.get(name) ?? [])
    const { name } = process
    const service = {
      name: names.service(process),
      process: name,
      body: unitText(serviceSections(process, dependencies, names, context)),
    }
    if (process.kind !== 'schedule') return [service]
    return [
      service,
      { name: names.timer(process), process: name, body: unitText(timerSections(process, names, context)) },
    ]
  })
  return [
    { name: names.target, body: unitText(targetSections(processes, names, context)) },
    { name: names.slice(), body: unitText(sliceSections(processes, context)) },
    ...parts,
  ]
}

function targetSections(processes: ExportedProcess[], names: UnitNames, { project }: ExportContext): UnitSection[] {
  const wanted = processes
    .filter(({ config }) => config.startWithAll !== false)
    .flatMap((process) => names.units(process))
  return [
    ['Unit', [['Description', `all of ${project}`], ...wanted.map((unit) => ['Wants', unit] as const)]],
    ['Install', [['WantedBy', 'multi-user.target']]],
  ]
}

/** Limits of the project, if every process has one: no more than all of them together. */
function sliceSections(processes: ExportedProcess[], { project }: ExportContext): UnitSection[] {
  const sum = (key: 'maxMemory' | 'maxCpu'): number | null =>
    processes.some(({ config }) => config[key] === null)
      ? null
      : processes.reduce((total, { config }) => total + (config[key] ?? 0) * config.instances, 0)
  const [memory, cpu] = [sum('maxMemory'), sum('maxCpu')]
  return [
    ['Unit', [['Description', `what ${project} may use`]]],
    [
      'Slice',
      [
        ['MemoryAccounting', 'yes'],
        ['CPUAccounting', 'yes'],
        ...optional('MemoryMax', memory === null ? null : `${memory}M`),
        ...optional('CPUQuota', cpu === null ? null : `${cpu}%`),
      ],
    ],
  ]
}

/** Throws a `config` error if systemd has nothing for the schedule. */
function timerSections({ name, config }: ExportedProcess, names: UnitNames, { project }: ExportContext): UnitSection[] {
  const calendar = calendarOf(config.schedule ?? '', config.timezone)
  if ('unsupported' in calendar) {
    const sentence = `process ${name}: \`${calendar.unsupported}\` in its \`schedule\` has no equivalent in OnCalendar= of systemd`
    throw new ProcessManagerError('config', sentence)
  }
  return [
    [
      'Unit',
      [
        ['Description', `times of ${name} of ${project}`],
        ['PartOf', names.target],
      ],
    ],
    ['Timer', [...calendar.values.map((value) => ['OnCalendar', value] as const), ['AccuracySec', '1s']]],
  ]
}
