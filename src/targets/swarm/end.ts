import { setTimeout as sleep } from 'node:timers/promises'
import { ProcessManagerError } from '../../model/errors.ts'
import { stopOrder } from '../../model/planning/order.ts'
import type { Selection } from '../../model/planning/requests.ts'
import { select, unknownProcess } from '../../model/planning/select.ts'
import { type Owned, ownedOf, wantedReplicas } from '../../model/swarm/declared.ts'
import type { Cluster } from '../../model/swarm/engine.ts'
import { isDown } from '../../model/swarm/readiness.ts'
import { type Replica, replicasOf } from '../../model/swarm/tasks.ts'
import { counted } from '../../model/text/text.ts'
import type { Outcome } from '../../model/views/outcome.ts'
import { outcomesNow, outcomesOf } from './outcomes.ts'
import type { Swarm } from './swarm.ts'

/** ms that a host may need beside the process itself. */
const GRACE = 30_000
/** ms between looks at what has come of a command. */
const LOOK_EVERY = 250

/** The services that a selection means. Their replicas are selected together. */
export function selected(selection: Selection, cluster: Cluster, stack: string): Owned[] {
  const present = ownedOf(cluster.services, stack)
  const replicas = present.flatMap((owned) => replicasOf(owned, [], []))
  const configs = replicas.map(({ name, owned: { config } }) => ({
    ...config,
    name,
    instanceOf: name === config.name ? null : config.name,
  }))
  const names = new Set(select(selection, configs))
  const unknown = [...names].find((name) => !replicas.some((replica) => replica.name === name))
  if (unknown !== undefined)
    throw unknownProcess(
      unknown,
      configs.map(({ name }) => name),
    )
  return present.filter((owned) => {
    const own = replicas.filter((replica) => replica.owned === owned)
    const meant = own.filter(({ name }) => names.has(name))
    if (meant[0] && meant.length < own.length) throw ofReplica(meant[0])
    return meant.length > 0
  })
}

/** Stops services, those that depend on others first, and forgets them if they are to be removed. */
export async function endServices(
  swarm: Swarm,
  services: Owned[],
  present: Owned[],
  { timeout }: { timeout?: number },
  done: 'stopped' | 'removed',
): Promise<Outcome[]> {
  const nodes = present.map(({ config }) => ({ ...config, instanceOf: null }))
  const order = stopOrder(
    services.map(({ config }) => config.name),
    nodes,
  )
  const results = new Map<string, Promise<Outcome[]>>()
  const run = async (owned: Owned, first: string[]): Promise<Outcome[]> => {
    await Promise.all(first.map((name) => results.get(name)))
    const { config, service } = owned
    const wasUp = wantedReplicas(service.Spec) > 0
    if (wasUp) await swarm.setReplicas(owned, true)
    const limit = timeout ?? config.stopTimeout + GRACE
    if (!(await untilDown(swarm, service.ID, limit)))
      return await outcomesNow(swarm, config.name, {
        ok: false,
        code: 'timeout',
        message: 'not stopped in time; it goes on',
      })
    if (done === 'removed') {
      await swarm.remove(owned)
      return outcomesOf(replicasOf(owned, [], []), { ok: true, result: 'removed' }, Date.now())
    }
    return await outcomesNow(swarm, config.name, { ok: true, result: wasUp ? 'stopped' : 'already-stopped' })
  }
  for (const [name, first] of order) {
    const owned = services.find(({ config }) => config.name === name)
    if (owned) results.set(name, run(owned, first))
  }
  return (await Promise.all(results.values())).flat()
}

/** A selection without the names that mean nothing here, and those names. */
export function splitNames<Asked extends Selection>(
  asked: Asked,
  known: readonly string[],
): { meant: Asked; unknown: string[] } {
  const unknown = (asked.names ?? []).filter((name) => !known.includes(name))
  if (unknown.length === 0) return { meant: asked, unknown }
  return { meant: { ...asked, names: asked.names?.filter((name) => known.includes(name)) }, unknown }
}

export function replicaNames(present: Owned[]): string[] {
  return present.flatMap((owned) => replicasOf(owned, [], []).map(({ name }) => name))
}

async function untilDown(swarm: Swarm, id: string, limit: number): Promise<boolean> {
  const begun = performance.now()
  for (;;) {
    const { tasks, nodes } = await swarm.read()
    if (
      isDown(
        tasks.filter(({ ServiceID }) => ServiceID === id),
        nodes,
      )
    )
      return true
    if (performance.now() - begun > limit) return false
    await sleep(LOOK_EVERY)
  }
}

/** The error of a command for a part of a service. */
export function ofReplica({ name, owned }: Replica): ProcessManagerError {
  const { config, replicas } = owned
  return new ProcessManagerError(
    'unsupported',
    `\`${name}\` is one of ${counted(replicas, 'replica')}, which a Swarm starts and stops together: say \`${config.name}\`, or change their number with \`scale ${config.name}=N\``,
  )
}
