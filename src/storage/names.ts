import { join } from 'node:path'
import { isFlag, isNumber, isRecord, isText } from '../model/config/shape.ts'
import type { Identity } from '../model/lifecycle/identity.ts'
import { hostName, type Nameless, type ProjectName } from '../model/names/names.ts'
import { jsonIn } from '../system/fs/plain-file.ts'
import { userFolder } from '../system/fs/user-folder.ts'
import { isAlive } from '../system/process/identity.ts'

/** What the proxy says of itself for everybody else: a file that is there while it runs. Kept light, since `list` loads it. */
export interface NamesRecord {
  identity: Identity
  /** Ports; null: it does not listen there. */
  http: number
  https: number | null
  /** The user trusts its certificates. */
  isTrusted: boolean
  /** Why there is no HTTPS although it is wanted, one sentence. */
  problem?: string
  /** By state folder. */
  projects: Record<string, ProjectName | Nameless>
}

/** The state folder of the proxy, which is a managed process of the user. Null if this user has no place for it. */
export function proxyFolder(): string | null {
  const folder = userFolder()
  return folder === null ? null : join(folder, 'proxy')
}

export const NO_PLACE = 'there is no place for the state of a user: set HOME or XDG_STATE_HOME to a folder of your own'

/** The file with the record. */
export function namesFile(folder: string): string {
  return join(folder, 'names.json')
}

/** The record of the proxy that runs; null if none does. */
export function readNames(): NamesRecord | null {
  const folder = proxyFolder()
  const record = folder === null ? undefined : jsonIn(namesFile(folder))
  return isNames(record) && isAlive(record.identity) ? record : null
}

/** The address of a process by name, or why it has none; undefined if the proxy does not know the project. */
export function addressIn(record: NamesRecord, tuixDir: string, process: string): string | Nameless | undefined {
  const project = Object.hasOwn(record.projects, tuixDir) ? record.projects[tuixDir] : undefined
  if (project === undefined || 'problem' in project) return project
  const host = hostName(project, process)
  return typeof host === 'string' ? originOf(record, host) : host
}

/** The address of a host name, without a path. */
export function originOf({ http, https, isTrusted }: Omit<NamesRecord, 'identity' | 'projects'>, host: string): string {
  if (https !== null && isTrusted) return `https://${host}${https === 443 ? '' : `:${https}`}`
  return `http://${host}${http === 80 ? '' : `:${http}`}`
}

function isNames(value: unknown): value is NamesRecord {
  if (!isRecord(value) || !isRecord(value.identity) || !isRecord(value.projects)) return false
  const { identity, http, https, isTrusted, projects } = value
  const isName = (name: unknown) =>
    isRecord(name) &&
    (isText(name.problem) || (isText(name.project) && (name.branch ?? '') === String(name.branch ?? '')))
  return (
    isNumber(identity.pid) &&
    isNumber(http) &&
    (https === null || isNumber(https)) &&
    isFlag(isTrusted) &&
    (value.problem === undefined || isText(value.problem)) &&
    Object.values(projects).every(isName)
  )
}
