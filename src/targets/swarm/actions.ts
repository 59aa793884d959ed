import { setTimeout as sleep } from 'node:timers/promises'
import { ProcessManagerError } from '../../model/errors.ts'
import { planStep } from '../../model/planning/describe-plan.ts'
import { startOrder } from '../../model/planning/order.ts'
import type { StartRequest } from '../../model/planning/requests.ts'
import { unknownProcess } from '../../model/planning/select.ts'
import { changedSettings, type Declared, type Owned, ownedOf, wantedReplicas } from '../../model/swarm/declared.ts'
import type { Cluster } from '../../model/swarm/engine.ts'
import { type Awaited, isStuck, type Readiness, readinessOf } from '../../model/swarm/readiness.ts'
import { hasFailed, replicasOf } from '../../model/swarm/tasks.ts'
import { unmapped } from '../../model/swarm/unmapped.ts'
import type { Outcome } from '../../model/views/outcome.ts'
import { declarationsOf, declaredReplicas, sourceOf } from './declarations.ts'
import { endServices, ofReplica, replicaNames, splitNames } from './end.ts'
import { outcomeOf, outcomesNow, resultOf, type ServiceResult, unknownOutcome } from './outcomes.ts'
import type { Changed, Swarm, Wish } from './swarm.ts'

/** ms between looks at what has come of a command. */
const LOOK_EVERY = 250
/** ms after which the engine would report of a replacement if there were one. */
const REPORT_AFTER = 5000
/** ms that a host may need beside the process itself, such as for its image. */
const SCHEDULING = 60_000

export type Action = 'apply' | 'start' | 'restart' | 'reload' | 'scale'

/** What is to be done with one service. */
interface Step {
  declared: Declared
  owned: Owned | undefined
  wish: Wish
  /** Settings that have changed. */
  changes: string[]
  /** It is as it is to be, and is only waited for. */
  isKept: boolean
}

/** Carries out the commands that start, replace and number services, those that they depend on first, each ready before the next. */
export async function startServices(swarm: Swarm, action: Action, request: StartRequest): Promise<Outcome[]> {
  const cluster = await swarm.read()
  const present = ownedOf(cluster.services, swarm.stack)
  const declared = await declarationsOf(request, present, swarm.defaults)
  const known = new Map<string, Declared>([
    ...present.map((owned): [string, Declared] => [owned.config.name, owned]),
    ...declared,
  ])
  const { meant, unknown } = splitNames(request, [...known.keys(), ...replicaNames(present)])
  const names = namesOf(action, meant, known, present, declared)
  const nodes = [...known.values()].map(({ config }) => ({ ...config, instanceOf: null }))
  const order = startOrder(names, nodes)
  const removed =
    action === 'apply' ? await endServices(swarm, undeclared(present, declared, request), present, {}, 'removed') : []
  const results = new Map<string, Promise<Outcome[]>>()
  const selected = new Set(names)
  const run = async (name: string, needed: string[]): Promise<Outcome[]> => {
    const before = await Promise.all(needed.map((other) => results.get(other)))
    const failed = before.flat().find((outcome) => outcome && !outcome.ok)
    if (failed)
      return [outcomeOf(name, { ok: false, code: 'start-failed', message: `${failed.name} failed: ${failed.message}` })]
    const own = selected.has(name) ? action : 'start'
    const step = stepOf(
      own,
      known.get(name) as Declared,
      present.find(({ config }) => config.name === name),
      request,
      cluster,
    )
    const outcomes = await runStep(swarm, own, step, request, cluster)
    // What was only needed, and was up, is not worth a word.
    return selected.has(name) || !step.isKept ? outcomes : []
  }
  for (const [name, needed] of order) results.set(name, run(name, needed))
  const all = await Promise.all(results.values())
  return [...removed.map(asUndeclared), ...all.flat(), ...unknown.map((name) => unknownOutcome(name, known.keys()))]
}

function asUndeclared(outcome: Outcome): Outcome {
  return outcome.ok ? { ...outcome, cause: { type: 'undeclared' } } : outcome
}

export function namesOf(
  action: Action,
  request: StartRequest,
  known: Map<string, Declared>,
  present: Owned[],
  declared: Map<string, Declared>,
): string[] {
  const isUp = (name: string) =>
    present.some(({ config, service }) => config.name === name && wantedReplicas(service.Spec) > 0)
  const withAll = ({ config }: Declared) => config.startWithAll !== false || isUp(config.name)
  if (action === 'apply') return [...declared.values()].filter(withAll).map(({ config }) => config.name)
  const names = action === 'scale' ? Object.keys(request.scale ?? {}) : request.names
  const all = declared.size > 0 ? declared : known
  const candidates = [...all.values()].filter(withAll)
  if (names === undefined) {
    const { group } = request
    const found = candidates.filter(({ config }) => group === undefined || config.group === group)
    if (group !== undefined && found.length === 0)
      throw new ProcessManagerError('unknown-process', `no process is in group \`${group}\``)
    return found.map(({ config }) => config.name)
  }
  const services = names.map((name) => serviceOf(name, known, present))
  return [...new Set(services)]
}

/** The service that a name means. A replica of several is no service of its own. */
function serviceOf(name: string, known: ReadonlyMap<string, Declared>, present: Owned[]): string {
  if (known.has(name)) return name
  const replicas = present.flatMap((owned) => replicasOf(owned, [], []))
  const replica = replicas.find((each) => each.name === name)
  if (!replica) throw unknownProcess(name, known.keys())
  throw ofReplica(replica)
}

