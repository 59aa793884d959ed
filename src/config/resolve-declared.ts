import type { ResolvedProcess } from '../model/config/config.ts'
import { invalidSetting } from '../model/config/config-shape.ts'
import { isTimezone, scheduleProblem } from '../model/lifecycle/schedule.ts'
import type { ResolveConfig } from '../model/planning/resolve.ts'
import { VERSION } from '../version.ts'
import { type ParsedProcess, resolveChecked } from './resolve/index.ts'

/**
 * Resolves declarations in a supervisor. A client of the same version has already validated them, so only their shape
 * is checked. The schema, which takes 8 MB on Bun and 3.5 MB on Node, is loaded only for other clients.
 */
export const resolveDeclared: ResolveConfig = async (input, context) => {
  const believed = context.checkedBy === VERSION ? believe(input, context) : undefined
  return believed ?? (await import('./index.ts')).resolveProcess(input, context)
}

/** How this very process resolves what it has checked itself. */
export const resolveOwn: ResolveConfig = async (input, context) => resolveChecked(input as ParsedProcess, context)

/** Undefined: a schema cannot have checked it. */
function believe(input: unknown, context: Parameters<ResolveConfig>[1]): ResolvedProcess | undefined {
  try {
    const config = resolveChecked(input as ParsedProcess, context)
    return invalidSetting(config) === undefined && isReadable(config) ? config : undefined
  } catch {
    // Some part of it is no object, list or text where one belongs: the schema tells which.
    return undefined
  }
}

/** Whether its text can be read where it is used, long after the request: nobody could be told then. */
function isReadable({ schedule, timezone, healthCheck }: ResolvedProcess): boolean {
  const pattern = healthCheck?.type === 'output' ? healthCheck.outputPattern : ''
  if (typeof pattern === 'object') new RegExp(pattern.source, pattern.flags)
  if (timezone !== null && !isTimezone(timezone)) return false
  return schedule === null || scheduleProblem(schedule, Date.now()) === undefined
}
