import { createClient } from '../../client/client.ts'
import { ensureSupervisor } from '../../client/ensure.ts'
import { findSupervisor } from '../../client/find.ts'
import { daemonLauncher } from '../../daemon/launcher.ts'
import type { Control } from '../../protocol/operations.ts'
import { knownProjects } from '../../storage/projects.ts'
import { canonicalFolder } from '../../system/fs/canonical-folder.ts'
import type { Target } from '../../targets/target.ts'
import { VERSION } from '../../version.ts'
import { type NamedProject, namedProjects } from './names.ts'
import { savedProject } from './saved-project.ts'

export interface EverywhereOptions {
  /** See `ManagerOptions`. */
  supervisorCommand?: readonly string[] | undefined
  warn(message: string): void
}

/** A project of this user, as a place for processes. */
export interface ProjectTarget extends Target {
  readonly folder: string
}

/** All projects of this user that have had a supervisor and still exist. */
export function projectTargets(options: EverywhereOptions): ProjectTarget[] {
  const folders = [...new Set(knownProjects().map(({ tuixDir }) => canonicalFolder(tuixDir)))]
  return namedProjects(folders).map((project) => targetOf(project, options))
}

function targetOf(
  { name, folder, tuixDir }: NamedProject,
  { supervisorCommand, warn }: EverywhereOptions,
): ProjectTarget {
  const told = (message: string) => warn(`${name}: ${message}`)
  const launch = () =>
    ensureSupervisor({ tuixDir, version: VERSION, launcher: daemonLauncher(supervisorCommand), warn: told })
  return {
    name,
    folder,
    cwd: folder,
    async reach(): Promise<Control> {
      // Of whichever version: each project has its own.
      const info = await findSupervisor(tuixDir)
      return info ? createClient(info.socket, info) : savedProject({ tuixDir, launch })
    },
    environment: async () => ({}),
    close: async () => {},
  }
}
