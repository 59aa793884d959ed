import { addressOf, type ResolvedHealthCheck } from '../../model/config/health-check.ts'
import type { Notes } from '../import/notes.ts'
import { portOf } from './ports.ts'
import { hasSecret, isSecretHeader } from './secrets.ts'
import type { ExportedProcess } from './types.ts'

type Check<Type extends ResolvedHealthCheck['type']> = Extract<ResolvedHealthCheck, { type: Type }>

/** A health check that a format can make, with its addresses settled. */
export type ExportedCheck =
  | { type: 'http'; url: URL; check: Check<'http'> }
  | { type: 'tcp'; host: string; port: number; check: Check<'tcp'> }
  | { type: 'exec'; command: string; check: Check<'exec'> }

/** The health check of a process; undefined if it has none, or, with a note, one that only a supervisor can make. */
export function checkOf({ name, config }: ExportedProcess, notes: Notes): ExportedCheck | undefined {
  const { healthCheck: check } = config
  if (check === null) return undefined
  const refuse = (reason: string) => void notes.add(name, 'healthCheck', `is not carried over: ${reason}`)
  const port = portOf({ config })
  switch (check.type) {
    case 'http': {
      const isSecret = Object.entries(check.headers).some(([header, value]) => isSecretHeader(header, value))
      if (isSecret || hasSecret(check.url)) return refuse('it has a secret in it')
      const url = addressOf(check.url, port ?? '')
      return url ? { type: 'http', url, check } : refuse('its port is only known when it runs')
    }
    case 'tcp': {
      const own = check.port ?? port
      return own === null
        ? refuse('its port is only known when it runs')
        : { type: 'tcp', host: check.host, port: own, check }
    }
    case 'exec':
      return hasSecret(check.command)
        ? refuse('it has a secret in it')
        : { type: 'exec', command: check.command, check }
    case 'output':
    case 'script':
      return refuse(`a check of type \`${check.type}\` needs a supervisor that makes it`)
    default:
      return check satisfies never
  }
}

/** The health command of a container; undefined if it has none, or, with a note, one with a secret in it. */
export function healthCommandOf({ name, deploy }: ExportedProcess, notes: Notes): string | string[] | undefined {
  const { healthCommand } = deploy ?? {}
  if (healthCommand === undefined || !hasSecret([healthCommand].flat().join(' '))) return healthCommand
  notes.add(name, 'deploy.healthCommand', 'is not carried over: it has a secret in it')
  return undefined
}

/** Whole seconds, at least one. */
export function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000))
}
