/* As of which versions of which config files everything runs as declared; light, since `ps list` asks. */
import { readFileSync, statSync } from 'node:fs'
import { pathsOf } from './model/paths.ts'

/** Content of `declared.json`. */
interface Declared {
  /** The config file that declares the processes. */
  file: string
  /** Every file that was read for that, with its version. */
  files: [path: string, version: string][]
  /** Everything ran as declared in these versions. */
  inLine: boolean
}

/** Notes what was read for the declarations that are in force. What cannot be written costs time at the next look only. */
export async function noteDeclared(tuixDir: string, file: string, files: string[], inLine: boolean): Promise<void> {
  const declared: Declared = { file, files: files.map((path) => [path, versionOf(path)]), inLine }
  const { writeAtomicSync } = await import('./system/files.ts')
  try {
    writeAtomicSync(pathsOf(tuixDir).declared, JSON.stringify(declared))
  } catch {
    // A full disk, or a folder that is gone.
  }
}

/** The config file whose declarations may be other than what runs; null: none is. Looks at files' dates only. */
export function changedConfig(tuixDir: string): string | null {
  try {
    const { file, files, inLine } = JSON.parse(readFileSync(pathsOf(tuixDir).declared, 'utf8')) as Declared
    return inLine && files.every(([path, version]) => versionOf(path) === version) ? null : file
  } catch {
    return null
  }
}

function versionOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats ? `${stats.mtimeMs}/${stats.size}` : 'gone'
}
