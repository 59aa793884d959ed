import type { PortHolder, ProcessTree, TreeMember } from '../../src/index.ts'
import type { Color, Paint } from './color.ts'
import { printable } from './printable.ts'
import type { Symbols } from './symbols.ts'
import { tableText } from './table.ts'
import type { Branch } from './tree.ts'
import { cutEnd } from './width.ts'

/** A port that a process listens on or declares, as `ports --json` prints it. */
export interface PortRow {
  /** The managed process. */
  process: string
  protocol: 'tcp' | 'udp'
  /** Null: the process does not listen on the port. */
  address: string | null
  port: number
  /** Members of the process tree that have the socket open; several if it was passed to workers. */
  pids: number[]
  /** The command line of the first member. */
  command: string[]
  /** Whether it is the port from the config, or the one that was chosen automatically. */
  declared: boolean
  /**
   * `listening`; `not listening`: the process runs but does not listen on its declared port; `free`: it is not running;
   * `held`: another process listens on the port.
   */
  state: 'listening' | 'not listening' | 'free' | 'held'
  /** The process that has the port, if the state is `held`. */
  holder: PortHolder | null
}

/** All ports of these processes, declared ones first. */
export function portRows(branches: Branch[]): PortRow[] {
  return branches.flatMap(({ state, tree }) => {
    const open = openRows(tree)
    const isDeclared = ({ declared }: PortRow) => declared
    if (tree.port === null) return open
    if (open.some(isDeclared)) return [...open.filter(isDeclared), ...open.filter((row) => !row.declared)]
    return [absent(tree, tree.port, state.pid !== null), ...open]
  })
}

function openRows({ name, port: declared, members }: ProcessTree): PortRow[] {
  const rows = new Map<string, PortRow>()
  for (const member of members) {
    for (const { protocol, address, port } of member.ports) {
      const key = `${protocol} ${address} ${port}`
      const row = rows.get(key) ?? newRow(name, { protocol, address, port, member, declared })
      row.pids.push(member.pid)
      rows.set(key, row)
    }
  }
  return [...rows.values()].sort((a, b) => a.port - b.port)
}

interface Opened extends Pick<PortRow, 'protocol' | 'address' | 'port'> {
  member: TreeMember
  declared: number | null
}

function newRow(process: string, { protocol, address, port, member, declared }: Opened): PortRow {
  const isDeclared = protocol === 'tcp' && port === declared
  const { command } = member
  return { process, protocol, address, port, pids: [], command, declared: isDeclared, state: 'listening', holder: null }
}

function absent({ name, holder }: ProcessTree, port: number, runs: boolean): PortRow {
  const state = holder ? 'held' : runs ? 'not listening' : 'free'
  return { process: name, protocol: 'tcp', address: null, port, pids: [], command: [], declared: true, state, holder }
}

/** Maximum width of a command line in a note. */
const LONGEST_COMMAND = 50

const COLUMNS = [
  { title: 'process' },
  { title: 'protocol' },
  { title: 'address' },
  { title: 'port', align: 'right' as const },
  { title: 'pid', align: 'right' as const },
  { title: 'note' },
]

export function portsText(rows: PortRow[], paint: Paint, symbols: Symbols): string {
  const cells = rows.map((row) => {
    const { process, protocol, address, port, pids } = row
    const [color, note] = noteOf(row, symbols)
    const pid = pids.length > 1 ? `${pids[0]} +${pids.length - 1}` : String(pids[0] ?? '-')
    return [paint('bold', process), protocol, address ?? '-', String(port), pid, paint(color, note)]
  })
  return tableText({ columns: COLUMNS, rows: cells, paint })
}

function noteOf({ state, declared, process, holder }: PortRow, symbols: Symbols): [Color, string] {
  switch (state) {
    case 'listening':
      return ['green', declared ? 'declared' : '']
    case 'not listening':
      return ['yellow', 'declared, but the process does not listen on it']
    case 'free':
      return ['gray', `declared; ${process} is not running`]
    case 'held':
      return ['red', `declared, but held by ${holderText(holder, symbols)}`]
  }
}

function holderText(holder: PortHolder | null, symbols: Symbols): string {
  if (!holder || holder.pid === null) return 'a process of another user'
  const of = holder.process === null ? '' : ` of ${holder.process}`
  return `pid ${holder.pid}${of} (${cutEnd(printable(holder.command.join(' '), false), LONGEST_COMMAND, symbols.cut)})`
}
