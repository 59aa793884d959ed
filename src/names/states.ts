import { statSync } from 'node:fs'
import { readState } from '../client/read-state.ts'
import type { ManagedProcess } from '../model/lifecycle/process.ts'
import { pathsOf } from '../storage/paths.ts'

/** The processes of projects, from the files that their supervisors replace with every change. They are read only when they are others. */
export class States {
  readonly #known = new Map<string, { version: string; processes: ManagedProcess[] }>()

  of(tuixDir: string): ManagedProcess[] {
    const version = versionOf(pathsOf(tuixDir).state)
    const known = this.#known.get(tuixDir)
    if (known && version !== '' && known.version === version) return known.processes
    const processes = read(tuixDir)
    this.#known.set(tuixDir, { version, processes })
    return processes
  }

  /** Forgets all projects but these. */
  keep(tuixDirs: ReadonlySet<string>): void {
    for (const tuixDir of this.#known.keys()) if (!tuixDirs.has(tuixDir)) this.#known.delete(tuixDir)
  }
}

/** Empty if there is no file. */
function versionOf(file: string): string {
  try {
    const { ino, mtimeNs, size } = statSync(file, { bigint: true })
    return `${ino}:${mtimeNs}:${size}`
  } catch {
    return ''
  }
}

function read(tuixDir: string): ManagedProcess[] {
  try {
    return readState(tuixDir)
  } catch {
    // This user may not read it any more.
    return []
  }
}
