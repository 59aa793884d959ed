import { basename } from 'node:path'
import { parseProcess } from '../../config/process.ts'
import type { ParsedProcess } from '../../config/resolve/index.ts'
import { resolveDeclared } from '../../config/resolve-declared.ts'
import type { ResolvedProcess } from '../../model/config/config.ts'
import type { ParsedDeploy } from '../../model/config/deploy.ts'
import { ProcessManagerError } from '../../model/errors.ts'
import type { StartRequest } from '../../model/planning/requests.ts'
import { resolveRequest } from '../../model/planning/resolve.ts'
import type { Declared, Owned } from '../../model/swarm/declared.ts'
import { refuseSecrets } from '../../model/swarm/unmapped.ts'
import { ownProperty } from '../../model/text/text.ts'
import { VERSION } from '../../version.ts'
import type { Swarm } from './swarm.ts'

/**
 * The declarations of a request, by name. All are checked before any takes effect.
 *
 * @throws ProcessManagerError `config`, also for a process without an image and for values that are secret
 */
export async function declarationsOf(
  request: StartRequest,
  present: Owned[],
  defaults: Swarm['defaults'],
): Promise<Map<string, Declared>> {
  const { processes = [], checkedBy, origins } = request
  const source = sourceOf(request)
  // Instances are replicas, which the engine counts.
  const single = processes.map((process) => ({ ...process, instances: 1 }))
  const configs = await resolveRequest(
    { ...request, processes: single, scale: {} },
    present.map(({ config }) => config),
    resolveDeclared,
  )
  const declared = new Map<string, Declared>()
  for (const input of processes) {
    const found = configs.get(input.name)
    if (!found) continue
    // Folders of this machine mean nothing there, and would be drift on the next machine.
    const config = { ...found, instances: input.instances ?? 1, cwd: '/', ...(source !== undefined && { source }) }
    const context = { path: '', cwd: '/', ...(ownProperty(origins, input.name) && { origin: origins?.[input.name] }) }
    const parsed =
      checkedBy === VERSION ? (input as ParsedProcess) : parseProcess(input, context as { path: ''; cwd: string })
    declared.set(config.name, { config, deploy: deployOf({ ...defaults, ...parsed.deploy }, config) })
  }
  for (const each of declared.values()) refuseSecrets(each)
  return declared
}

/** The config of a request, wherever on a machine it is: the stack belongs to all who have the project. */
export function sourceOf({ source }: StartRequest): string | undefined {
  return source === undefined ? undefined : basename(source)
}

function deployOf(deploy: Partial<ParsedDeploy>, { name, origin }: ResolvedProcess): ParsedDeploy {
  const { image } = deploy
  if (image !== undefined) return { ...deploy, image }
  const place = origin === undefined ? '' : ` (${origin})`
  throw new ProcessManagerError(
    'config',
    `${name}${place} has no image, which a Swarm needs: add \`deploy: { image: … }\`, or give the target one for all with \`swarm.image\``,
  )
}

/** Number of replicas that a process is declared with. */
export function declaredReplicas({ config, deploy }: Declared): number {
  return deploy.replicas ?? config.instances
}
