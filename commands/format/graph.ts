import type { ProcessConfig, ProcessState } from '../../src/index.ts'
import type { Color, Paint } from './color.ts'
import { lookOf, statusText } from './status.ts'
import type { Symbols } from './symbols.ts'
import { plainTable } from './table.ts'
import { type Lines, lineBelow, lineTo } from './tree.ts'

/** A process as it was declared. */
export type GraphSource = Pick<ProcessConfig, 'name' | 'dependsOn'> & { group?: string | undefined }

export interface GraphSources {
  declared: GraphSource[]
  /** Those that the supervisor knows and the config does not, once for each instance. */
  others: GraphSource[]
  states: ProcessState[]
}

/** What depends on what: what `graph --json` prints. */
export interface Graph {
  nodes: GraphNode[]
  edges: GraphEdge[]
}

export interface GraphNode {
  /** As declared; its instances have names of their own. */
  name: string
  group: string | null
  /** False: something depends on it, but no process has this name. */
  known: boolean
  /** What runs under this name, or ran; empty: it was never started. */
  instances: Pick<ProcessState, 'name' | 'status' | 'health' | 'reason' | 'retryAt' | 'failures' | 'maxRestarts'>[]
}

export interface GraphEdge {
  /** The one that depends. */
  from: string
  to: string
  /** What is waited for: `ready`, `started`, `healthy` or `completed`. */
  condition: string
}

export function graphOf({ declared, others, states }: GraphSources): Graph {
  const sources = new Map([...others, ...declared].map((source) => [source.name, source]))
  // In the order of the config, then what only runs.
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

/** A dependency may be on one instance of a process. */
function declaredName(name: string, names: Set<string>, states: ProcessState[]): string {
  if (names.has(name)) return name
  return states.find((state) => state.name === name)?.instanceOf ?? name
}

function brief(state: ProcessState): GraphNode['instances'][number] {
  const { name, status, health, reason, retryAt, failures, maxRestarts } = state
  return { name, status, health, reason, retryAt, failures, maxRestarts }
}

/** The part of a graph that these processes need, they included. */
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

/** That of the instance that is worst off. */
export function nodeColor({ known, instances }: GraphNode): Color {
  if (!known) return 'red'
  const colors = instances.map((instance) => lookOf(instance).color)
  const order: Color[] = ['red', 'yellow', 'cyan', 'gray', 'green']
  return order.find((color) => colors.includes(color)) ?? 'gray'
}

export interface DrawOptions {
  paint: Paint
  symbols: Symbols
  /** Epoch ms. */
  now: number
  /** Draw lines; in a pipe, indent only. */
  lines: boolean
}

const COLUMNS = [{ title: 'process' }, { title: 'needed' }, { title: 'status' }]

/** Each process that nothing depends on, what it needs below it; what was shown before is not unfolded again. */
export function drawGraph(graph: Graph, { paint, symbols, now, lines }: DrawOptions): string {
  const rows = layout(graph, symbols).map(({ node, depth, branch, condition, repeated }) => {
    const again = repeated === null ? '' : paint('gray', repeated === 'circle' ? '  in a circle' : '  as above')
    const before = lines ? paint('gray', branch) : '  '.repeat(depth)
    const name = paint('bold', node.name)
    return [`${before}${name}`, condition ?? '', `${paint(nodeColor(node), nodeStatus(node, now))}${again}`]
  })
  return plainTable({ columns: COLUMNS, rows, paint })
}

export interface GraphRow {
  node: GraphNode
  depth: number
  /** What a terminal shows before it: `│  └─ `. */
  branch: string
  /** What the one above waits for. */
  condition: string | null
  /** Its needs are not shown here: they are above, or it needs itself in the end. */
  repeated: 'above' | 'circle' | null
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
    const isCircle = trail.includes(name)
    const isRepeated = seen.has(name) && needsOf(name).length > 0
    rows.push({ node, ...place, repeated: isCircle ? 'circle' : isRepeated ? 'above' : null })
    seen.add(name)
    if (isCircle || isRepeated) return
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
  // A circle has no beginning.
  for (const { name } of nodes) if (!seen.has(name)) add(name, root, [], '')
  return rows
}
