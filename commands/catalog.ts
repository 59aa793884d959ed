import type { Command } from './command.ts'
import { down } from './down.ts'
import { flush } from './flush.ts'
import { list } from './list.ts'
import { logs } from './logs.ts'
import { ports } from './ports.ts'
import { reload } from './reload.ts'
import { restart } from './restart.ts'
import { scale } from './scale.ts'
import { start } from './start.ts'
import { status } from './status.ts'
import { stop } from './stop.ts'
import { tree } from './tree.ts'
import { wait } from './wait.ts'

/** All commands, in the order of the help. Light: what is heavy, they load when they run. */
export const commands: Command[] = [
  list,
  status,
  tree,
  ports,
  start,
  stop,
  down,
  restart,
  reload,
  scale,
  wait,
  logs,
  flush,
]
