import { describe, expect, it } from 'vitest'
import { drawGraph, graphOf, layout, nodeStatus, restrict } from '../../../commands/format/graph.ts'
import { toDot, toMermaid } from '../../../commands/format/graph-languages.ts'
import { painter } from '../../../commands/format/paint.ts'
import { symbolsOf } from '../../../commands/format/symbols.ts'
import { NOW, processState } from '../states.ts'

const paint = painter(false)
const symbols = symbolsOf({})

const graph = graphOf({
  declared: [
    { name: 'web', dependsOn: { db: 'healthy', migrate: 'completed' } },
    { name: 'migrate', dependsOn: ['db'] },
    { name: 'db', group: 'data' },
    { name: 'alone' },
  ],
  others: [
    { name: 'old', dependsOn: ['gone', 'web-1'] },
    { name: 'old', dependsOn: ['gone', 'web-1'] },
  ],
  states: [
    processState({ name: 'web-1', instanceOf: 'web' }),
    processState({ name: 'web-2', instanceOf: 'web', status: 'crashed' }),
    processState({ name: 'db', health: 'healthy' }),
    processState({ name: 'old-1', instanceOf: 'old' }),
  ],
})

describe('a graph', () => {
  it('combines declared processes with others that run, and with missing ones', () => {
    expect(graph.nodes.map(({ name, known }) => [name, known])).toEqual([
      ['web', true],
      ['migrate', true],
      ['db', true],
      ['alone', true],
      ['old', true],
      ['gone', false],
    ])
    expect(graph.edges).toEqual([
      { from: 'web', to: 'db', condition: 'healthy' },
      { from: 'web', to: 'migrate', condition: 'completed' },
      { from: 'migrate', to: 'db', condition: 'ready' },
      { from: 'old', to: 'gone', condition: 'ready' },
      { from: 'old', to: 'web', condition: 'ready' },
    ])
    expect(graph.nodes.map((node) => nodeStatus(node, NOW))).toEqual([
      '1 running, 1 crashed',
      'not started',
      'running (healthy)',
      'not started',
      'running',
      'not declared',
    ])
  })

  it('can be restricted to a process and everything it depends on', () => {
    expect(restrict(graph, ['migrate']).nodes.map(({ name }) => name)).toEqual(['migrate', 'db'])
    expect(restrict(graph, ['web']).edges).toHaveLength(3)
  })

  it('is drawn with lines on a terminal and indented in a pipe, and shows a subtree once', () => {
    expect(drawGraph(graph, { paint, symbols, now: NOW, width: 80 })).toBe(
      [
        'PROCESS        NEEDED     STATUS',
        'alone                     not started',
        'old                       running',
        '├─ gone        ready      not declared',
        '└─ web         ready      1 running, 1 crashed',
        '   ├─ db       healthy    running (healthy)',
        '   └─ migrate  completed  not started',
        '      └─ db    ready      running (healthy)',
      ].join('\n'),
    )
    const declared = [
      { name: 'a', dependsOn: ['b'] },
      { name: 'c', dependsOn: ['b'] },
      { name: 'b', dependsOn: ['d'] },
      { name: 'd' },
    ]
    const twice = drawGraph(graphOf({ declared, others: [], states: [] }), { paint, symbols, now: NOW })
    expect(twice).toMatch(/\nc .*\n {2}b +ready +not started {2}see above$/)
  })

  it('shows a dependency cycle and ends there', () => {
    const declared = [
      { name: 'a', dependsOn: ['b'] },
      { name: 'b', dependsOn: ['a'] },
      { name: 'c', dependsOn: ['c'] },
    ]
    const rows = layout(graphOf({ declared, others: [], states: [] }), symbols)
    expect(rows.map(({ node, depth, repeated }) => [node.name, depth, repeated])).toEqual([
      ['a', 0, null],
      ['b', 1, null],
      ['a', 2, 'cycle'],
      ['c', 0, null],
      ['c', 1, 'cycle'],
    ])
  })

  it('is written as Mermaid and Graphviz, with any names', () => {
    const odd = graphOf({ declared: [{ name: 'end', dependsOn: ['a"b\\'] }], others: [], states: [] })
    const mermaid = toMermaid(odd, NOW)
    expect(mermaid).toContain('n0["end<br/>not started"]')
    expect(mermaid).toContain('n1["a#34;b\\<br/>not declared"]')
    expect(mermaid).toContain('n0 -->|ready| n1')
    expect(toDot(odd, NOW)).toContain('"end" -> "a\\"b\\\\" [label="ready"]')
  })
})
