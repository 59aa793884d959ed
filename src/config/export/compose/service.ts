import { relative } from 'node:path'
import { containerEnv, duration, imageOf, replicasOf, resourcesOf } from '../containers.ts'
import { noteUncarried } from '../keys.ts'
import { portOf } from '../ports.ts'
import type { ExportContext, ExportedProcess } from '../types.ts'
import { healthOf } from './health.ts'
import { COMPOSE_KEYS, SWARM_KEYS } from './keys.ts'
import { literal, type References } from './references.ts'

/** What services of compose and of Swarm share. Keys that are undefined are left out. */
export function commonService(
  process: ExportedProcess,
  { references, isSwarm }: { references: References; isSwarm: boolean },
  context: ExportContext,
) {
  const { config, secrets, files, deploy } = process
  noteUncarried(process, isSwarm ? SWARM_KEYS : COMPOSE_KEYS, context.notes)
  noteSecrets(process, references, context)
  const environment = Object.entries(containerEnv(process)).map(([name, value]) => {
    // Swarm replaces templates in variables.
    return [name, literal(isSwarm ? value.replaceAll('{{', '{{"{{"}}') : value)]
  })
  const hidden = secrets.map((name) => [name, references.text(process, [{ variable: name }])])
  const numbered = isSwarm ? instanceVariables(process, context) : []
  const variables = Object.fromEntries([...environment, ...hidden, ...numbered])
  return {
    image: imageOf(process, context),
    command: [[process.program], ...process.args].map((text) => references.text(process, text)),
    environment: Object.keys(variables).length > 0 ? variables : undefined,
    env_file: files.length > 0 ? files.map((file) => pathIn(context.target, file)) : undefined,
    ports: portsOf(process),
    healthcheck: healthOf(process, context),
    stop_signal: config.stopSignal === 'SIGTERM' ? undefined : config.stopSignal,
    stop_grace_period: duration(config.stopTimeout),
    secrets: deploy?.secrets?.map((secret) =>
      typeof secret === 'string' || secret.file === undefined
        ? typeof secret === 'string'
          ? secret
          : secret.name
        : { source: secret.name, target: secret.file },
    ),
    labels: config.group === undefined ? undefined : { group: config.group },
  }
}

/** Limits for `deploy.resources`. */
export function limitsOf(process: ExportedProcess): object | undefined {
  const { memory, cpus } = resourcesOf(process)
  if (memory === null && cpus === null) return undefined
  return {
    limits: { cpus: cpus === null ? undefined : String(cpus), memory: memory === null ? undefined : `${memory}M` },
  }
}

function noteSecrets(process: ExportedProcess, references: References, { notes }: ExportContext): void {
  const names = process.secrets.map((variable) => references.nameOf(process, variable))
  if (names.length > 0)
    notes.add(
      process.name,
      'env',
      `has secrets, which must be in the environment or in \`.env\` when the file is used: ${names.join(', ')}`,
    )
}

/** One container can have the port of the machine; several are reached by ports that the engine picks. */
function portsOf(process: ExportedProcess): string[] | undefined {
  const port = portOf(process)
  if (port === null || process.deploy?.networks?.includes('host')) return undefined
  return process.config.port === 'auto' || replicasOf(process) > 1 ? [String(port)] : [`${port}:${port}`]
}

/** The number of a replica, which Swarm knows and counts from 1. */
function instanceVariables({ name, config }: ExportedProcess, { notes }: ExportContext): [string, string][] {
  const { instances, instanceVariable } = config
  if (instances === 1 && instanceVariable === null) return []
  if (instanceVariable && instanceVariable.from !== 1)
    notes.add(name, 'instanceVariable.from', 'is not carried over: Swarm counts from 1')
  const names = ['TUIX_INSTANCE', ...(instanceVariable ? [instanceVariable.name] : [])]
  return names.map((variable) => [variable, '{{.Task.Slot}}'])
}

function pathIn(folder: string, file: string): string {
  const path = relative(folder, file)
  return path.startsWith('.') && !/^\.[^./]/.test(path) ? path : `./${path}`
}
