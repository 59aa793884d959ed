import { ProcessManagerError } from '../../../model/errors.ts'
import type { ExportedProcess } from '../types.ts'

/** Longest name of a host, and so of a Service. */
const LONGEST = 63
/** A CronJob adds the time to its name. */
const LONGEST_CRON_JOB = 52

/** The name of a process as that of a host, in small letters. */
export function objectName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '')
}

/** Names of objects by process: those of hosts, in small letters. Throws a `config` error if two would be the same, or one is too long. */
export function objectNames(processes: ExportedProcess[]): Map<string, string> {
  const owners = new Map<string, string>()
  for (const { name, kind } of processes) {
    const host = objectName(name)
    const longest = kind === 'schedule' ? LONGEST_CRON_JOB : LONGEST
    if (host.length > longest)
      throw new ProcessManagerError('config', `process ${name}: a name has at most ${longest} characters in Kubernetes`)
    const other = owners.get(host)
    if (other !== undefined)
      throw new ProcessManagerError('config', `${other} and ${name} would both be named ${host} in Kubernetes`)
    owners.set(host, name)
  }
  return new Map([...owners].map(([host, name]) => [name, host]))
}
