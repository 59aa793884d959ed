import type { ComponentChildren } from 'preact'
import { lookOf, statusText } from '../commands/format/status.ts'
import type { ProcessState } from '../src/index.ts'
import { html } from './html.ts'
import { hrefOf } from './route.ts'
import { kindOf, processes } from './state.ts'

/* px */
const WIDTH = 190
const HEIGHT = 52
const GAP_X = 70
const GAP_Y = 18

interface Node {
  /** As declared. */
  name: string
  /** None: an edge passes here between other nodes. */
  instances: ProcessState[]
  needs: string[]
  height: number
  x: number
  y: number
}

/** What depends on what: dependencies on the left. */
export function GraphView(): ComponentChildren {
  const nodes = layout(processes.value)
  const width = Math.max(...nodes.map(({ x }) => x + WIDTH), 0)
  const height = Math.max(...nodes.map((node) => node.y + node.height), 0)
  const edges = nodes.flatMap((to) => nodes.filter(({ name }) => to.needs.includes(name)).map((from) => ({ from, to })))
  return html`<h1 tabindex="-1">Dependencies</h1>
    ${edges.length === 0 && html`<p class="muted">No process depends on another: <code>dependsOn</code> in its config says so.</p>`}
    <div class="panel graph" tabindex="0" role="region" aria-label="Graph of dependencies">
      <svg width=${width + 2} height=${height + 2} viewBox=${`-1 -1 ${width + 2} ${height + 2}`}>
        ${edges.map(({ from, to }) => html`<path class="edge" d=${curve(from, to)} />`)}
        ${nodes.filter(isProcess).map((node) => html`<${Box} key=${node.name} node=${node} />`)}
      </svg>
    </div>`
}

const isProcess = ({ instances }: Node) => instances.length > 0

function Box({ node }: { node: Node }): ComponentChildren {
  const { name, instances, x, y } = node
  const state = worst(node)
  const count = instances.length > 1 ? ` ×${instances.length}` : ''
  const text = statusText(state, Date.now())
  return html`<a href=${hrefOf({ page: 'process', name: state.name, tab: 'overview' })} class=${`node kind-${kindOf(state)} tone-${lookOf(state).color}`}
    transform=${`translate(${x} ${y})`}>
    ${state.dependsOn.length > 0 && html`<desc>needs ${state.dependsOn.join(', ')}</desc>`}
    <rect width=${WIDTH} height=${HEIGHT} rx="8" />
    <circle cx="18" cy="19" r="5" />
    <text x="32" y="24" class="node-name">${shortened(name + count, 19)}</text>
    <text x="32" y="41" class="node-status">${shortened(text, 22)}</text>
  </a>`
}

const shortened = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text)

const RANK = ['problem', 'busy', 'rest', 'up']

function worst({ instances }: Node): ProcessState {
  return instances.toSorted((one, other) => RANK.indexOf(kindOf(one)) - RANK.indexOf(kindOf(other)))[0] as ProcessState
}

function curve(from: Node, to: Node): string {
  const through = isProcess(from) ? '' : `M${from.x} ${middleOf(from)}h${WIDTH}`
  const [x, y, toX, toY] = [from.x + WIDTH, middleOf(from), to.x, middleOf(to)]
  const bend = (toX - x) / 2
  return `${through}M${x} ${y}C${x + bend} ${y} ${toX - bend} ${toY} ${toX} ${toY}`
}

const middleOf = ({ y, height }: Node) => y + height / 2

/** A column for each step from what needs nothing; in it, everything near what it needs. */
function layout(states: ProcessState[]): Node[] {
  const nodes = new Map<string, Node>()
  for (const state of states) {
    const name = state.instanceOf ?? state.name
    const node = nodes.get(name) ?? { name, instances: [], needs: [...state.dependsOn], height: HEIGHT, x: 0, y: 0 }
    node.instances.push(state)
    nodes.set(name, node)
  }
  for (const node of nodes.values()) node.needs = node.needs.filter((need) => nodes.has(need))
  const depths = depthsOf(nodes)
  const columns: Node[][] = Array.from({ length: Math.max(0, ...depths.values()) + 1 }, () => [])
  const isNeeded = new Set([...nodes.values()].flatMap(({ needs }) => needs))
  for (const node of nodes.values()) {
    const depth = depths.get(node.name) ?? 0
    columns[depth]?.push(node)
    node.needs = node.needs.map((need) => {
      // An edge past other columns has a place of its own in each.
      let last = need
      for (let between = (depths.get(need) ?? 0) + 1; between < depth; between++) {
        const name = `${need} → ${node.name} ${between}`
        columns[between]?.push({ name, instances: [], needs: [last], height: 0, x: 0, y: 0 })
        last = name
      }
      return last
    })
  }
  const heightOf = (column: Node[]) => column.reduce((sum, { height }) => sum + height + GAP_Y, -GAP_Y)
  const tallest = Math.max(...columns.map(heightOf))
  const placed = new Map<string, Node>()
  for (const [depth, column] of columns.entries()) {
    const wanted = ({ name, needs }: Node) => {
      // What is alone goes last.
      if (depth === 0) return isNeeded.has(name) ? 0 : 1
      return needs.reduce((sum, need) => sum + middleOf(placed.get(need) as Node), 0) / needs.length
    }
    let y = (tallest - heightOf(column)) / 2
    for (const node of column.toSorted((one, other) => wanted(one) - wanted(other))) {
      Object.assign(node, { x: depth * (WIDTH + GAP_X), y })
      placed.set(node.name, node)
      y += node.height + GAP_Y
    }
  }
  return [...placed.values()]
}

/** Steps from what needs nothing. */
function depthsOf(nodes: Map<string, Node>): Map<string, number> {
  const depths = new Map<string, number>()
  const depthOf = (name: string): number => {
    const known = depths.get(name)
    if (known !== undefined) return known
    // Until it is known: a circle would end here.
    depths.set(name, 0)
    const depth = Math.max(0, ...(nodes.get(name)?.needs ?? []).map((need) => depthOf(need) + 1))
    depths.set(name, depth)
    return depth
  }
  for (const name of nodes.keys()) depthOf(name)
  return depths
}
