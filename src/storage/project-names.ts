import { basename } from 'node:path'
import type { ManagedProcess } from '../model/lifecycle/process.ts'
import { type Nameless, nameProjects, type ProjectName, type ProjectPlace } from '../model/names/names.ts'
import { readGitPlace } from '../system/fs/git-worktree.ts'
import { addressIn, proxyFolder, readNames } from './names.ts'
import { knownProjects } from './projects.ts'

export interface ProjectNames {
  /** By state folder. */
  names: Map<string, ProjectName | Nameless>
  /** Folders in which linked working trees record what they are on. A change there may change a name. */
  heads: string[]
}

/** The names of this user's projects, as the registry and their working trees are now. */
export function projectNames(): ProjectNames {
  const heads: string[] = []
  const own = proxyFolder()
  const places = knownProjects().flatMap(({ tuixDir, since }): ProjectPlace[] => {
    if (tuixDir === own) return []
    const folder = projectFolder(tuixDir)
    const place = readGitPlace(folder)
    if (place === null) return [{ tuixDir, since, folder: basename(folder), family: folder, branch: null }]
    const { family, branch, head } = place
    if (head !== null) heads.push(head)
    return [{ tuixDir, since, folder: place.folder, family, branch }]
  })
  return { names: nameProjects(places), heads }
}

type Addressed = Pick<ManagedProcess, 'config' | 'port'>

/** The addresses of a project's processes by name; none while no proxy runs. Reads one small file if the proxy knows the project. */
export function addressesOf(tuixDir: string): (process: Addressed) => string | undefined {
  const find = finderOf(tuixDir)
  return (process) => {
    const found = find(process)
    return typeof found === 'string' ? found : undefined
  }
}

/** Why a process has no address although the proxy runs, one sentence. */
export function namelessText(tuixDir: string, process: Addressed): string | undefined {
  const found = finderOf(tuixDir)(process)
  return typeof found === 'object' ? found.problem : undefined
}

function finderOf(tuixDir: string): (process: Addressed) => string | Nameless | undefined {
  const record = readNames()
  if (record === null || tuixDir === proxyFolder()) return () => undefined
  // The proxy hears of a new project a moment after its supervisor has begun.
  const known = Object.hasOwn(record.projects, tuixDir)
    ? record
    : { ...record, projects: Object.fromEntries(projectNames().names) }
  return ({ config, port }) =>
    config.port === null && port === null ? undefined : addressIn(known, tuixDir, nameIn(config))
}

/** Those that share a port have one address. */
function nameIn({ share, instanceOf, name }: ManagedProcess['config']): string {
  return share === undefined ? name : (instanceOf ?? name)
}

/** The folder of the project that a state folder belongs to. One that is no hidden folder is a project of its own. */
export function projectFolder(tuixDir: string): string {
  return basename(tuixDir).startsWith('.') ? tuixDir.slice(0, tuixDir.lastIndexOf('/')) || '/' : tuixDir
}
