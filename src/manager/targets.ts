import type { TargetConfig } from '../model/config/targets.ts'
import type { StartRequest } from '../model/planning/requests.ts'
import { openTarget } from '../targets/index.ts'
import type { Target } from '../targets/target.ts'
import { Connection } from './connect/connection.ts'

/** Where a manager acts, if not in a folder of this machine. */
export interface Elsewhere {
  target: Target
  /** A start as it takes it. */
  prepare(request: StartRequest): Promise<StartRequest>
}

interface Opening {
  targets: Record<string, TargetConfig>
  /** Of the project here. */
  folder: string
  warn(message: string): void
}

/**
 * One target, or several as one. Nothing is connected yet.
 *
 * @throws ProcessManagerError `usage` for an unknown name
 */
export function openTargets(names: readonly string[], opening: Opening): Elsewhere {
  const opened = names.map((name) => openOne(name, opening))
  const [first] = opened
  return first && opened.length === 1 ? first : several(opened, opening.warn)
}

function openOne(name: string, { targets, folder, warn }: Opening): Elsewhere {
  const target = openTarget(name, targets, folder, warn)
  const prepare = async (request: StartRequest) =>
    (await import('../targets/request.ts')).requestFor(target, request, folder)
  return { target, prepare }
}

function several(opened: Elsewhere[], warn: (message: string) => void): Elsewhere {
  const members = opened.map(({ target, prepare }) => {
    const connection = new Connection({ tuixDir: '', mode: 'daemon', target, warn, released() {} })
    return { name: target.name, control: connection.control, prepare, close: () => connection.close() }
  })
  const target: Target = {
    name: members.map(({ name }) => name).join(','),
    cwd: null,
    reach: async () => (await import('../targets/several.ts')).controlOfSeveral(members, warn),
    environment: async () => ({}),
    async close() {
      await Promise.all(members.map((member) => member.close()))
    },
  }
  return { target, prepare: async (request) => request }
}
