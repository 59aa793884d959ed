import type { Color } from './color.ts'
import { type Graph, nodeColor, nodeStatus } from './graph.ts'

/** Fill colours of nodes by status. All of them are light enough for black text. */
const FILLS: Partial<Record<Color, string>> = {
  green: '#d3f9d8',
  red: '#ffe3e3',
  yellow: '#fff3bf',
  cyan: '#d0ebff',
  magenta: '#f3d9fa',
  gray: '#f1f3f5',
}
const OTHER = '#ffffff'

/** A Mermaid flowchart whose arrows point from a process to its dependencies. `now` is epoch ms. */
export function toMermaid({ nodes, edges }: Graph, now: number): string {
  // Names may be keywords of Mermaid (`end`, `graph`), so nodes get generated ids.
  const ids = new Map(nodes.map(({ name }, index) => [name, `n${index}`]))
  return [
    'flowchart TD',
    ...nodes.map(
      (node) => `  ${ids.get(node.name)}["${escapeMermaid(node.name)}<br/>${escapeMermaid(nodeStatus(node, now))}"]`,
    ),
    ...edges.map(({ from, to, condition }) => `  ${ids.get(from)} -->|${condition}| ${ids.get(to)}`),
    ...nodes.map((node) => `  style ${ids.get(node.name)} fill:${FILLS[nodeColor(node)] ?? OTHER},color:#000000`),
  ].join('\n')
}

/** A Graphviz digraph whose arrows point from a process to its dependencies. `now` is epoch ms. */
export function toDot({ nodes, edges }: Graph, now: number): string {
  return [
    'digraph processes {',
    '  node [shape=box, style="rounded,filled", fontname="sans-serif"]',
    '  edge [fontname="sans-serif", fontsize=10]',
    ...nodes.map((node) => {
      const label = `${escapeDot(node.name)}\\n${escapeDot(nodeStatus(node, now))}`
      return `  "${escapeDot(node.name)}" [label="${label}", fillcolor="${FILLS[nodeColor(node)] ?? OTHER}"]`
    }),
    ...edges.map(({ from, to, condition }) => `  "${escapeDot(from)}" -> "${escapeDot(to)}" [label="${condition}"]`),
    '}',
  ].join('\n')
}

function escapeMermaid(text: string): string {
  return text.replace(/[&"<>#]/g, (character) => `#${character.charCodeAt(0)};`)
}

function escapeDot(text: string): string {
  return text.replace(/["\\]/g, '\\$&')
}
