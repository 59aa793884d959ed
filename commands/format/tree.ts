import type { OpenPort, ProcessState, ProcessTree, TreeMember } from '../../src/index.ts'
import type { Paint } from './color.ts'
import { printable } from './printable.ts'
import { lookOf, statusText } from './status.ts'
import type { Symbols } from './symbols.ts'
import { plainTable } from './table.ts'
import { duration, memory, percent } from './units.ts'

/** A managed process and what runs of it. */
export interface Branch {
  state: ProcessState
  tree: ProcessTree
}

/** The processes with their trees, in the order of the processes. */
export function branchesOf(states: ProcessState[], trees: ProcessTree[]): Branch[] {
  const byName = new Map(trees.map((tree) => [tree.name, tree]))
  return states.flatMap((state) => {
    const tree = byName.get(state.name)
    return tree ? [{ state, tree }] : []
  })
}

/** What `tree --json` prints. */
export function treeJson(branches: Branch[]): object[] {
  return branches.map(({ state: { status, health }, tree: { name, pid, members } }) => {
    return { name, status, health, pid, ...totals(members), members }
  })
}

/** Sums over processes: percent of one core, MB. */
function totals(members: TreeMember[]): { processes: number; cpu: number; memory: number } {
  const sum = (value: (member: TreeMember) => number) => members.reduce((total, member) => total + value(member), 0)
  // Measured to a tenth: the rest is noise of adding.
  const cpu = Math.round(sum((member) => member.cpu) * 10) / 10
  return { processes: members.length, cpu, memory: sum((member) => member.memory) }
}

export interface TreeOptions {
  paint: Paint
  symbols: Symbols
  /** Epoch ms. */
  now: number
  /** Columns of the terminal; absent: not a terminal, so no lines are drawn. */
  width?: number | undefined
}

const COLUMNS = [
  { title: 'pid', align: 'right' as const },
  { title: 'cpu', align: 'right' as const },
  { title: 'memory', align: 'right' as const },
  { title: 'uptime', align: 'right' as const },
  { title: 'process' },
]
/** What the four columns before the last take at most, gaps included. */
const FIGURES = 42
/** Below this a command line tells nothing. */
const SHORTEST_COMMAND = 16

/** A line for each process with its totals, below it a line for each of its members; all of them together last. */
export function treeText(branches: Branch[], options: TreeOptions): string {
  const rows = branches.flatMap((branch) => [
    headRow(branch, options),
    ...nest(branch.tree.members, options.symbols).map((row) => memberRow(row, options)),
  ])
  const all = branches.flatMap(({ tree }) => tree.members)
  if (branches.length > 1) rows.push(['', ...figures(totals(all)), '', counted(all.length)])
  return plainTable({ columns: COLUMNS, rows, paint: options.paint })
}

function headRow({ state, tree: { members } }: Branch, { paint, now }: TreeOptions): string[] {
  const sum = totals(members)
  const status = paint(lookOf(state).color, statusText(state, now))
  const count = members.length > 1 ? paint('gray', `, ${counted(members.length)}`) : ''
  const usage = members.length === 0 ? ['-', '-'] : figures(sum)
  const uptime = state.pid === null ? '-' : duration(state.uptime)
  return ['', ...usage, uptime, `${paint('bold', state.name)}  ${status}${count}`]
}

function figures({ cpu, memory: megabytes }: { cpu: number; memory: number }): string[] {
  return [percent(cpu), memory(megabytes)]
}

function counted(count: number): string {
  return `${count} ${count === 1 ? 'process' : 'processes'}`
}

function memberRow({ member, depth, lines }: Row, { paint, symbols, width }: TreeOptions): string[] {
  const prefix = width === undefined ? '  '.repeat(depth + 1) : lines
  const notes = [...(depth === 0 && member.strayed ? ['detached'] : []), ...member.ports.map(portText)]
  const suffix = notes.length > 0 ? `  ${notes.join(', ')}` : ''
  const words = printable(member.command.join(' '), false)
  const room = (width ?? 0) - FIGURES - prefix.length - suffix.length
  const command = width === undefined ? words : cut(words, Math.max(SHORTEST_COMMAND, room), symbols)
  return [
    String(member.pid),
    ...figures(member),
    duration(member.uptime),
    `${paint('gray', prefix)}${command}${paint('cyan', suffix)}`,
  ]
}

/** `127.0.0.1:3000`, `[::1]:3000`; UDP is said, TCP is usual. */
export function portText({ protocol, address, port }: OpenPort): string {
  const host = address.includes(':') ? `[${address}]` : address
  return `${protocol === 'udp' ? 'udp ' : ''}${host}:${port}`
}

/** A text of at most this many characters. */
export function cut(text: string, most: number, symbols: Pick<Symbols, 'cut'>): string {
  const characters = [...text]
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}${symbols.cut}`
}

/** What trees are drawn with. */
export type Lines = Pick<Symbols, 'branch' | 'last' | 'trunk'>

/** What stands before a child in a tree. */
export function lineTo(isLast: boolean, { branch, last }: Lines): string {
  return isLast ? last : branch
}

/** What stands before everything below it. */
export function lineBelow(isLast: boolean, { trunk }: Lines): string {
  return isLast ? ' '.repeat(trunk.length) : trunk
}

/** A member in its place. */
export interface Row {
  member: TreeMember
  /** 0: nobody above it is a member. */
  depth: number
  /** What a terminal shows before it: `│  └─ `. */
  lines: string
}

/** Members below their parents, in the order given. Those whose parent is none of them are at the top. */
export function nest(members: TreeMember[], symbols: Lines): Row[] {
  const pids = new Set(members.map(({ pid }) => pid))
  const childrenOf = (pid: number) => members.filter(({ ppid }) => ppid === pid)
  const rows: Row[] = []
  const add = (siblings: TreeMember[], depth: number, before: string) => {
    for (const member of siblings) {
      const isLast = member === siblings.at(-1)
      rows.push({ member, depth, lines: before + lineTo(isLast, symbols) })
      add(childrenOf(member.pid), depth + 1, before + lineBelow(isLast, symbols))
    }
  }
  add(
    members.filter(({ ppid }) => !pids.has(ppid)),
    0,
    '',
  )
  return rows
}
