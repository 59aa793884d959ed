import { duration, replicasOf, resourcesOf } from '../containers.ts'
import { portOf } from '../ports.ts'
import { programOf } from '../program.ts'
import type { ExportContext, ExportedProcess, SecretText } from '../types.ts'
import { type Block, heredoc, isAttribute, map, quoted, type Raw, variable } from './hcl.ts'

/** Name of the one port of a group. */
export const PORT = 'http'

/** The task that runs a process: in a container if there is an image for it, else as a program of the host. */
export function taskOf(process: ExportedProcess, job: string, context: ExportContext): Block {
  const { name, config, written } = process
  const { stopSignal, stopTimeout, maxLogSize, maxLogFiles } = config
  const env = envOf(process, context)
  const isBlock = Object.keys(env).every(isAttribute)
  const hasLogs = written.maxLogSize !== undefined || written.maxLogFiles !== undefined
  return {
    type: 'task',
    labels: [name],
    attributes: {
      driver: imageOf(process, context) === undefined ? 'raw_exec' : 'docker',
      kill_signal: stopSignal === 'SIGTERM' ? undefined : stopSignal,
      kill_timeout: duration(stopTimeout),
      env: isBlock ? undefined : map(env),
    },
    blocks: [
      { type: 'config', attributes: driverConfig(process, context) },
      isBlock && Object.keys(env).length > 0 ? { type: 'env', attributes: env } : undefined,
      secretsOf(process, job, context),
      resourcesBlock(process, context),
      hasLogs
        ? {
            type: 'logs',
            attributes: { max_files: Math.max(1, maxLogFiles), max_file_size: Math.max(1, Math.round(maxLogSize)) },
          }
        : undefined,
    ],
  }
}

export function imageOf({ deploy }: ExportedProcess, { image }: ExportContext): string | undefined {
  return deploy?.image ?? image
}

function driverConfig(process: ExportedProcess, context: ExportContext): NonNullable<Block['attributes']> {
  const { config, program, args, deploy } = process
  const image = imageOf(process, context)
  const list = args.length > 0 ? { raw: `[${args.map(textOf).join(', ')}]` } : undefined
  if (image === undefined) return { command: programOf(process, context), args: list, work_dir: config.cwd }
  if (process.written.cwd !== undefined)
    context.notes.add(process.name, 'cwd', 'is not carried over: the working directory is that of the image')
  const isHost = deploy?.networks?.includes('host')
  return {
    image,
    command: program,
    args: list,
    network_mode: isHost ? 'host' : undefined,
    ports: portOf(process) === null ? undefined : [PORT],
  }
}

function envOf(process: ExportedProcess, { notes }: ExportContext): Record<string, string | Raw> {
  const { name, config, env } = process
  const variables: Record<string, string | Raw> = { ...env }
  if (typeof config.port === 'number') variables.PORT = String(config.port)
  if (config.port === 'auto') variables.PORT = variable(`NOMAD_PORT_${PORT}`)
  if (replicasOf(process) > 1 || config.instanceVariable) {
    const index = variable('NOMAD_ALLOC_INDEX')
    variables.TUIX_INSTANCE = index
    if (config.instanceVariable) variables[config.instanceVariable.name] = index
    if (config.instanceVariable?.from !== 0)
      notes.add(name, 'TUIX_INSTANCE', 'begins with 0, since Nomad counts from there')
  }
  return variables
}

/** Secrets as variables of the job, which its tasks may read. */
function secretsOf(
  { name, secrets, deploy }: ExportedProcess,
  job: string,
  { notes }: ExportContext,
): Block | undefined {
  for (const secret of deploy?.secrets ?? [])
    notes.add(
      name,
      'deploy.secrets',
      `is not carried over (${typeof secret === 'string' ? secret : secret.name}): write a template for it`,
    )
  if (secrets.length === 0) return undefined
  const path = `nomad/jobs/${job}`
  notes.add(
    name,
    'env',
    `has secrets; put them with: nomad var put ${path} ${secrets.map((secret) => `${keyOf(secret)}=…`).join(' ')}`,
  )
  const lines = secrets.map((secret) => `${secret}={{ .${keyOf(secret)} }}`)
  return {
    type: 'template',
    attributes: {
      destination: variable('NOMAD_SECRETS_DIR', '/secrets.env'),
      env: true,
      data: heredoc([`{{ with nomadVar "${path}" }}`, ...lines, '{{ end }}']),
    },
  }
}

/** The key of a secret among the variables of a job. */
function keyOf(secret: string): string {
  return secret.replace(/\W/g, '_')
}

function resourcesBlock(process: ExportedProcess, { notes }: ExportContext): Block | undefined {
  const { memory, cpus } = resourcesOf(process)
  const isWhole = cpus === null || Number.isInteger(cpus)
  if (!isWhole) notes.add(process.name, 'maxCpu', 'is not carried over: Nomad counts whole cores, or MHz')
  if (memory === null && (cpus === null || !isWhole)) return undefined
  return {
    type: 'resources',
    attributes: { cores: cpus !== null && isWhole ? cpus : undefined, memory: memory ?? undefined },
  }
}

function textOf(parts: SecretText): string {
  const inner = parts.map((part) => (typeof part === 'string' ? quoted(part).slice(1, -1) : `\${${part.variable}}`))
  return `"${inner.join('')}"`
}
