import fc from 'fast-check'
import { namesOn } from './processes.ts'

/** One command of `ps`, on one of the two runtimes. */
export interface Order {
  verb: 'start' | 'stop' | 'restart' | 'reload'
  names: string[]
  runtime: 'node' | 'bun'
}

/** What can be done to the product, as data: it is printed when something fails, and done again from its seed. */
export type Operation =
  | ({ do: 'order' } & Order)
  /** A setting of these is changed in the config, then they are restarted. */
  | ({ do: 'change' } & Order)
  | { do: 'scale'; instances: number; runtime: Order['runtime'] }
  | { do: 'list'; runtime: Order['runtime'] }
  | { do: 'flush'; names: string[]; runtime: Order['runtime'] }
  /** Two commands at once. */
  | { do: 'both'; orders: [Order, Order] }
  /** SIGKILL for a process, or for another member of its tree. */
  | { do: 'kill-child'; name: string; member: number }
  /** SIGKILL for the supervisor, `after` ms from the beginning of a command. */
  | ({ do: 'kill-during'; after: number } & Order)
  | { do: 'kill-supervisor' }
  /** It gives everything up for the next one. */
  | { do: 'release' }
  /** SIGSTOP, and SIGCONT after so many ms, with a command meanwhile. */
  | ({ do: 'pause'; ms: number } & Order)
  | { do: 'delete-socket' }
  /** SIGKILL for the supervisor, then its state becomes unusable; `both`: the copy of it, too. */
  | { do: 'break-state'; how: 'cut' | 'garbage' | 'empty' | 'gone'; both: boolean }
  /** SIGSTOP for good: commands tell of it, answer from what is saved, and replace it. */
  | { do: 'freeze'; runtime: Order['runtime'] }
  /** The time of day is set, `after` ms from the beginning of a command, which knows nothing of it. */
  | ({ do: 'set-clock'; hours: number; after: number } & Order)
  /** The program or folder of a process is away for so many ms, in which the process is killed. */
  | { do: 'vanish'; what: 'program' | 'folder'; ms: number }
  /** These go from the config and come back to it, each time with `apply`. */
  | { do: 'undeclare'; names: string[]; runtime: Order['runtime'] }
  /** A dependency is killed again and again while what depends on it is started. */
  | { do: 'flap'; kills: number; runtime: Order['runtime'] }
  /** The folder of the project is elsewhere for so many ms. */
  | { do: 'move'; ms: number }
  /** A copy of the folder, in which everything is stopped, and which is deleted then. */
  | { do: 'copy'; runtime: Order['runtime'] }
  /** Where a small file system was mounted for it; the next of these frees the disk again. */
  | { do: 'fill-disk' }

const runtime = fc.constantFrom('node' as const, 'bun' as const)
const verb = fc.oneof(
  { weight: 4, arbitrary: fc.constant('start' as const) },
  { weight: 2, arbitrary: fc.constant('stop' as const) },
  { weight: 2, arbitrary: fc.constant('restart' as const) },
  { weight: 1, arbitrary: fc.constant('reload' as const) },
)

/** Any operation. `small`: the disk is, and can be filled. */
export function operation(small: boolean): fc.Arbitrary<Operation> {
  const name = fc.constantFrom(...namesOn(small))
  const names = fc.uniqueArray(name, { minLength: 1, maxLength: 4 })
  const order = { verb, names, runtime }
  const weighted: [number, fc.Arbitrary<Operation>][] = [
    [10, fc.record({ do: fc.constant('order' as const), ...order })],
    [3, fc.record({ do: fc.constant('change' as const), ...order, verb: fc.constant('restart' as const) })],
    [2, fc.record({ do: fc.constant('scale' as const), instances: fc.integer({ min: 1, max: 4 }), runtime })],
    [1, fc.record({ do: fc.constant('list' as const), runtime })],
    [1, fc.record({ do: fc.constant('flush' as const), names, runtime })],
    [3, fc.record({ do: fc.constant('both' as const), orders: fc.tuple(fc.record(order), fc.record(order)) })],
    [4, fc.record({ do: fc.constant('kill-child' as const), name, member: fc.nat(3) })],
    [5, fc.record({ do: fc.constant('kill-during' as const), after: fc.integer({ min: 0, max: 900 }), ...order })],
    [3, fc.record({ do: fc.constant('kill-supervisor' as const) })],
    [1, fc.record({ do: fc.constant('release' as const) })],
    [2, fc.record({ do: fc.constant('pause' as const), ms: fc.integer({ min: 50, max: 1500 }), ...order })],
    [2, fc.record({ do: fc.constant('delete-socket' as const) })],
    [
      3,
      fc.record({
        do: fc.constant('break-state' as const),
        how: fc.constantFrom('cut' as const, 'garbage' as const, 'empty' as const, 'gone' as const),
        both: fc.boolean(),
      }),
    ],
    [1, fc.record({ do: fc.constant('freeze' as const), runtime })],
    [
      3,
      fc.record({
        do: fc.constant('set-clock' as const),
        hours: fc.integer({ min: -9, max: 9 }),
        after: fc.integer({ min: 0, max: 1500 }),
        ...order,
      }),
    ],
    [
      2,
      fc.record({
        do: fc.constant('vanish' as const),
        what: fc.constantFrom('program' as const, 'folder' as const),
        ms: fc.integer({ min: 50, max: 1500 }),
      }),
    ],
    [2, fc.record({ do: fc.constant('undeclare' as const), names, runtime })],
    [1, fc.record({ do: fc.constant('flap' as const), kills: fc.integer({ min: 1, max: 4 }), runtime })],
    // The small disk is mounted in the folder: it stays where it is.
    [small ? 0 : 2, fc.record({ do: fc.constant('move' as const), ms: fc.integer({ min: 50, max: 2500 }) })],
    [small ? 0 : 2, fc.record({ do: fc.constant('copy' as const), runtime })],
    [small ? 4 : 0, fc.record({ do: fc.constant('fill-disk' as const) })],
  ]
  return fc.oneof(...weighted.filter(([weight]) => weight > 0).map(([weight, arbitrary]) => ({ weight, arbitrary })))
}
