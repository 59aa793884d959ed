import { apply } from './apply.ts'
import type { Command } from './command.ts'
import { completionOf } from './completion.ts'
import { doctor } from './doctor.ts'
import { down } from './down.ts'
import { env } from './env.ts'
import { events } from './events.ts'
import { flush } from './flush.ts'
import { graph } from './graph.ts'
import type { Section } from './help.ts'
import { importFile } from './import.ts'
import { init } from './init.ts'
import { list } from './list.ts'
import { logs } from './logs.ts'
import { monitor } from './monitor.ts'
import { ports } from './ports.ts'
import { reload } from './reload.ts'
import { remove } from './remove.ts'
import { restart } from './restart.ts'
import { run } from './run.ts'
import { scale } from './scale.ts'
import { signal } from './signal.ts'
import { start } from './start.ts'
import { status } from './status.ts'
import { stop } from './stop.ts'
import { supervisor } from './supervisor.ts'
import { tree } from './tree.ts'
import { wait } from './wait.ts'
import { why } from './why.ts'

/** All commands, as the help has them. Light: what is heavy, they load when they run. */
export const sections: Section[] = [
  ['See', [list, status, monitor, why, events, tree, ports, graph, env, logs]],
  ['Run', [start, run, stop, down, restart, apply, reload, scale, signal, wait]],
  ['Clear', [remove, flush]],
  ['Look after', [doctor, supervisor]],
  ['Set up', [init, importFile, completionOf(() => commands)]],
]

export const commands: Command[] = sections.flatMap(([, section]) => section)
