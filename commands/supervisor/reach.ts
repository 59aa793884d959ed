import { VERSION } from '../../src/index.ts'
import { reachSupervisor, relayTo } from '../../src/internal.ts'
import { type CommandContext, EXIT } from '../shared/command.ts'
import { withManager } from '../shared/open-manager.ts'

/** Variables of one connection or one shell, which mean nothing to what is started. */
const PASSING = /^(?:SSH_.*|_|SHLVL|OLDPWD)$/

/** Brings the supervisor up and prints how to reach it, and the environment of this login: for another host, over SSH. */
export async function reach(context: CommandContext): Promise<number> {
  const { environment, printJson } = context
  const { socket, version, mode, identity } = await reachHere(context)
  const variables = Object.entries(environment.env).filter(([name]) => !PASSING.test(name))
  printJson({
    version: VERSION,
    socket,
    cwd: environment.cwd,
    supervisor: { pid: identity.pid, version, mode },
    environment: Object.fromEntries(variables),
  })
  return EXIT.done
}

/** Passes stdin on to the control socket and prints what comes back: for hosts that allow SSH no forwarding. */
export async function relay(context: CommandContext): Promise<number> {
  await relayTo((await reachHere(context)).socket)
  return EXIT.done
}

async function reachHere(context: CommandContext) {
  const { environment, warn } = context
  const { supervisorCommand } = environment.defaults
  const tuixDir = await withManager(context, async (manager) => manager.tuixDir)
  return await reachSupervisor({ tuixDir, supervisorCommand, warn })
}
