import { isAbsolute, join, relative } from 'node:path'
import type { ProcessConfig } from '../model/config/config.ts'
import { ProcessManagerError } from '../model/errors.ts'
import type { StartRequest } from '../model/planning/requests.ts'
import type { Target } from './target.ts'

const PATHS = ['cwd', 'logFile', 'errorFile', 'pidFile'] as const

/**
 * A request as a target takes it: folders of the project are those of the project there, what starts begins with the variables of
 * a login there, and it belongs to no app of this machine.
 *
 * @param folder of the project here
 * @throws ProcessManagerError `config` for a path that has no place there
 */
export async function requestFor(target: Target, request: StartRequest, folder: string): Promise<StartRequest> {
  const { owner: _, environment: __, ...others } = request
  const environment = await target.environment()
  const { cwd, name } = target
  if (cwd === null) return { ...others, environment }
  const placed = (path: string): string | undefined => {
    const below = relative(folder, path)
    return below.startsWith('..') || isAbsolute(below) ? undefined : join(cwd, below)
  }
  const place = (process: ProcessConfig): ProcessConfig => {
    const paths = PATHS.flatMap((key) => {
      const path = process[key]
      if (path === undefined) return []
      const there = placed(path)
      if (there !== undefined) return [[key, there]]
      const where = `${process.name}: \`${key}\` is ${path}, outside of the project ${folder}`
      throw new ProcessManagerError('config', `${where}, so it has no place on ${name}`)
    })
    return { ...process, ...Object.fromEntries(paths) }
  }
  const { processes, source } = request
  return {
    ...others,
    ...(processes && { processes: processes.map(place) }),
    ...(source !== undefined && { source: placed(source) ?? source }),
    environment,
  }
}
