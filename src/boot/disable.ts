import { rmSync, statSync } from 'node:fs'
import { ProcessManagerError } from '../model/errors.ts'
import { removeLauncher } from './launcher-file.ts'
import { findServices } from './services.ts'

/** A service that is started no more. */
export interface Disabled {
  name: string
  file: string
  /** Its supervisor, which is none of this user, goes on. */
  pid: number | null
}

/**
 * Removes the services of a folder. What runs goes on.
 *
 * @param released called for a service that runs, so that its supervisor lets its processes go
 */
export async function disableBoot(tuixDir: string, released: () => Promise<boolean>): Promise<Disabled[]> {
  const services = findServices(tuixDir)
  const foreign = services.find(({ isOfSystem }) => isOfSystem && process.getuid?.() !== 0)
  if (foreign) throw new ProcessManagerError('usage', `${foreign.file} is a service of the system: run this with sudo`)
  // Root could end the supervisor of another user, but start none for that user.
  const isOwn = statSync(tuixDir, { throwIfNoEntry: false })?.uid === process.getuid?.()
  const disabled: Disabled[] = []
  for (const { manager, name, file } of services) {
    const { active, pid } = manager.state(name)
    // OpenRC would start it again at once.
    const wasReleased = isOwn && active === true && manager.init !== 'openrc' && (await released())
    manager.disable(name, wasReleased)
    rmSync(file, { force: true })
    manager.reload()
    disabled.push({ name, file, pid: active && !wasReleased ? pid : null })
  }
  if (services.length > 0) removeLauncher(tuixDir)
  return disabled
}
