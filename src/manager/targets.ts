import type { TargetConfig } from '../model/config/targets.ts'
import type { StartRequest } from '../model/planning/requests.ts'
import { openTarget } from '../targets/index.ts'
import type { Target } from '../targets/target.ts'
import { Connection } from './connect/connection.ts'
import type { EverywhereOptions } from './everywhere/index.ts'

/** Where a manager acts, if not in a folder of this machine. */
export interface Elsewhere {
  target: Target
  /** A start as it takes it. */
  prepare(request: StartRequest): Promise<StartRequest>
  /** It is this machine after all. */
  isHere?: true
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

/** All projects of this user on this machine, as one. They are looked for when something is asked. */
export function openEverywhere(options: EverywhereOptions): Elsewhere {
  let opened: Promise<Elsewhere> | undefined
  const find = async () => {
    const { projectTargets } = await import('./everywhere/index.ts')
    // What is started by hand in one of them belongs to no app.
    const prepare = async ({ owner: _, ...request }: StartRequest) => request
    return several(
      projectTargets(options).map((target) => ({ target, prepare })),
      options.warn,
    )
  }
  const target: Target = {
    name: 'everywhere',
    cwd: null,
    async reach() {
      opened ??= find()
      return (await opened).target.reach()
    },
    environment: async () => ({}),
    close: async () => (await opened)?.target.close(),
  }
  return { target, prepare: async (request) => request, isHere: true }
}

function several(opened: Elsewhere[], warn: (message: string) => void): Elsewhere {
  const members = opened.map(({ target, prepare }) => {
    const connection = new Connection({ tuixDir: '', mode: 'daemon', target, warn, released() {} })
    const { name, folder } = target as Target & { folder?: string }
    const place = folder === undefined ? {} : { folder }
    return { name, ...place, control: connection.control, prepare, close: () => connection.close() }
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
