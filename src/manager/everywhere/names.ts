import { basename, dirname } from 'node:path'

/** A project by the name that its processes have in front of theirs. */
export interface NamedProject {
  name: string
  /** Folder of the project. */
  folder: string
  tuixDir: string
}

/** Names of projects: those of their folders, with a number where two have the same. A process has no `/` in its name. */
export function namedProjects(tuixDirs: readonly string[]): NamedProject[] {
  const taken = new Set<string>()
  return tuixDirs.map((tuixDir) => {
    const folder = dirname(tuixDir)
    const plain = basename(folder).replace(/[\s,/*?[\]{}()!]+/g, '-') || 'root'
    let name = plain
    for (let number = 2; taken.has(name); number++) name = `${plain}-${number}`
    taken.add(name)
    return { name, folder, tuixDir }
  })
}
