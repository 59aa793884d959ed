import type { CommandContext } from '../shared/command.ts'
import { wholeNumber } from '../shared/flag-values.ts'
import { usageError } from '../shared/usage.ts'

/** The ports on the command line. Absent: not given. Null: no HTTPS. */
export function portsOf({ port, https }: CommandContext['flags']): { http?: number; https?: number | null } {
  return {
    ...(port !== undefined && { http: portNumber('--port', port) }),
    ...(https !== undefined && { https: https === 'off' ? null : portNumber('--https', https) }),
  }
}

function portNumber(flag: string, text: string): number {
  const port = wholeNumber(flag, text)
  if (port < 1 || port > 65_535) throw usageError(`${flag} must be a port from 1 to 65535, not ${text}`)
  return port
}
