import { checkOf, type ExportedCheck } from '../health.ts'
import { curlLine } from '../shell.ts'
import type { ExportContext, ExportedProcess } from '../types.ts'

/** A line for a shell that ends when the process is ready. */
interface Wait {
  shell: string
  line: string
}

/** How the start of a process waits for its health check; undefined if it does not. */
export function waitForHealth(process: ExportedProcess, { notes }: ExportContext): Wait | undefined {
  const { name, config } = process
  if (config.port === 'auto' && config.healthCheck !== null) {
    notes.add(name, 'healthCheck', 'is not carried over: its port is only known when it runs')
    return undefined
  }
  const found = checkOf(process, notes)
  if (!found) return undefined
  notes.add(name, 'healthCheck', 'is only waited for at the start: systemd does not look at a service that runs')
  if (found.type === 'http' && found.check.expectedStatus.length > 0)
    notes.add(name, 'healthCheck.expectedStatus', 'is not carried over: 200 to 399 count')
  return waitOf(found)
}

function waitOf(found: ExportedCheck): Wait {
  switch (found.type) {
    case 'http':
      return { shell: '/bin/sh', line: until(curlLine(found)) }
    case 'tcp':
      // Only bash opens sockets by itself.
      return { shell: '/bin/bash', line: until(`(: </dev/tcp/${found.host}/${found.port}) 2>/dev/null`) }
    case 'exec':
      return { shell: '/bin/sh', line: until(`(${found.command})`) }
    default:
      return found satisfies never
  }
}

function until(command: string): string {
  return `until ${command}; do sleep 1; done`
}
