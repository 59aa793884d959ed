import { agents } from '../agents/index.ts'
import { alerts } from '../alerts.ts'
import { apply } from '../apply.ts'
import { boot } from '../boot/index.ts'
import { completionOf } from '../completion/index.ts'
import { crashes } from '../crashes.ts'
import { doctor } from '../doctor.ts'
import { down } from '../down.ts'
import { ensure } from '../ensure.ts'
import { env } from '../env.ts'
import { events } from '../events.ts'
import { exportFiles } from '../export.ts'
import { flush } from '../flush.ts'
import { graph } from '../graph.ts'
import { importFile } from '../import.ts'
import { init } from '../init.ts'
import { list } from '../list/index.ts'
import { logs } from '../logs/index.ts'
import { mcp } from '../mcp/index.ts'
import { monitor } from '../monitor/index.ts'
import { pause, resume } from '../pause.ts'
import { ports } from '../ports.ts'
import { proxy } from '../proxy/index.ts'
import { reload } from '../reload.ts'
import { remove } from '../remove.ts'
import { restart } from '../restart.ts'
import { run } from '../run/index.ts'
import { scale } from '../scale.ts'
import type { Command } from '../shared/command.ts'
import { signal } from '../signal.ts'
import { start } from '../start.ts'
import { status } from '../status.ts'
import { stop } from '../stop.ts'
import { supervisor } from '../supervisor/index.ts'
import { target } from '../target.ts'
import { tree } from '../tree.ts'
import { wait } from '../wait.ts'
import { web } from '../web.ts'
import { why } from '../why.ts'
import type { Section } from './help.ts'

/** All commands, in the order of the help. Importing them is cheap: each loads what is heavy when it runs. */
export const sections: Section[] = [
  ['Inspect', [list, status, monitor, why, crashes, events, tree, ports, graph, env, logs, web, proxy]],
  ['Control', [start, ensure, run, stop, down, restart, apply, reload, scale, pause, resume, signal, wait]],
  ['Clean up', [remove, flush]],
  ['Maintain', [doctor, supervisor, boot, target, alerts]],
  ['Set up', [init, importFile, exportFiles, agents, mcp, completionOf(() => commands)]],
]

export const commands: Command[] = sections.flatMap(([, section]) => section)
