import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readState } from '../client/read-state.ts'
import type { ProcessConfig } from '../model/config/config.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { reasonOf } from '../model/text/system-error.ts'
import type { Outcome } from '../model/views/outcome.ts'
import { NO_PLACE, originOf, proxyFolder, readNames } from '../storage/names.ts'
import { makePrivateFolder } from '../system/fs/files.ts'
import { Connection } from './connect/connection.ts'
import type { ManagerOptions } from './options.ts'
import { startRequest } from './request.ts'

/* The proxy of a user, which is a managed process in a state folder of its own. */

/** Ports that need no root. */
export const PROXY_PORTS = { http: 1355, https: 8443 }

const NAME = 'proxy'
/** What it prints when it takes requests. */
export const LISTENING = 'listening on'

export interface ProxyWanted {
  http?: number
  /** Null: no HTTPS. */
  https?: number | null
  supervisorCommand?: readonly string[] | undefined
  warn(message: string): void
}

/** The proxy that runs. */
export interface ProxyInfo {
  pid: number
  http: number
  /** Null: no HTTPS. */
  https: number | null
  /** The user trusts its certificates. */
  trusted: boolean
  /** Why there is no HTTPS although it is wanted, one sentence. */
  problem?: string
  /** Of the page with all addresses. */
  address: string
  /** Of processes, with PROCESS in place of the name, or why there is none: one sentence. `folder` is the state folder. */
  projects: ({ folder: string } & ({ address: string } | { problem: string }))[]
}

/** Null if no proxy runs. */
export function proxyInfo(): ProxyInfo | null {
  const record = readNames()
  if (record === null) return null
  const { identity, http, https, isTrusted, problem, projects } = record
  const all = Object.entries(projects).map(([folder, name]) => {
    if ('problem' in name) return { folder, problem: name.problem }
    const { project, branch } = name
    const host = [...(branch === undefined ? [] : [branch]), 'PROCESS', project, 'localhost'].join('.')
    return { folder, address: originOf(record, host) }
  })
  const known = { pid: identity.pid, http, https, trusted: isTrusted, ...(problem !== undefined && { problem }) }
  return { ...known, address: originOf(record, 'localhost'), projects: all }
}

/** Starts the proxy, or restarts it with other ports. What is not given stays as it was. */
export async function startProxy({ warn, supervisorCommand, ...wanted }: ProxyWanted): Promise<Outcome[]> {
  const folder = ownFolder()
  makePrivateFolder(folder)
  const before = settingsBefore(folder)
  const { http, https } = { ...PROXY_PORTS, ...before, ...wanted }
  const process = declaration(folder, http, https, commandOf(supervisorCommand))
  const options: ManagerOptions = { supervisor: 'daemon' }
  const request = await startRequest(options, folder, { names: [NAME] }, { timeout: TIMEOUT }, [process])
  const isOther = before !== undefined && (before.http !== http || before.https !== https)
  return await withControl(folder, { warn, supervisorCommand }, (control) =>
    isOther ? control.restart(request) : control.start(request),
  )
}

/** Stops the proxy, and leaves it down. */
export async function stopProxy({ warn, supervisorCommand }: Omit<ProxyWanted, 'http' | 'https'>): Promise<Outcome[]> {
  const folder = ownFolder()
  if (!existsSync(folder) || settingsBefore(folder) === undefined) return []
  return await withControl(folder, { warn, supervisorCommand }, (control) => control.stop({ names: [NAME] }))
}

/** Starts the proxy for a config that wants it, unless it runs. The processes are started either way. */
export async function followProxy({ supervisorCommand, warn }: Omit<ProxyWanted, 'http' | 'https'>): Promise<void> {
  if (readNames() !== null) return
  try {
    for (const { ok, message } of await startProxy({ supervisorCommand, warn })) if (!ok) warn(`proxy: ${message}`)
  } catch (error) {
    warn(`proxy: ${reasonOf(error)}`)
  }
}

/** ms until a start counts as failed. */
const TIMEOUT = 20_000

function ownFolder(): string {
  const folder = proxyFolder()
  if (folder === null) throw new ProcessManagerError('unreachable', NO_PLACE)
  return folder
}

async function withControl<Result>(
  tuixDir: string,
  { warn, supervisorCommand }: Pick<ProxyWanted, 'warn' | 'supervisorCommand'>,
  work: (control: Connection['control']) => Promise<Result>,
): Promise<Result> {
  const connection = new Connection({
    tuixDir,
    mode: 'daemon',
    supervisorCommand: supervisorCommand && [...supervisorCommand],
    target: undefined,
    warn,
    released: () => {},
  })
  try {
    return await work(connection.control)
  } finally {
    await connection.close()
  }
}

function declaration(folder: string, http: number, https: number | null, command: string[]): ProcessConfig {
  const [program = '', ...args] = command
  return {
    name: NAME,
    command: program,
    args: [...args, NAME, 'run', '--port', String(http), '--https', String(https ?? 'off')],
    cwd: folder,
    port: http,
    healthCheck: { type: 'output', outputPattern: LISTENING },
    startTimeout: TIMEOUT,
    restartDelay: 100,
    maxRestartDelay: 5000,
    maxRestarts: 'unlimited',
  }
}

/** The ports that it was started with last. */
function settingsBefore(folder: string): { http: number; https: number | null } | undefined {
  const config = readState(folder).find((process) => process.config.name === NAME)?.config
  if (typeof config?.port !== 'number') return undefined
  const https = Number(config.args[config.args.indexOf('--https') + 1])
  return { http: config.port, https: Number.isInteger(https) ? https : null }
}

/** How this program runs a command of `ps` again. */
function commandOf(supervisorCommand: readonly string[] | undefined): string[] {
  const { execPath } = process
  const isSource = import.meta.url.endsWith('.ts')
  const program = fileURLToPath(new URL(isSource ? '../../commands/cli/bin.ts' : './tuix-ps.js', import.meta.url))
  if (existsSync(program)) return [execPath, program]
  // The last word turns the app into a supervisor, the others are those of its `ps`.
  const words = supervisorCommand?.slice(0, -1)
  if (words === undefined)
    throw new ProcessManagerError(
      'unsupported',
      'this bundled app has no command for the proxy: run tuix-ps proxy start',
    )
  const script = process.argv[1]
  return [execPath, ...(script === undefined || script.startsWith('/$bunfs/') ? [] : [script]), ...words]
}
