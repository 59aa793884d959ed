import type { PlanStep } from '../../model/planning/plan.ts'
import { type Declared, ownedOf, wantedReplicas } from '../../model/swarm/declared.ts'
import { replicasOf } from '../../model/swarm/tasks.ts'
import type { PlanRequest } from '../../protocol/inputs.ts'
import { namesOf, stepOf, undeclared } from './actions.ts'
import { declarationsOf } from './declarations.ts'
import { selected } from './end.ts'
import type { Swarm } from './swarm.ts'

/** The steps of a command, a step for each replica, without carrying them out. */
export async function planServices(swarm: Swarm, { action = 'apply', ...request }: PlanRequest): Promise<PlanStep[]> {
  const cluster = await swarm.read()
  const present = ownedOf(cluster.services, swarm.stack)
  const steps = (owned: (typeof present)[number], what: PlanStep['action']): PlanStep[] =>
    replicasOf(owned, [], []).map(({ name }) => ({ name, action: what, changes: [] }))
  if (action === 'stop' || action === 'remove')
    return selected(request, cluster, swarm.stack)
      .filter(({ service }) => action === 'remove' || wantedReplicas(service.Spec) > 0)
      .flatMap((owned) => steps(owned, action))
  const declared = await declarationsOf(request, present, swarm.defaults)
  const all = [...present.map((owned): [string, Declared] => [owned.config.name, owned]), ...declared]
  const known = new Map<string, Declared>(all)
  const gone =
    action === 'apply' ? undeclared(present, declared, request).flatMap((owned) => steps(owned, 'remove')) : []
  const planned = namesOf(action, request, known, present, declared).flatMap((name) => {
    const owned = present.find(({ config }) => config.name === name)
    const { wish, changes, isKept } = stepOf(action, known.get(name) as Declared, owned, request, cluster)
    const isUp = owned !== undefined && wantedReplicas(owned.service.Spec) > 0
    const what: PlanStep['action'] = isKept ? 'keep' : isUp ? 'restart' : 'start'
    return Array.from({ length: wish.replicas }, (_, index): PlanStep => {
      return { name: wish.replicas === 1 ? name : `${name}-${index + 1}`, action: what, changes: isKept ? [] : changes }
    })
  })
  return [...gone, ...planned]
}
