import type { ProcessManagerConfig, ResolvedProcess } from '../config/config.ts'
import { baseOf, declaredOf, expandDeclared } from '../config/instances.ts'
import { referenceProblem } from '../config/references.ts'
import { isRecord } from '../config/shape.ts'
import { isCounted } from '../config/share.ts'
import { ProcessManagerError } from '../errors.ts'
import { ownProperty } from '../text/text.ts'
import type { StartRequest } from './requests.ts'

/** Validates declarations and applies the defaults. It is a parameter, because the schema is loaded only on demand. */
export type ResolveConfig = (
  input: unknown,
  context: {
    path: string
    cwd: string
    origin?: string
    defaults?: Pick<ProcessManagerConfig, 'autoRestart' | 'maxRestarts' | 'restartDelay'>
    /** As in `StartRequest`. */
    checkedBy?: string
  },
) => Promise<ResolvedProcess>

/**
 * The configs that a request declares, by name, instances expanded. All declarations are validated before any of them takes
 * effect.
 *
 * @param present configs of all current processes
 * @throws ProcessManagerError `config`
 */
export async function resolveRequest(
  request: StartRequest,
  present: ResolvedProcess[],
  resolve: ResolveConfig,
): Promise<Map<string, ResolvedProcess>> {
  const resolved = new Map<string, ResolvedProcess>()
  const jobs = jobsIn(request, present)
  for (const [i, input] of (request.processes ?? []).entries()) {
    const origin = ownProperty(request.origins, input?.name)
    const given = await resolve(input, {
      path: origin ? '' : `processes[${i}]`,
      cwd: '/',
      ...(origin && { origin }),
      ...(request.defaults && { defaults: request.defaults }),
      ...(request.checkedBy && { checkedBy: request.checkedBy }),
    })
    const isRepeated =
      jobs.has(given.name) && input.autorestart === undefined && request.defaults?.autoRestart === undefined
    const config = isRepeated ? { ...given, autorestart: 'on-failure' as const } : given
    const declared = request.source === undefined ? config : { ...config, source: request.source }
    for (const instance of expandDeclared(declared, present, ownProperty(request.scale, config.name))) {
      const { name } = instance
      if (resolved.has(name))
        throw new ProcessManagerError('config', `two processes are named \`${name}\`; names must be unique`)
      resolved.set(name, instance)
    }
  }
  // Who asks from elsewhere does not have the declarations.
  for (const [name, count] of Object.entries(request.scale ?? {})) {
    const known = present.find((config) => baseOf(config) === name && isCounted(config))
    if (!known || [...resolved.values()].some((config) => baseOf(config) === name)) continue
    for (const instance of expandDeclared(declaredOf(known), present, count)) resolved.set(instance.name, instance)
  }
  checkReferences(resolved, present)
  return resolved
}

/** Refuses a reference that no start could replace. */
function checkReferences(declared: ReadonlyMap<string, ResolvedProcess>, present: ResolvedProcess[]): void {
  const others = present.filter(({ name }) => !declared.has(name))
  const all = [...others, ...declared.values()]
  for (const config of declared.values()) {
    const problem = config.references && referenceProblem(config, all)
    if (!problem) continue
    const place = config.origin ?? `process \`${config.name}\``
    throw new ProcessManagerError('config', `${place}: \`${problem.path.join('.')}\` ${problem.predicate}`)
  }
}

/**
 * Names of the processes that others wait for until they have completed. Such a job is not repeated after success, unless its
 * config says so.
 */
function jobsIn({ processes = [] }: StartRequest, present: ResolvedProcess[]): Set<string> {
  const declared = new Set(processes.map((input) => input?.name))
  const others = present.filter((config) => !declared.has(baseOf(config)))
  return new Set(
    [...processes, ...others].flatMap((process) => {
      const dependsOn = process?.dependsOn
      if (!isRecord(dependsOn)) return []
      return Object.entries(dependsOn).flatMap(([name, condition]) => (condition === 'completed' ? [name] : []))
    }),
  )
}
