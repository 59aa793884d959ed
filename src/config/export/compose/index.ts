import { requireImages, withNeighbours } from '../containers.ts'
import type { ExportContext, ExportedProcess, ExportPart, ToYaml } from '../types.ts'
import { composeService } from './compose.ts'
import { References } from './references.ts'
import { swarmService } from './swarm.ts'

/** A file for `docker compose`, or for `docker stack deploy`. Throws a `config` error for a process without an image. */
export function exportCompose(
  declared: ExportedProcess[],
  { isSwarm, toYaml }: { isSwarm: boolean; toYaml: ToYaml },
  context: ExportContext,
): ExportPart[] {
  requireImages(declared, context)
  const processes = withNeighbours(declared, ({ name }) => name, context)
  const references = new References(processes)
  const services = processes.map((process) => [
    process.name,
    isSwarm ? swarmService(process, references, context) : composeService(process, processes, references, context),
  ])
  const deployed = processes.flatMap(({ deploy }) => deploy ?? [])
  const secrets = deployed.flatMap(({ secrets = [] }) =>
    secrets.map((each) => (typeof each === 'string' ? each : each.name)),
  )
  const networks = deployed.flatMap((deploy) => deploy.networks ?? []).filter((name) => isSwarm || name !== 'host')
  const file = {
    // Older clients take a file without it for one of another format.
    ...(isSwarm && { version: '3.8' }),
    services: Object.fromEntries(services),
    ...named('secrets', secrets, (name) => (isSwarm ? { external: true } : { file: `./secrets/${name}` })),
    ...named('networks', networks, () => ({ external: true })),
  }
  return [{ name: isSwarm ? 'stack.yaml' : 'compose.yaml', body: spaced(toYaml(file)) }]
}

function named(key: string, names: string[], value: (name: string) => object): object {
  return names.length === 0 ? {} : { [key]: Object.fromEntries(names.map((name) => [name, value(name)])) }
}

/** With an empty line between services, and before each part of the file. */
function spaced(yaml: string): string {
  return yaml.replace(/(\n {3,}\S.*|\n {2}\S.*)\n(?= {0,2}[\w'"-])/g, (lines, _before, at: number) => {
    const next = yaml.slice(at + lines.length)
    const isNext = /^\S/.test(next) || /^\n {4}/.test(lines)
    return isNext ? `${lines}\n` : lines
  })
}
