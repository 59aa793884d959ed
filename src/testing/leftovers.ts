import { existsSync } from 'node:fs'
import { findSupervisor } from '../client/find.ts'
import { ProcessManager } from '../manager/manager.ts'
import { reasonOf } from '../model/text/system-error.ts'
import { allStacks, lockStack, removeFolder, stateFolder } from './place.ts'
import { portsOf, releasePorts } from './ports.ts'
import { removeStack } from './remove.ts'

/**
 * Removes the stacks of test runners that are dead, with everything that still runs in them. What cannot be removed is left for the
 * next run.
 *
 * @param warn called with a sentence for each of those
 */
export async function removeLeftovers(stacks: string, warn: (message: string) => void): Promise<void> {
  for (const stack of allStacks(stacks)) {
    try {
      await removeLeftover(stack)
    } catch (error) {
      // Without it, another one has removed it meanwhile.
      if (existsSync(stack)) warn(`${stack} cannot be removed: ${reasonOf(error)}`)
    }
  }
}

async function removeLeftover(stack: string): Promise<void> {
  // A living host removes its stacks itself.
  if ((await findSupervisor(stateFolder(stack)))?.mode === 'foreground') return
  const held = await lockStack(stack)
  if (!held) return
  try {
    if (held.isOfThisBoot && existsSync(stateFolder(stack))) return await removeByDaemon(stack)
    // A supervisor would start everything again, as it does after a reboot.
    releasePorts(stack, portsOf(stack))
    removeFolder(stack)
  } catch (error) {
    held.lock.release()
    throw error
  }
}

/** Removes a stack through a supervisor that takes over what still runs. */
export async function removeByDaemon(stack: string): Promise<void> {
  // A host that was asked to end has removed it, and a supervisor would make the folder again.
  if (!existsSync(stack)) return
  const manager = new ProcessManager({ tuixDir: stateFolder(stack), supervisor: 'daemon' }, stack)
  await removeStack(stack, {
    stop: () => manager.execute('stop', { all: true }),
    end: () => manager.endSupervisor(),
  })
}
