import picomatch from 'picomatch'
import type { ProcessState, ProcessStatus } from '../../src/index.ts'
import { COLUMN_NAMES, type ColumnName } from '../format/list-columns.ts'
import type { CommandContext, Flags } from '../shared/command.ts'
import { oneOf } from '../shared/flag-values.ts'
import { type ListView, SORT_KEYS } from '../shared/list-options.ts'
import { usageError } from '../shared/usage.ts'

/** Statuses in the order of `--sort status`: those that need attention first. */
const STATUSES: ProcessStatus[] = ['error', 'crashed', 'restarting', 'starting', 'stopping', 'running', 'stopped']
const HEALTHS = ['starting', 'healthy', 'unhealthy', 'none'] as const

type Compare = (a: ProcessState, b: ProcessState) => number

/** Descending order, as in top(1). Unknown values come last. */
function largest(of: (state: ProcessState) => number | null): Compare {
  return (a, b) => (of(b) ?? -1) - (of(a) ?? -1)
}

const ORDERS = {
  name: (a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }),
  status: (a, b) => STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status),
  cpu: largest(({ cpu }) => cpu),
  memory: largest(({ memory }) => memory),
  uptime: largest(({ pid, uptime }) => (pid === null ? null : uptime)),
  restarts: largest(({ restarts }) => restarts),
} satisfies Record<(typeof SORT_KEYS)[number], Compare>

type Test = (state: ProcessState) => boolean

const FILTERS = {
  status: (value) => {
    const status = oneOf('--filter status=', value, STATUSES)
    return (state) => state.status === status
  },
  health: (value) => {
    const health = oneOf('--filter health=', value, HEALTHS)
    return (state) => (state.health ?? 'none') === health
  },
  group: (value) => {
    const matches = picomatch(value)
    return ({ group }) => group !== null && matches(group)
  },
  name: (value) => {
    const matches = picomatch(value)
    return ({ name, instanceOf }) => matches(name) || (instanceOf !== null && matches(instanceOf))
  },
} satisfies Record<string, (value: string) => Test>

const FILTER_KEYS = Object.keys(FILTERS) as (keyof typeof FILTERS)[]

/** Reads `--sort`, `--filter` and `--columns`. Throws a usage error. */
export function listView({ flags }: Pick<CommandContext, 'flags'>): ListView {
  const columns = columnsOf(flags)
  const tests = testsOf(flags.filter ?? [])
  const order = flags.sort === undefined ? undefined : ORDERS[oneOf('--sort', flags.sort, SORT_KEYS)]
  return {
    columns,
    isSorted: order !== undefined,
    select(states) {
      const found = states.filter((state) => tests.every((test) => test(state)))
      return order ? found.toSorted(order) : found
    },
  }
}

/** One test per key. Several values of the same key are alternatives. */
function testsOf(filters: string[]): Test[] {
  const byKey = new Map<string, Test[]>()
  for (const filter of filters) {
    const [, word, value] = /^([^=]*)=(.+)$/.exec(filter) ?? []
    if (word === undefined || value === undefined) {
      throw usageError(`--filter must be KEY=VALUE, such as status=running, not ${filter}`)
    }
    const key = oneOf('the key of --filter', word, FILTER_KEYS)
    byKey.set(key, [...(byKey.get(key) ?? []), FILTERS[key](value)])
  }
  return [...byKey.values()].map((tests) => (state) => tests.some((test) => test(state)))
}

function columnsOf({ columns }: Flags): ColumnName[] | undefined {
  return columns?.split(',').map((name) => oneOf('--columns', name.trim(), COLUMN_NAMES))
}
