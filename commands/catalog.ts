import type { Command } from './command.ts'
import { list } from './list.ts'
import { logs } from './logs.ts'
import { restart } from './restart.ts'
import { start } from './start.ts'
import { status } from './status.ts'
import { stop } from './stop.ts'

/** All commands, in the order of the help. Light: what is heavy, they load when they run. */
export const commands: Command[] = [list, start, stop, restart, logs, status]
