import type { ResolvedProcess } from './config.ts'
import { ProcessManagerError } from './errors.ts'
import { nearest } from './nearest.ts'

/** The part of a process that says what must come before it. */
export type Node = Pick<ResolvedProcess, 'name' | 'instanceOf' | 'dependsOn'>

/**
 * What a command acts on, each name with those that must be through before its turn. Every name comes after what it waits
 * for; names that wait for nothing common may go in parallel.
 */
export type Order = Map<string, string[]>

/**
 * The order in which to start `names` and everything that they need, directly or not. A dependency on a process of several
 * instances is one on all of them.
 *
 * @throws ProcessManagerError `config` for a dependency that is not among `nodes`, or a circle, naming its members
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
 * The order in which to stop `names`, nothing else: each after those of them that need it, directly or not. It never
 * fails: what cannot be ordered (a config may have changed while it ran) is stopped in the order given.
 */
export function stopOrder(names: Iterable<string>, nodes: Iterable<Node>): Order {
  const selected = new Set(names)
  const graph = graphOf(nodes)
  const dependents = new Map<string, string[]>([...selected].map((name) => [name, []]))
  for (const name of selected) {
    for (const other of reachable(name, graph)) if (other !== name) dependents.get(other)?.push(name)
  }
  const order: Order = new Map()
  const trail = new Set<string>()
  const visit = (name: string) => {
    if (order.has(name) || trail.has(name)) return
    trail.add(name)
    const first = dependents.get(name) ?? []
    for (const other of first) visit(other)
    trail.delete(name)
    // One that is not ordered yet is on the trail: waiting for it would be waiting for itself.
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
  /** The same without those that do not exist. */
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
  return {
    needsOf: (name) =>
      dependencies(name).flatMap(
        (other) => resolve(other) ?? unknown(name, other, [...byName.keys(), ...instances.keys()]),
      ),
    knownNeedsOf: (name) => dependencies(name).flatMap((other) => resolve(other) ?? []),
  }
}

/** Everything that a process needs, directly or not; itself too if it is in a circle. */
function reachable(name: string, graph: Graph): Set<string> {
  const found = new Set(graph.knownNeedsOf(name))
  for (const other of found) for (const further of graph.knownNeedsOf(other)) found.add(further)
  return found
}

function circle(trail: string[], again: string): ProcessManagerError {
  const members = [...trail.slice(trail.indexOf(again)), again]
  const path = members.map((name) => `\`${name}\``).join(' → ')
  return new ProcessManagerError('config', `processes depend on each other in a circle: ${path}`)
}

function unknown(name: string, dependency: string, known: string[]): never {
  const meant = nearest(dependency, known)
  const hint = meant === undefined ? '' : `; did you mean \`${meant}\`?`
  throw new ProcessManagerError('config', `\`${name}\` depends on \`${dependency}\`, which is not declared${hint}`)
}
