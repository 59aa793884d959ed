import { setTimeout as pause } from 'node:timers/promises'
import { Client } from './client/client.ts'
import { findSupervisor } from './client/find.ts'
import { type Embedded, embed } from './embedded.ts'
import { ProcessManagerError } from './model/errors.ts'
import { MARKER } from './model/members.ts'
import { closeInheritedDescriptors } from './system/descriptors.ts'

/** ms that a daemon is given to let go, and whoever holds the lock to listen. */
const PATIENCE = 20_000

/**
 * Becomes the supervisor of a folder, for as long as this program runs. A daemon hands its processes over; another program
 * that supervises is not pushed aside.
 *
 * @param lost called when this program is not the supervisor any more: it was asked to let go, or its folder was deleted and
 * another came
 * @throws ProcessManagerError `unreachable`
 */
export async function occupyFolder(tuixDir: string, lost: () => void): Promise<Embedded> {
  // As a daemon: within a managed process this must not be taken for a part of it.
  delete process.env[MARKER]
  closeInheritedDescriptors()
  for (const begun = Date.now(); Date.now() - begun < PATIENCE; await pause(10)) {
    const info = await findSupervisor(tuixDir)
    if (info && info.mode !== 'daemon') {
      const who = info.mode === 'embedded' ? 'an app that embeds its supervisor' : 'a supervisor in the foreground'
      throw new ProcessManagerError('unreachable', `${tuixDir} is supervised by ${who}, pid ${info.identity.pid}`)
    }
    if (info) await new Client(info.socket).release().catch(() => {})
    const embedded = await embed(tuixDir, { mode: 'foreground', launcher: null, lost })
    if (embedded) return embedded
  }
  throw new ProcessManagerError(
    'unreachable',
    `another supervisor of ${tuixDir} did not let go in ${PATIENCE / 1000} s`,
  )
}
