import type { ProcessConfig, ProcessState } from '../../src/index.ts'
import type { Color, Paint } from './color.ts'
import { lookOf, type StatusFacts, statusText } from './status.ts'
import type { Symbols } from './symbols.ts'
import { GAP, tableText } from './table.ts'
import { type Lines, lineBelow, lineTo } from './tree.ts'
import { cutMiddle, widest, widthOf } from './width.ts'

/** The dependencies of a declared process. */
export type GraphSource = Pick<ProcessConfig, 'name' | 'dependsOn'> & { group?: string | undefined }

export interface GraphSources {
  declared: GraphSource[]
  /** Processes that only the supervisor knows, one entry per instance. */
  others: GraphSource[]
  states: ProcessState[]
}

/** The dependency graph, as `graph --json` prints it. */
export interface Graph {
  nodes: GraphNode[]
  edges: GraphEdge[]
}

export interface GraphNode {
  /** The declared name; instances have names of their own. */
  name: string
  group: string | null
  /** False: another process depends on this name, but no such process is declared. */
  known: boolean
  /** Processes of this name. Empty: it was never started. */
  instances: (StatusFacts & Pick<ProcessState, 'name'>)[]
}

export interface GraphEdge {
  /** The process that depends on `to`. */
  from: string
  to: string
  /** The condition that `from` waits for: `ready`, `started`, `healthy` or `completed`. */
  condition: string
}

export function graphOf({ declared, others, states }: GraphSources): Graph {
  const sources = new Map([...others, ...declared].map((source) => [source.name, source]))
  // In the order of the config, then the processes that only the supervisor knows.
  const names = new Set([...declared, ...others].map(({ name }) => name))
  const edges = [...names].flatMap((from) => {
    return needs(sources.get(from)?.dependsOn).map(([to, condition]) => ({
      from,
      to: declaredName(to, names, states),
      condition,
    }))
  })
  const missing = new Set(edges.map(({ to }) => to).filter((name) => !names.has(name)))
  const nodes = [...names, ...missing].map((name) => ({
    name,
    group: sources.get(name)?.group ?? null,
    known: names.has(name),
    instances: states.filter((state) => (state.instanceOf ?? state.name) === name).map(brief),
  }))
  return { nodes, edges }
}

function needs(dependsOn: GraphSource['dependsOn']): [name: string, condition: string][] {
  if (Array.isArray(dependsOn)) return dependsOn.map((name) => [name, 'ready'])
  return Object.entries(dependsOn ?? {})
}

/** The declared name of a dependency, which may name one instance of a process. */
function declaredName(name: string, names: Set<string>, states: ProcessState[]): string {
  if (names.has(name)) return name
  return states.find((state) => state.name === name)?.instanceOf ?? name
}

function brief(state: ProcessState): GraphNode['instances'][number] {
  const { name, status, phase, frozen, program, waitingFor, health, reason, retryAt, failures, maxRestarts } = state
  return { name, status, phase, frozen, program, waitingFor, health, reason, retryAt, failures, maxRestarts }
}

/** The subgraph of these processes and everything they depend on. */
export function restrict({ nodes, edges }: Graph, names: string[]): Graph {
  const kept = new Set(names)
  for (const name of kept) for (const { from, to } of edges) if (from === name) kept.add(to)
  return { nodes: nodes.filter(({ name }) => kept.has(name)), edges: edges.filter(({ from }) => kept.has(from)) }
}

/** `running (healthy)`, `2 running, 1 crashed`, `not started`, `not declared`. */
export function nodeStatus({ known, instances }: GraphNode, now: number): string {
  if (instances.length === 0) return known ? 'not started' : 'not declared'
  const words = instances.map((instance) => statusText(instance, now))
  if (words.length === 1) return words[0] ?? ''
  return [...new Set(words)].map((word) => `${words.filter((other) => other === word).length} ${word}`).join(', ')
}

/** The colour of the instance in the worst state. */
export function nodeColor({ known, instances }: GraphNode): Color {
  if (!known) return 'red'
  const colors = instances.map((instance) => lookOf(instance).color)
  const order: Color[] = ['red', 'yellow', 'magenta', 'cyan', 'gray', 'green']
  return order.find((color) => colors.includes(color)) ?? 'gray'
}

export interface DrawOptions {
  paint: Paint
  symbols: Symbols
  /** Epoch ms. */
  now: number
  /** Width of the terminal. Absent: not a terminal, so no lines are drawn. */
  width?: number | undefined
}

/** Minimum width of a name. */
const SHORTEST_NAME = 8
const COLUMNS = [{ title: 'process' }, { title: 'needed' }, { title: 'status' }]

/** The graph as a tree: each process that nothing depends on, with its dependencies below it. A subtree is shown only once. */
export function drawGraph(
  graph: Graph,
  { paint, symbols, now, width = Number.POSITIVE_INFINITY }: DrawOptions,
): string {
  const rows = layout(graph, symbols).map(({ node, depth, branch, condition, repeated }) => {
    const again = repeated === null ? '' : repeated === 'cycle' ? '  dependency cycle' : '  see above'
    const before = Number.isFinite(width) ? branch : '  '.repeat(depth)
    return { node, before, needed: condition ?? '', status: nodeStatus(node, now), again }
  })
  const room = [
    ['needed', ...rows.map(({ needed }) => needed)],
    ['status', ...rows.map(({ status, again }) => status + again)],
  ].reduce((left, texts) => left - GAP - widest(texts), width)
  const cells = rows.map(({ node, before, needed, status, again }) => {
    const name = cutMiddle(node.name, Math.max(SHORTEST_NAME, room - widthOf(before)), symbols.cut)
    const painted = `${paint(nodeColor(node), status)}${paint('gray', again)}`
    return [`${paint('gray', before)}${paint('bold', name)}`, needed, painted]
  })
  return tableText({ columns: COLUMNS, rows: cells, paint })
}

export interface GraphRow {
  node: GraphNode
  depth: number
  /** The lines in front of the name on a terminal: `│  └─ `. */
  branch: string
  /** The condition that the parent row waits for. */
  condition: string | null
  /** Why its dependencies are not shown here: they are shown above, or it depends on itself. */
  repeated: 'above' | 'cycle' | null
}

/** The graph as a tree of rows. */
export function layout({ nodes, edges }: Graph, symbols: Lines): GraphRow[] {
  const byName = new Map(nodes.map((node) => [node.name, node]))
  const needsOf = (name: string) => edges.filter(({ from }) => from === name)
  const rows: GraphRow[] = []
  const seen = new Set<string>()
  const add = (name: string, place: Omit<GraphRow, 'node' | 'repeated'>, trail: string[], below: string) => {
    const node = byName.get(name)
    if (!node) return
    const isCycle = trail.includes(name)
    const isRepeated = seen.has(name) && needsOf(name).length > 0
    rows.push({ node, ...place, repeated: isCycle ? 'cycle' : isRepeated ? 'above' : null })
    seen.add(name)
    if (isCycle || isRepeated) return
    const needed = needsOf(name)
    for (const [index, { to, condition }] of needed.entries()) {
      const isLast = index === needed.length - 1
      const branch = below + lineTo(isLast, symbols)
      add(to, { depth: place.depth + 1, branch, condition }, [...trail, name], below + lineBelow(isLast, symbols))
    }
  }
  const root = { depth: 0, branch: '', condition: null }
  const needed = new Set(edges.map(({ to }) => to))
  for (const { name } of nodes) if (!needed.has(name)) add(name, root, [], '')
  // Processes of a cycle have no root of their own.
  for (const { name } of nodes) if (!seen.has(name)) add(name, root, [], '')
  return rows
}
