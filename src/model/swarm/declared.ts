import type { ResolvedProcess } from '../config/config.ts'
import { invalidSetting } from '../config/config-shape.ts'
import type { ParsedDeploy } from '../config/deploy.ts'
import { driftOf } from '../config/drift.ts'
import type { Service, ServiceSpec } from './engine.ts'

/** A process as its config declares it for a cluster. */
export interface Declared {
  config: ResolvedProcess
  deploy: ParsedDeploy
}

/*
 * What a service says of its process, in its labels. There is no other state: whoever reaches the cluster sees the same. Services without them
 * belong to others, and are neither shown nor touched.
 */
export const STACK = 'tuix.stack'
/** Name of the process. */
const PROCESS = 'tuix.process'
/** The declaration, as JSON. No secret is in it, since those are refused. */
const DECLARED = 'tuix.declared'
/** Number of replicas when it is not stopped. */
const REPLICAS = 'tuix.replicas'
/** In the labels of a container: which version of the service it is of. */
const REVISION = 'tuix.revision'

export function labelsOf(stack: string, { config, deploy }: Declared, replicas: number): Record<string, string> {
  return {
    [STACK]: stack,
    [PROCESS]: config.name,
    [DECLARED]: JSON.stringify({ config, deploy }),
    [REPLICAS]: String(replicas),
    'com.docker.stack.namespace': stack,
  }
}

export function revisionLabel(revision: string): Record<string, string> {
  return { [REVISION]: revision }
}

export function revisionOf(template: { ContainerSpec?: { Labels?: Record<string, string> } }): string | undefined {
  return template.ContainerSpec?.Labels?.[REVISION]
}

/** A service of this stack, with what its labels say. */
export interface Owned extends Declared {
  service: Service
  /** Number of replicas when it is not stopped. */
  replicas: number
}

/** The services that this program has made, in the order of their names. Those with labels that it cannot have written are left out. */
export function ownedOf(services: Service[], stack: string): Owned[] {
  return services
    .flatMap((service) => {
      const { Labels = {} } = service.Spec
      const declared = Labels[STACK] === stack ? declaredIn(Labels[DECLARED]) : undefined
      const replicas = Number(Labels[REPLICAS])
      return declared && Number.isSafeInteger(replicas) && replicas > 0 ? [{ service, replicas, ...declared }] : []
    })
    .sort((one, other) => (one.config.name < other.config.name ? -1 : 1))
}

function declaredIn(text = ''): Declared | undefined {
  try {
    const { config, deploy } = JSON.parse(text) as Declared
    return invalidSetting(config) === undefined && typeof deploy.image === 'string' ? { config, deploy } : undefined
  } catch {
    return undefined
  }
}

/** Number of replicas that run or are to run; 0 if it is stopped. */
export function wantedReplicas({ Mode }: ServiceSpec): number {
  return Mode.Replicated?.Replicas ?? 0
}

/** Settings in which a service differs from its declaration: `env.MODE`, `deploy.image`. */
export function changedSettings(running: Declared, declared: Declared): string[] {
  const keys = [
    ...new Set([...Object.keys(running.deploy), ...Object.keys(declared.deploy)]),
  ] as (keyof Declared['deploy'])[]
  const deploy = keys.filter((key) => JSON.stringify(running.deploy[key]) !== JSON.stringify(declared.deploy[key]))
  return [...driftOf(running.config, declared.config), ...deploy.map((key) => `deploy.${key}`)]
}
