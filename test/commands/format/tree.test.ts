import { describe, expect, it } from 'vitest'
import { painter } from '../../../commands/format/paint.ts'
import { portRows, portsText } from '../../../commands/format/ports.ts'
import { symbolsOf } from '../../../commands/format/symbols.ts'
import { branchesOf, nest, treeJson, treeText } from '../../../commands/format/tree.ts'
import type { OpenPort, ProcessState, ProcessTree, TreeMember } from '../../../src/index.ts'
import { maskTree } from '../../../src/model/redaction/mask-state.ts'
import { NOW, processState } from '../states.ts'

const paint = painter(false)
const symbols = symbolsOf({})
const tcp = (port: number, address = '127.0.0.1'): OpenPort => ({ protocol: 'tcp', address, port })

function member(pid: number, ppid: number, changes: Partial<TreeMember> = {}): TreeMember {
  const command = ['node', `${pid}.mjs`]
  return { pid, ppid, command, cpu: 1.1, memory: 10, uptime: 60, strayed: false, ports: [], ...changes }
}

function treeOf(members: TreeMember[], changes: Partial<ProcessTree> = {}): ProcessTree {
  return { name: 'web', pid: members[0]?.pid ?? null, members, port: null, holder: null, ...changes }
}

const text = (tree: ProcessTree, state: Partial<ProcessState> = {}, width?: number) =>
  treeText(branchesOf([processState({ name: tree.name, ...state })], [tree]), { paint, symbols, now: NOW, width })
const rowsOf = (tree: ProcessTree, state: Partial<ProcessState> = {}) =>
  portRows(branchesOf([processState({ name: tree.name, ...state })], [tree]))

describe('a tree', () => {
  it('has members below their parents, and those without a parent among them at the top', () => {
    const rows = nest([member(10, 1), member(11, 10), member(20, 1), member(12, 10), member(13, 11)], symbols)
    expect(rows.map(({ member: { pid }, lines }) => `${lines}${pid}`)).toEqual([
      '├─ 10',
      '│  ├─ 11',
      '│  │  └─ 13',
      '│  └─ 12',
      '└─ 20',
    ])
    expect(rows.map(({ depth }) => depth)).toEqual([0, 1, 2, 1, 0])
  })

  it('is drawn with lines on a terminal, cut to its width, and indented in a pipe', () => {
    const child = member(11, 10, { command: ['node', `/app/${'x'.repeat(200)}`], ports: [tcp(3000, '::1')] })
    const tree = treeOf([member(10, 1), child, member(20, 1, { strayed: true })])
    const lines = text(tree, {}, 80).split('\n')
    expect(lines[1]).toMatch(/^ +3\.3% +30\.0 MB +1m {2}web {2}running, 3 processes$/)
    expect(lines[3]).toMatch(/^ *11 +1\.1% +10\.0 MB +1m {2}│ {2}└─ node .*… {2}\[::1\]:3000$/)
    expect(lines[4]).toMatch(/^ *20 .* └─ node 20\.mjs {2}detached$/)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
    expect(text(tree)).toContain('  1m      node /app/xxx')
    expect(text(tree)).not.toMatch(/[├└│…]/)
  })

  it('shows the status of a process even if the tree is empty', () => {
    const shown = text(treeOf([]), { pid: null, status: 'stopped' })
    expect(shown.split('\n')[1]).toMatch(/^ +- +- +- {2}web {2}stopped$/)
  })

  it('hides secrets, and removes cursor movements', () => {
    const nasty = member(10, 1, { command: ['db', '--password', 'hunter2', '\x1b[2Jx'] })
    const holder = { pid: 5, command: ['run', '--token=abc'], process: null }
    const shown = maskTree(treeOf([nasty], { port: 80, holder }))
    expect(JSON.stringify(shown)).not.toMatch(/hunter2|abc/)
    expect(text(shown)).toContain('db --password •••• x')
  })

  it('has totals in JSON', () => {
    const branches = branchesOf([processState()], [treeOf([member(10, 1), member(11, 10, { cpu: 0.3 })])])
    expect(treeJson(branches)).toMatchObject([{ name: 'web', status: 'running', processes: 2, cpu: 1.4, memory: 20 }])
  })
})

describe('ports', () => {
  it('are listed once if several members have the socket', () => {
    const members = [member(10, 1, { ports: [tcp(3000)] }), member(11, 10, { ports: [tcp(3000), tcp(90)] })]
    const rows = rowsOf(treeOf(members, { port: 3000 }))
    expect(rows).toMatchObject([
      { port: 3000, pids: [10, 11], declared: true, state: 'listening' },
      { port: 90, pids: [11], declared: false, state: 'listening' },
    ])
    expect(portsText(rows, paint, symbols)).toMatch(/^web +tcp +127\.0\.0\.1 +3000 +10 \+1 {2}declared$/m)
  })

  it.each([
    ['not listening', {}, {}, 'declared, but the process does not listen on it'],
    ['free', { pid: null }, {}, 'declared; web is not running'],
    [
      'held',
      {},
      { holder: { pid: 5, command: ['nc', '-l', '80'], process: null } },
      'declared, but held by pid 5 (nc -l 80)',
    ],
    ['held', {}, { holder: { pid: 5, command: ['nc'], process: 'api' } }, 'declared, but held by pid 5 of api (nc)'],
    [
      'held',
      {},
      { holder: { pid: null, command: [], process: null } },
      'declared, but held by a process of another user',
    ],
  ] as const)('are marked if they are declared and %s', (state, changes, tree, note) => {
    const rows = rowsOf(treeOf([member(10, 1)], { port: 80, ...(tree as Partial<ProcessTree>) }), changes)
    expect(rows).toMatchObject([{ port: 80, state, declared: true }])
    expect(portsText(rows, paint, symbols)).toContain(`80    -  ${note}`)
  })

  it('never count as declared if they are UDP ports', () => {
    const udp: OpenPort = { protocol: 'udp', address: '0.0.0.0', port: 80 }
    const rows = rowsOf(treeOf([member(10, 1, { ports: [udp] })], { port: 80 }))
    expect(rows).toMatchObject([{ state: 'not listening' }, { protocol: 'udp', declared: false }])
  })
})
