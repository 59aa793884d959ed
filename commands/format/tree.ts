import type { OpenPort, ProcessState, ProcessTree, TreeMember } from '../../src/index.ts'
import type { Paint } from './color.ts'
import { printable } from './printable.ts'
import { lookOf, statusText } from './status.ts'
import type { Symbols } from './symbols.ts'
import { GAP, tableText } from './table.ts'
import { counted, duration, memory, percent } from './units.ts'
import { cutEnd, cutMiddle, widest, widthOf } from './width.ts'

/** A managed process and its process tree. */
export interface Branch {
  state: ProcessState
  tree: ProcessTree
}

/** Pairs processes with their trees, in the order of the processes. */
export function branchesOf(states: ProcessState[], trees: ProcessTree[]): Branch[] {
  const byName = new Map(trees.map((tree) => [tree.name, tree]))
  return states.flatMap((state) => {
    const tree = byName.get(state.name)
    return tree ? [{ state, tree }] : []
  })
}

/** The trees as `tree --json` prints them. */
export function treeJson(branches: Branch[]): object[] {
  return branches.map(({ state: { status, health }, tree: { name, pid, members } }) => {
    return { name, status, health, pid, ...totals(members), members }
  })
}

/** Total CPU in percent of one core, and memory in MB. */
function totals(members: TreeMember[]): { processes: number; cpu: number; memory: number } {
  const sum = (value: (member: TreeMember) => number) => members.reduce((total, member) => total + value(member), 0)
  // CPU is measured to a tenth of a percent; more digits would be rounding errors.
  const cpu = Math.round(sum((member) => member.cpu) * 10) / 10
  return { processes: members.length, cpu, memory: sum((member) => member.memory) }
}

export interface TreeOptions {
  paint: Paint
  symbols: Symbols
  /** Epoch ms. */
  now: number
  /** Width of the terminal. Absent: not a terminal, so no lines are drawn. */
  width?: number | undefined
}

const COLUMNS = [
  { title: 'pid', align: 'right' as const },
  { title: 'cpu', align: 'right' as const },
  { title: 'memory', align: 'right' as const },
  { title: 'uptime', align: 'right' as const },
  { title: 'process' },
]
/** Minimum width of a name, and of a command line. */
const SHORTEST_NAME = 8
const SHORTEST_COMMAND = 16

/** A row of figures, and of a text that is cut to the room that they leave; undefined: there is no limit. */
interface TreeRow {
  figures: string[]
  text(room: number | undefined): string
}

/** A line with totals per process, below it a line per member; the last line has the totals of all processes. */
export function treeText(branches: Branch[], options: TreeOptions): string {
  const rows = branches.flatMap((branch) => [
    headRow(branch, options),
    ...nest(branch.tree.members, options.symbols).map((row) => memberRow(row, options)),
  ])
  const all = branches.flatMap(({ tree }) => tree.members)
  if (branches.length > 1) {
    rows.push({ figures: ['', ...usage(totals(all)), ''], text: () => counted(all.length, 'process') })
  }
  const room = roomFor(rows, options)
  const cells = rows.map(({ figures, text }) => [...figures, text(room)])
  return tableText({ columns: COLUMNS, rows: cells, paint: options.paint })
}

function roomFor(rows: TreeRow[], { width }: TreeOptions): number | undefined {
  if (width === undefined) return undefined
  const widths = COLUMNS.slice(0, -1).map(({ title }, index) =>
    widest([title, ...rows.map(({ figures }) => figures[index] ?? '')]),
  )
  return widths.reduce((room, column) => room - column - GAP, width)
}

function headRow({ state, tree: { members } }: Branch, { paint, symbols, now }: TreeOptions): TreeRow {
  const { name } = state
  const status = statusText(state, now)
  const count = members.length > 1 ? `, ${counted(members.length, 'process')}` : ''
  const painted = `  ${paint(lookOf(state).color, status)}${paint('gray', count)}`
  return {
    figures: [
      '',
      ...(members.length === 0 ? ['-', '-'] : usage(totals(members))),
      state.pid === null ? '-' : duration(state.uptime),
    ],
    text(room = Number.POSITIVE_INFINITY) {
      const left = Math.max(SHORTEST_NAME, room - widthOf(`  ${status}${count}`))
      return `${paint('bold', cutMiddle(name, left, symbols.cut))}${painted}`
    },
  }
}

function usage({ cpu, memory: megabytes }: { cpu: number; memory: number }): string[] {
  return [percent(cpu), memory(megabytes)]
}

function memberRow({ member, depth, lines }: Row, { paint, symbols, width }: TreeOptions): TreeRow {
  const prefix = width === undefined ? '  '.repeat(depth + 1) : lines
  const notes = [...(depth === 0 && member.strayed ? ['detached'] : []), ...member.ports.map(portText)]
  const suffix = notes.length > 0 ? `  ${notes.join(', ')}` : ''
  const command = printable(member.command.join(' '), false)
  return {
    figures: [String(member.pid), ...usage(member), duration(member.uptime)],
    text(room = Number.POSITIVE_INFINITY) {
      const left = Math.max(SHORTEST_COMMAND, room - widthOf(prefix) - widthOf(suffix))
      return `${paint('gray', prefix)}${cutEnd(command, left, symbols.cut)}${paint('cyan', suffix)}`
    },
  }
}

/** `127.0.0.1:3000`, `[::1]:3000`, `udp 0.0.0.0:53`. */
export function portText({ protocol, address, port }: OpenPort): string {
  const host = address.includes(':') ? `[${address}]` : address
  return `${protocol === 'udp' ? 'udp ' : ''}${host}:${port}`
}

/** The symbols that trees are drawn with. */
export type Lines = Pick<Symbols, 'branch' | 'last' | 'trunk'>

/** The line in front of a child in a tree. */
export function lineTo(isLast: boolean, { branch, last }: Lines): string {
  return isLast ? last : branch
}

/** The line in front of everything below that child. */
export function lineBelow(isLast: boolean, { trunk }: Lines): string {
  return isLast ? ' '.repeat(trunk.length) : trunk
}

/** A member at its position in the tree. */
export interface Row {
  member: TreeMember
  /** 0: its parent is not a member. */
  depth: number
  /** The lines in front of it on a terminal: `│  └─ `. */
  lines: string
}

/** Arranges members below their parents, keeping their order. Members whose parent is not a member are at the top. */
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
