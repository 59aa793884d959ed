import { ProcessManagerError } from '../../model/errors.ts'
import { mapValues } from '../../model/redaction/mask.ts'
import { portOf } from './ports.ts'
import type { ExportContext, ExportedProcess } from './types.ts'

/* What formats that run containers have in common. */

/** Throws a `config` error that names every process without an image. */
export function requireImages(processes: ExportedProcess[], { image }: ExportContext): void {
  const without = processes.filter(({ deploy }) => (deploy?.image ?? image) === undefined).map(({ name }) => name)
  if (without.length === 0) return
  const what = without.length === 1 ? 'has no image' : 'have no images'
  const sentence = `${without.join(', ')} ${what}: add \`deploy: { image: … }\`, or give one for all with --image`
  throw new ProcessManagerError('config', sentence)
}

export function imageOf({ deploy }: ExportedProcess, { image = '' }: ExportContext): string {
  return deploy?.image ?? image
}

export function replicasOf({ deploy, config }: ExportedProcess): number {
  return deploy?.replicas ?? config.instances
}

/** Limits of each replica: memory in MB, CPU in cores. Null: none. */
export function resourcesOf({ deploy, config }: ExportedProcess): { memory: number | null; cpus: number | null } {
  const { memory = config.maxMemory, cpus = config.maxCpu === null ? null : config.maxCpu / 100 } =
    deploy?.resources ?? {}
  return { memory, cpus }
}

/** The variables of a container that may stand in a file. */
export function containerEnv(process: ExportedProcess): Record<string, string> {
  const { config, env } = process
  return config.port === null ? env : { ...env, PORT: String(portOf(process)) }
}

/** An address of this machine in a text. */
const LOCAL = /\b(?:localhost|127\.0\.0\.1)(?::(\d{1,5}))?\b/g

/**
 * The processes with the addresses of their neighbours. What listens on this machine is `localhost` here, but there each process
 * has a host of its own. An address with the port of exactly one other process becomes that of its host; any other is noted.
 *
 * @param hostOf undefined if nothing there has a host that is known before it runs
 */
export function withNeighbours(
  processes: ExportedProcess[],
  hostOf: (process: ExportedProcess) => string | undefined,
  { notes }: ExportContext,
): ExportedProcess[] {
  const neighbourAt = (port: number, self: ExportedProcess): ExportedProcess | undefined => {
    const [owner, ...others] = processes.filter((process) => process.name !== self.name && portOf(process) === port)
    return others.length > 0 ? undefined : owner
  }
  const isOnHost = ({ deploy }: ExportedProcess) => deploy?.networks?.includes('host') ?? false
  const moved = (process: ExportedProcess, text: string, key: string): string =>
    text.replace(LOCAL, (address, port?: string) => {
      if (port !== undefined && Number(port) === portOf(process)) return address
      const neighbour = port === undefined ? undefined : neighbourAt(Number(port), process)
      // In the network of the host there are no names of services.
      const host = neighbour && !isOnHost(neighbour) && !isOnHost(process) ? hostOf(neighbour) : undefined
      const now = host === undefined ? address : `${host}:${port}`
      const what = host === undefined ? `names ${address}` : `says ${now} in place of ${address}`
      notes.add(process.name, key, `${what}, since other processes need not share its \`localhost\` there`)
      return now
    })
  return processes.map((process) => ({
    ...process,
    env: mapValues(process.env, (name, value) => moved(process, value, `env.${name}`)),
    args: process.args.map((arg) =>
      arg.map((part) => (typeof part === 'string' ? moved(process, part, 'args') : part)),
    ),
  }))
}

/** A duration in ms as compose files and Nomad write it. */
export function duration(ms: number): string {
  if (ms % 60_000 === 0 && ms > 0) return `${ms / 60_000}m`
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`
}
