import type { DependencyCondition } from '../../../model/config/config.ts'
import { replicasOf } from '../containers.ts'
import type { ExportContext, ExportedProcess } from '../types.ts'
import type { References } from './references.ts'
import { commonService, limitsOf } from './service.ts'

/** A service for `docker compose`. */
export function composeService(
  process: ExportedProcess,
  processes: ExportedProcess[],
  references: References,
  context: ExportContext,
): object {
  const { ports, labels, ...common } = commonService(process, { references, isSwarm: false }, context)
  const { networks = [] } = process.deploy ?? {}
  const isHost = networks.includes('host')
  noteDeploy(process, context)
  const replicas = replicasOf(process)
  const resources = limitsOf(process)
  return {
    ...common,
    ports,
    depends_on: dependenciesOf(process, processes, context),
    restart: restartOf(process, context),
    profiles: profilesOf(process, context),
    deploy: replicas > 1 || resources ? { replicas: replicas > 1 ? replicas : undefined, resources } : undefined,
    network_mode: isHost ? 'host' : undefined,
    networks: isHost || networks.length === 0 ? undefined : networks,
    labels,
  }
}

function dependenciesOf(
  process: ExportedProcess,
  processes: ExportedProcess[],
  context: ExportContext,
): object | undefined {
  const needs = Object.entries(process.config.dependsOn)
  if (needs.length === 0) return undefined
  return Object.fromEntries(
    needs.map(([name, condition]) => {
      const dependency = processes.find((other) => other.name === name)
      return [name, { condition: conditionOf(process, condition, dependency, context) }]
    }),
  )
}

function conditionOf(
  { name }: ExportedProcess,
  condition: DependencyCondition,
  dependency: ExportedProcess | undefined,
  { notes }: ExportContext,
): string {
  if (condition === 'completed') return 'service_completed_successfully'
  if (condition === 'started' || !dependency) return 'service_started'
  const type = dependency.config.healthCheck?.type
  const isChecked =
    dependency.deploy?.healthCommand !== undefined || (type !== undefined && type !== 'output' && type !== 'script')
  if (isChecked) return 'service_healthy'
  if (type !== undefined)
    notes.add(
      name,
      `dependsOn.${dependency.name}`,
      'waits only until it is started, since its health check is not carried over',
    )
  return 'service_started'
}

function restartOf({ name, kind, config, written }: ExportedProcess, { notes }: ExportContext): string {
  const { autorestart, maxRestarts } = config
  if (kind === 'schedule' || autorestart === false) return 'no'
  if (autorestart === true) {
    if (written.maxRestarts !== undefined && maxRestarts !== 'unlimited')
      notes.add(name, 'maxRestarts', 'is not carried over: only `on-failure` has a limit')
    return 'unless-stopped'
  }
  return maxRestarts === 'unlimited' ? 'on-failure' : `on-failure:${maxRestarts}`
}

/** What does not start with all the others has a profile of its own. */
function profilesOf(
  { name, kind, config, isAwaited }: ExportedProcess,
  { notes }: ExportContext,
): string[] | undefined {
  if (kind === 'schedule') return [name]
  if (config.startWithAll !== false) return undefined
  if (!isAwaited) return [name]
  notes.add(name, 'startWithAll', 'is not carried over: others wait for it, so it starts with them')
  return undefined
}

function noteDeploy({ name, deploy = { image: '' } }: ExportedProcess, { notes }: ExportContext): void {
  for (const key of ['constraints', 'update'] as const)
    if (deploy[key] !== undefined) notes.add(name, `deploy.${key}`, 'is not carried over: there is one host')
  for (const secret of deploy.secrets ?? []) {
    const file = typeof secret === 'string' ? secret : secret.name
    notes.add(name, 'deploy.secrets', `is read from ./secrets/${file}, which must be there`)
  }
}
