import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from '../../client/client.ts'
import { findSupervisor } from '../../client/find.ts'
import { throwNoAnswer } from '../../client/silence.ts'
import { ProcessManagerError } from '../../model/errors.ts'
import { MARKER } from '../../model/tree/members.ts'
import { refuseForeign } from '../../system/fs/owner.ts'
import { monotonic } from '../../system/monotonic.ts'
import { closeInheritedDescriptors } from '../../system/process/descriptors.ts'
import { isMainThread } from '../../system/process/thread.ts'
import { type Embedded, embed } from './embedded.ts'

/** ms to wait until a daemon has released the folder, or until the holder of the lock listens. */
const PATIENCE = 20_000

/**
 * Becomes the supervisor of a folder as long as this program runs. A daemon hands its processes over. Any other supervisor
 * is left alone.
 *
 * @param lost called when this program is no longer the supervisor, because it was asked to release the folder, or because
 * its folder was deleted and another supervisor took it
 * @throws ProcessManagerError `unreachable`, or `usage` in a worker thread
 */
export async function superviseInForeground(tuixDir: string, lost: () => void): Promise<Embedded> {
  if (!isMainThread) throw new ProcessManagerError('usage', 'a worker thread cannot supervise in the foreground')
  // Before a daemon releases the folder.
  refuseForeign(tuixDir)
  // As in a daemon: if a managed process runs this program, it must not count as part of that process.
  delete process.env[MARKER]
  closeInheritedDescriptors()
  for (const begun = monotonic(); monotonic() - begun < PATIENCE; await pause(10)) {
    const info = await findSupervisor(tuixDir)
    if (info && info.mode !== 'daemon') {
      const who = info.mode === 'embedded' ? 'an app that embeds its supervisor' : 'a supervisor in the foreground'
      throw new ProcessManagerError('unreachable', `${tuixDir} is supervised by ${who}, pid ${info.identity.pid}`)
    }
    if (info) await createClient(info.socket, info).release({}).catch(throwNoAnswer)
    const embedded = await embed(tuixDir, { mode: 'foreground', launcher: null, lost })
    if (embedded) return embedded
  }
  throw new ProcessManagerError(
    'unreachable',
    `another supervisor of ${tuixDir} did not release the folder within ${PATIENCE / 1000} s`,
  )
}
