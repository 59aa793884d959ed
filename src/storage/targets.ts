import { existsSync } from 'node:fs'
import { isRecord, isText } from '../model/config/shape.ts'
import { jsonIn } from '../system/fs/plain-file.ts'
import { pathsOf } from './paths.ts'

/** The targets that were named by hand, and which of all is meant unless a command says otherwise. */
export interface SavedTargets {
  /** Null: this machine. */
  current: string | null
  /** By name, unchecked. */
  targets: Record<string, unknown>
}

/** Kept light, since `list` loads it. */
export function readTargets(tuixDir: string): SavedTargets {
  const file = pathsOf(tuixDir).targets
  // An error for a file that is missing takes longer to make than the rest of this.
  const value = existsSync(file) ? jsonIn(file) : undefined
  if (!isRecord(value)) return { current: null, targets: {} }
  const { current, targets } = value
  return { current: isText(current) ? current : null, targets: isRecord(targets) ? targets : {} }
}

export async function writeTargets(tuixDir: string, saved: SavedTargets): Promise<void> {
  const [{ makeFolder }, { writeAtomicSync }] = await Promise.all([
    import('../system/fs/make-folder.ts'),
    import('../system/fs/files.ts'),
  ])
  makeFolder(tuixDir, 0o700)
  writeAtomicSync(pathsOf(tuixDir).targets, `${JSON.stringify(saved, null, 2)}\n`)
}
