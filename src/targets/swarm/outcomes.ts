import type { ErrorCode } from '../../model/errors.ts'
import * as describe from '../../model/lifecycle/describe.ts'
import { unknownProcess } from '../../model/planning/select.ts'
import { maskText } from '../../model/redaction/mask.ts'
import { maskState } from '../../model/redaction/mask-state.ts'
import { ownedOf } from '../../model/swarm/declared.ts'
import type { Readiness } from '../../model/swarm/readiness.ts'
import { stateOf } from '../../model/swarm/state.ts'
import { type Replica, replicasOf } from '../../model/swarm/tasks.ts'
import { seconds } from '../../model/text/text.ts'
import type { Outcome, OutcomeResult } from '../../model/views/outcome.ts'
import type { Swarm } from './swarm.ts'

/** What came of a command for one service. */
export type ServiceResult =
  | { ok: true; result: Exclude<OutcomeResult, 'failed'>; message?: string; warnings?: string[] }
  | { ok: false; code: ErrorCode; message: string; warnings?: string[] }

/** The outcome for each replica of a service; warnings are said once. */
export function outcomesOf(replicas: Replica[], given: ServiceResult, now: number): Outcome[] {
  return replicas.map((replica, index) => ({
    ...outcomeOf(replica.name, given),
    warnings: index === 0 ? (given.warnings ?? []) : [],
    ...(!(given.ok && given.result === 'removed') && { state: maskState(stateOf(replica, now)) }),
  }))
}

export function outcomeOf(name: string, given: ServiceResult): Outcome {
  const { warnings = [] } = given
  if (given.ok)
    return { name, ok: true, result: given.result, message: given.message ?? given.result.replace('-', ' '), warnings }
  return { name, ok: false, result: 'failed', code: given.code, message: maskText(given.message), warnings }
}

export function unknownOutcome(name: string, known: Iterable<string>): Outcome {
  return outcomeOf(name, { ok: false, code: 'unknown-process', message: unknownProcess(name, known).message })
}

/** The result of a start, or of a replacement, that was waited for. */
export function resultOf(readiness: Readiness, done: 'started' | 'restarted', limit: number): ServiceResult {
  switch (readiness.type) {
    case 'ready':
      return { ok: true, result: done }
    case 'completed':
      return { ok: true, result: 'completed' }
    case 'failed':
      return {
        ok: false,
        code: 'start-failed',
        message: `${describe.cause(readiness.end)}, before all replicas were ready`,
      }
    case 'refused': {
      const what = readiness.isBack
        ? 'the new version failed, and the old one runs again'
        : 'the new version failed, and the update has stopped half way'
      return {
        ok: false,
        code: 'start-failed',
        message: readiness.detail === '' ? what : `${what}: ${readiness.detail}`,
      }
    }
    case 'lost':
      return {
        ok: false,
        code: 'start-failed',
        message: `${readiness.host} was lost in the middle of the update, which waits for it: repeat it to begin anew`,
      }
    case 'pending': {
      const doing = readiness.detail === '' ? 'its replicas are being started' : readiness.detail
      return { ok: false, code: 'timeout', message: `not up within ${seconds(limit)}: ${doing}; the start goes on` }
    }
    default:
      return readiness satisfies never
  }
}

/** The outcome for each replica that a service has now. */
export async function outcomesNow(swarm: Swarm, name: string, result: ServiceResult): Promise<Outcome[]> {
  const { services, tasks, nodes } = await swarm.read()
  const owned = ownedOf(services, swarm.stack).find(({ config }) => config.name === name)
  if (!owned) return [outcomeOf(name, result)]
  const own = tasks.filter(({ ServiceID }) => ServiceID === owned.service.ID)
  return outcomesOf(replicasOf(owned, own, nodes), result, Date.now())
}
