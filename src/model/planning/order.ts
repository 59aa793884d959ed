import type { ResolvedProcess } from '../config/config.ts'
import { isForwarder } from '../config/share.ts'
import { ProcessManagerError } from '../errors.ts'
import { nearest } from '../text/text.ts'

/** The fields of a process that its dependencies depend on. */
export type Node = Pick<ResolvedProcess, 'name' | 'instanceOf' | 'dependsOn'> &
  Partial<Pick<ResolvedProcess, 'schedule' | 'share'>>

/**
 * The processes that a command acts on, each with the names that come before it. Every name stands after those it waits
 * for. Names that do not wait for each other may run in parallel.
 */
export type Order = Map<string, string[]>

/**
 * The order in which to start `names` and all their dependencies. A dependency on a process with several instances means
 * all of them.
 *
 * @throws ProcessManagerError `config` for a dependency that is not among `nodes` or never completes, or a dependency cycle, with
 *   its members
 */
export function startOrder(names: Iterable<string>, nodes: Iterable<Node>): Order {
  const graph = graphOf(nodes)
  const order: Order = new Map()
  const trail = new Set<string>()
  const visit = (name: string) => {
    if (order.has(name)) return
    if (trail.has(name)) throw circle([...trail], name)
    trail.add(name)
    const needed = graph.needsOf(name)
    for (const other of needed) visit(other)
    trail.delete(name)
    order.set(name, needed)
  }
  for (const name of names) visit(name)
  return order
}

/**
 * The order in which to stop `names` and nothing else, dependents first. It never fails: processes in a cycle, which a
 * changed config may have caused, are stopped in the given order.
 */
export function stopOrder(names: Iterable<string>, nodes: Iterable<Node>): Order {
  const selected = new Set(names)
  const graph = graphOf(nodes)
  const dependents = new Map<string, string[]>([...selected].map((name) => [name, []]))
  for (const name of selected) {
    for (const other of reachable(name, graph)) if (other !== name) dependents.get(other)?.push(name)
  }
  const order: Order = new Map()
  const seen = new Set<string>()
  const visit = (name: string) => {
    if (seen.has(name)) return
    seen.add(name)
    const first = dependents.get(name) ?? []
    for (const other of first) visit(other)
    // A name without an entry is on the current path, so waiting for it would be waiting for itself.
    order.set(
      name,
      first.filter((other) => order.has(other)),
    )
  }
  for (const name of selected) visit(name)
  return order
}

interface Graph {
  /** Names of the processes that this one depends on. */
  needsOf(name: string): string[]
  /** What must not stop before it: the same, without names that do not exist, and the instances behind a forwarder. */
  knownNeedsOf(name: string): string[]
}

function graphOf(nodes: Iterable<Node>): Graph {
  const byName = new Map<string, Node>()
  const instances = new Map<string, string[]>()
  for (const node of nodes) {
    byName.set(node.name, node)
    if (node.instanceOf !== null) instances.set(node.instanceOf, [...(instances.get(node.instanceOf) ?? []), node.name])
  }
  const resolve = (name: string) => (byName.has(name) ? [name] : instances.get(name))
  const dependencies = (name: string) => Object.keys(byName.get(name)?.dependsOn ?? {})
  const needOf = (name: string, other: string) => {
    const needed = resolve(other) ?? unknown(name, other, [...byName.keys(), ...instances.keys()])
    const isAwaited = byName.get(name)?.dependsOn[other] === 'completed'
    if (isAwaited && needed.some((each) => byName.get(each)?.schedule)) throw scheduled(name, other)
    return needed
  }
  return {
    needsOf: (name) => dependencies(name).flatMap((other) => needOf(name, other)),
    knownNeedsOf(name) {
      const node = byName.get(name)
      const behind = node && isForwarder(node) ? (instances.get(node.instanceOf ?? '') ?? []) : []
      return [
        ...dependencies(name).flatMap((other) => resolve(other) ?? []),
        ...behind.filter((other) => other !== name),
      ]
    },
  }
}

/** All dependencies of a process. They include the process itself if it is in a cycle. */
function reachable(name: string, graph: Graph): Set<string> {
  const found = new Set(graph.knownNeedsOf(name))
  for (const other of found) for (const further of graph.knownNeedsOf(other)) found.add(further)
  return found
}

function circle(trail: string[], again: string): ProcessManagerError {
  const members = [...trail.slice(trail.indexOf(again)), again]
  const path = members.map((name) => `\`${name}\``).join(' → ')
  return new ProcessManagerError('config', `dependency cycle: ${path}`)
}

/** Its dependents could wait for days. */
function scheduled(name: string, job: string): ProcessManagerError {
  return new ProcessManagerError(
    'config',
    `\`${name}\` waits until \`${job}\` has completed, but \`${job}\` only runs at the times of its \`schedule\`; wait for a job without one`,
  )
}

function unknown(name: string, dependency: string, known: string[]): never {
  const meant = nearest(dependency, known)
  const hint = meant === undefined ? '' : `; did you mean \`${meant}\`?`
  throw new ProcessManagerError('config', `\`${name}\` depends on \`${dependency}\`, which is not declared${hint}`)
}