export function stepOf(
  action: Action,
  declared: Declared,
  owned: Owned | undefined,
  request: StartRequest,
  cluster: Cluster,
): Step {
  const isUp = owned !== undefined && wantedReplicas(owned.service.Spec) > 0
  const changes = owned ? changedSettings(owned, declared) : []
  // A number that was set by `scale` stays until the config says another one.
  const isAsDeclared = owned && declaredReplicas(owned) === declaredReplicas(declared)
  const scaled = request.scale?.[declared.config.name]
  const replicas = scaled ?? (isAsDeclared ? owned.replicas : declaredReplicas(declared))
  const isForced = (action === 'restart' || action === 'reload') && isUp
  const own = cluster.tasks.filter(({ ServiceID }) => ServiceID === owned?.service.ID)
  const isHalfWay = owned !== undefined && isStuck(owned, own, cluster.nodes)
  const isChanged = action !== 'start' && (changes.length > 0 || isHalfWay)
  const wish: Wish = {
    replicas,
    isStopped: declared.config.schedule !== null && action === 'apply',
    replacement: action === 'restart' ? 'at-once' : 'rolling',
    isForced: isForced || isHalfWay,
  }
  const isKept = isUp && !isForced && !isChanged && replicas === owned.replicas
  // A scale changes nothing else of a service that runs.
  return { declared: action === 'scale' && isUp ? owned : declared, owned, wish, changes, isKept }
}

async function runStep(
  swarm: Swarm,
  action: Action,
  step: Step,
  request: StartRequest,
  before: Cluster,
): Promise<Outcome[]> {
  const { declared, owned, wish, changes, isKept } = step
  const { name } = declared.config
  const failedBefore = new Set(before.tasks.filter(hasFailed).map(({ ID }) => ID))
  let changed: Changed = { isReplaced: false, replacedBefore: undefined }
  if (!owned) await swarm.create(declared, wish)
  else if (!isKept) changed = await swarm.update(owned.service.ID, declared, wish)
  const { isReplaced } = changed
  const limit = request.timeout ?? limitOf(declared, wish.replicas, isReplaced)
  const readiness: Readiness =
    request.wait === false ? { type: 'ready' } : await untilReady(swarm, name, { failedBefore, ...changed }, limit)
  const isUp = owned !== undefined && wantedReplicas(owned.service.Spec) > 0
  const ready = resultOf(readiness, isUp && (isReplaced || wish.isForced) ? 'restarted' : 'started', limit)
  const result = resultFor(action, ready, { isKept, isUp, changes })
  const warnings = owned && changes.length === 0 ? [] : unmapped(declared)
  const outcomes = await outcomesNow(swarm, name, { ...result, warnings })
  return action === 'scale' && owned ? scaled(outcomes, owned, isUp) : outcomes
}

/** Replicas that go on are said to, and those that are no longer there to be removed. */
function scaled(outcomes: Outcome[], owned: Owned, isUp: boolean): Outcome[] {
  const before = isUp ? replicasOf(owned, [], []).map(({ name }) => name) : []
  const now = outcomes.map(({ name }) => name)
  const removed = before.filter((name) => !now.includes(name))
  return [
    ...outcomes.map((outcome, index) =>
      outcome.result === 'started' && index < before.length
        ? {
            ...outcome,
            ...outcomeOf(outcome.name, { ok: true, result: 'already-running', warnings: outcome.warnings }),
          }
        : outcome,
    ),
    ...removed.map((name) => outcomeOf(name, { ok: true, result: 'removed' })),
  ]
}

function resultFor(
  action: Action,
  ready: ServiceResult,
  { isKept, isUp, changes }: { isKept: boolean; isUp: boolean; changes: string[] },
): ServiceResult {
  if (!ready.ok || ready.result === 'completed') return ready
  if (action === 'apply') {
    const step = isKept ? ('keep' as const) : isUp ? ('restart' as const) : ('start' as const)
    const message = planStep({ action: step, changes })
    return {
      ...ready,
      ...(isKept && { result: 'unchanged' }),
      ...(message !== undefined && changes.length > 0 && { message }),
      ...(isKept && message !== undefined && { message }),
    }
  }
  return isKept ? { ...ready, result: 'already-running' } : ready
}

/** ms within which a start or a replacement is done, unless something is wrong. */
function limitOf({ config, deploy }: Declared, replicas: number, isReplaced: boolean): number {
  const { monitor = 5000, delay = 0 } = deploy.update ?? {}
  const one = config.startTimeout + config.stopTimeout + monitor + delay
  return SCHEDULING + (isReplaced ? replicas * one : config.startTimeout)
}

async function untilReady(
  swarm: Swarm,
  name: string,
  awaited: Omit<Awaited, 'isLate'>,
  limit: number,
): Promise<Readiness> {
  const begun = performance.now()
  for (;;) {
    const { services, tasks, nodes } = await swarm.read()
    const owned = ownedOf(services, swarm.stack).find(({ config }) => config.name === name)
    const passed = performance.now() - begun
    if (!owned) return { type: 'pending', detail: 'it was removed meanwhile' }
    const own = tasks.filter(({ ServiceID }) => ServiceID === owned.service.ID)
    const readiness = readinessOf(owned, own, nodes, { ...awaited, isLate: passed > REPORT_AFTER })
    if (readiness.type !== 'pending' || passed > limit) return readiness
    await sleep(LOOK_EVERY)
  }
}

/** Services that the same config declared before, and no longer does. */
export function undeclared(present: Owned[], declared: Map<string, Declared>, request: StartRequest): Owned[] {
  const source = sourceOf(request)
  return present.filter(({ config }) => source !== undefined && config.source === source && !declared.has(config.name))
}
