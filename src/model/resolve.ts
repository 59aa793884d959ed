import type { ProcessManagerConfig, ResolvedProcess } from './config.ts'
import type { StartRequest } from './control.ts'
import { ProcessManagerError } from './errors.ts'
import { expandDeclared } from './instances.ts'
import { ownOf } from './own.ts'

/** Validates what people wrote and applies the defaults; injected, since the schema is loaded on demand only. */
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
 * What a request declares, by name, instances expanded; every declaration is validated before any of them can take effect.
 *
 * @param present all processes that there are
 * @throws ProcessManagerError `config`
 */
export async function resolveRequest(
  request: StartRequest,
  present: ResolvedProcess[],
  resolve: ResolveConfig,
): Promise<Map<string, ResolvedProcess>> {
  const resolved = new Map<string, ResolvedProcess>()
  for (const [i, input] of (request.processes ?? []).entries()) {
    const origin = ownOf(request.origins, input?.name)
    const config = await resolve(input, {
      path: origin ? '' : `processes[${i}]`,
      cwd: '/',
      ...(origin && { origin }),
      ...(request.defaults && { defaults: request.defaults }),
      ...(request.checkedBy && { checkedBy: request.checkedBy }),
    })
    const declared = request.source === undefined ? config : { ...config, source: request.source }
    for (const instance of expandDeclared(declared, present, ownOf(request.scale, config.name))) {
      const { name } = instance
      if (resolved.has(name))
        throw new ProcessManagerError('config', `two processes are named \`${name}\`; names are unique`)
      resolved.set(name, instance)
    }
  }
  return resolved
}
