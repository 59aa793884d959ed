import { canonicalFolder, disableBoot, reachSupervisor } from '../../src/internal.ts'
import { type CommandContext, EXIT } from '../shared/command.ts'
import { withManager } from '../shared/open-manager.ts'

/** Removes the service. A daemon goes on with what it supervised. */
export async function disable(context: CommandContext): Promise<number> {
  const { environment, flags, print, printJson, note, warn } = context
  const { supervisorCommand } = environment.defaults
  const { tuixDir, disabled, wasReleased } = await withManager(context, async (manager) => {
    const tuixDir = canonicalFolder(manager.tuixDir)
    let wasReleased = false
    const release = async () => {
      // That of another user is left alone.
      wasReleased = (await manager.endSupervisor().catch(() => null)) !== null
      return wasReleased
    }
    return { tuixDir, disabled: await disableBoot(tuixDir, release), wasReleased }
  })
  if (wasReleased) await reachSupervisor({ tuixDir, supervisorCommand, warn })
  if (flags.json) printJson({ disabled })
  else if (disabled.length === 0) print('not enabled')
  for (const { name, pid } of disabled) {
    if (!flags.json) print(`disabled: ${name}`)
    if (pid !== null) note(`pid ${pid} goes on supervising until it is stopped`)
  }
  return EXIT.done
}
