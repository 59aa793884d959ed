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
  /** Whether it is a port from the config, or one that was chosen automatically. */
  declared: boolean
  /** Its name in the config; absent if it has none. */
  name?: string
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
    const declared = declaredPorts(tree).flatMap(([port, name]) => {
      const rows = open.filter((row) => row.declared && row.port === port)
      return rows.length > 0 ? rows : [absent(tree, port, name, state.pid !== null)]
    })
    return [...declared, ...open.filter((row) => !isDeclared(row))]
  })
}

/** The ports from the config, with their names. */
function declaredPorts({ port, ports }: ProcessTree): [port: number, name: string | undefined][] {
  if (ports) return Object.entries(ports).map(([name, number]) => [number, name])
  return port === null ? [] : [[port, undefined]]
}

function openRows(tree: ProcessTree): PortRow[] {
  const { name, members } = tree
  const declared = new Map(declaredPorts(tree))
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
  /** Names of the ports from the config. */
  declared: ReadonlyMap<number, string | undefined>
}

function newRow(process: string, { protocol, address, port, member, declared }: Opened): PortRow {
  const isDeclared = protocol === 'tcp' && declared.has(port)
  const name = isDeclared ? declared.get(port) : undefined
  const row = { process, protocol, address, port, pids: [], command: member.command, declared: isDeclared }
  return { ...row, ...(name !== undefined && { name }), state: 'listening', holder: null }
}

function absent(tree: ProcessTree, port: number, name: string | undefined, runs: boolean): PortRow {
  // Who holds a port is only asked for the main one.
  const holder = port === tree.port ? tree.holder : null
  const state = holder ? 'held' : runs ? 'not listening' : 'free'
  const row = {
    process: tree.name,
    protocol: 'tcp' as const,
    address: null,
    port,
    pids: [],
    command: [],
    declared: true,
  }
  return { ...row, ...(name !== undefined && { name }), state, holder }
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

function noteOf({ state, declared, name, process, holder }: PortRow, symbols: Symbols): [Color, string] {
  const isDeclared = name === undefined ? 'declared' : `declared as ${name}`
  switch (state) {
    case 'listening':
      return ['green', declared ? isDeclared : '']
    case 'not listening':
      return ['yellow', `${isDeclared}, but the process does not listen on it`]
    case 'free':
      return ['gray', `${isDeclared}; ${process} is not running`]
    case 'held':
      return ['red', `${isDeclared}, but held by ${holderText(holder, symbols)}`]
  }
}

function holderText(holder: PortHolder | null, symbols: Symbols): string {
  if (!holder || holder.pid === null) return 'a process of another user'
  const { elsewhere } = holder
  const project = elsewhere?.folder === undefined ? 'another project' : printable(elsewhere.folder, false)
  const of = holder.process !== null ? ` of ${holder.process}` : elsewhere ? ` of ${elsewhere.name} in ${project}` : ''
  return `pid ${holder.pid}${of} (${cutEnd(printable(holder.command.join(' '), false), LONGEST_COMMAND, symbols.cut)})`
}
