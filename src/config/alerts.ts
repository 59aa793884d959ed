import * as z from 'zod/mini'
import { isWebAddress } from '../model/config/alert-shape.ts'
import { ALERT_KINDS, type AlertConfig, type AlertRule, type AlertTarget } from '../model/config/alerts.ts'
import { check } from './check.ts'
import { choice, duration, fileName, flag, nonEmpty, positiveDuration, settings, text } from './values.ts'

/** Schema of alerts. `values.ts` explains how its messages are worded. No message shows an address, which may be a secret. */

const address = text('an address').check(
  z.refine((value) => value === '' || isWebAddress(value), { error: 'must be an http:// or https:// address' }),
)
const KINDS = 'a list of what to tell of'
const NAMES = 'a list of names of processes'

const target = settings({
  webhook: z.exactOptional(address),
  slack: z.exactOptional(address),
  command: z.exactOptional(nonEmpty('a command line')),
}).check(
  z.refine((value) => Object.keys(value).length === 1, {
    error: 'must have exactly one of `webhook`, `slack` and `command`',
  }),
)

export const alerts = z.array(
  settings({
    on: z.array(choice(ALERT_KINDS), KINDS).check(z.minLength(1, KINDS)),
    processes: z.exactOptional(z.array(fileName, NAMES).check(z.minLength(1, NAMES))),
    to: target,
    after: z.exactOptional(duration),
    repeat: z.exactOptional(positiveDuration),
    resolve: z.exactOptional(flag),
  } satisfies Record<keyof AlertConfig, z.ZodMiniType>),
  'a list of alerts',
)

/**
 * The rules of a config, with all defaults.
 *
 * @throws ProcessManagerError `config`
 */
export function alertRules(given: readonly AlertConfig[]): AlertRule[] {
  const checked = check(alerts, given, { path: 'alerts' })
  // An empty address is a variable that is not set on this machine: `${SLACK_WEBHOOK:-}`.
  const wanted = checked.filter(({ to }) => Object.values(to).every((value) => value !== ''))
  return wanted.map(({ on, processes = null, to, after = 0, repeat = null, resolve = true }) => {
    return { on, processes, to: to as AlertTarget, after, repeat, resolve }
  })
}
