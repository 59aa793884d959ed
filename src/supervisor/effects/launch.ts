import { dirname } from 'node:path'
import { logEnd, openLogs } from '../../logs/files/append.ts'
import { refuseLink } from '../../logs/files/links.ts'
import type { ResolvedProcess } from '../../model/config/config.ts'
import { instanceEnvironment, withoutInstance } from '../../model/config/instances.ts'
import { ownVariables, serviceName } from '../../model/config/variables.ts'
import type { RunValues } from '../../model/lifecycle/inputs.ts'
import { configOfRun } from '../../model/lifecycle/references.ts'
import { reasonOf } from '../../model/text/system-error.ts'
import { MARKER, markerOf } from '../../model/tree/members.ts'
import type { LogSource } from '../../model/views/logs.ts'
import { isFolder } from '../../system/fs/lookup.ts'
import { heapSnapshotEnvironment } from '../../system/process/heap-snapshot.ts'
import { identityOf } from '../../system/process/identity.ts'
import { readEntry } from '../../system/process/proc.ts'
import { spawnChild } from '../../system/process/spawn.ts'
import type { Managed } from '../managed.ts'
import { receive } from './messages.ts'
import { spawnProblemOf } from './spawn-problem.ts'

/** Errors of a system that lacks a resource. The same start may succeed a moment later. */
export const TRANSIENT = new Set(['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'ENOSPC', 'EDQUOT'])

/** What to spawn, with variables that no config has. */
export type Invocation = Pick<ResolvedProcess, 'program' | 'args' | 'cwd' | 'env'>

/**
 * Starts a run: opens the log files, sets the environment and marker, and spawns the child. Resolves when the child has
 * ended, or at once if it could not be spawned.
 *
 * @param values the ports that the process has to listen on, and the values of its references
 * @param at now, epoch ms
 * @param onEnd called when the child has ended, instead of dispatching `exited` at once
 * @param own what to spawn instead of what its config says: a program of ours
 */
export function launch(
  managed: Managed,
  run: number,
  source: LogSource,
  inherited: Record<string, string>,
  values: RunValues,
  at: number,
  onEnd: (code: number | null, exited: () => void) => void = (_, exited) => exited(),
  own?: Invocation,
): Promise<void> {
  const { id } = managed.process
  const config = configOfRun({ ...managed.process, ...values })
  const { ipc } = config
  const invocation: Invocation = own ?? { ...config, env: {} }
  const { program, args, cwd } = invocation
  const given = { ...withoutInstance(inherited), ...ownVariables(config, values) }
  const env: Record<string, string> = {
    ...given,
    ...serviceName(config, given),
    ...instanceEnvironment(config),
    ...invocation.env,
    [MARKER]: markerOf(id, run),
  }
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException, problem = spawnProblemOf(error, invocation, env.PATH)) => {
      managed.dispatch({ type: 'spawn-failed', run, problem, transient: TRANSIENT.has(error.code ?? '') })
      resolve()
    }
    // Before the log files are opened, which makes their folders: a project that was deleted is not made again.
    if (!isFolder(cwd)) return failed(Object.assign(new Error(`no folder ${cwd}`), { code: 'ENOENT' }))
    const opened = openOwnLogs(source)
    if ('error' in opened) return failed(opened.error, { type: 'system', detail: reasonOf(opened.error) })
    const { logs, logStart } = opened
    try {
      const child = spawnChild(
        {
          program,
          args,
          cwd,
          env: config.heapSnapshot ? heapSnapshotEnvironment(env) : env,
          stdout: logs.stdout,
          stderr: logs.stderr,
          ipc,
        },
        {
          failed,
          exited(code, signal) {
            managed.detach()
            resolve()
            onEnd(code, () => managed.dispatch({ type: 'exited', run, code, signal }))
          },
          message: (message) => receive(managed, run, message),
        },
      )
      if (!child) return
      // The child has its own. Without any descriptor left, its entry could not be read.
      logs.close()
      const { pid, channel } = child
      managed.attach(run, channel)
      // Even a child that is already dead keeps its entry in the process table until its parent has been notified.
      const leader = identityOf(readEntry(pid) ?? { pid, startTime: 0 })
      managed.dispatch({ type: 'spawned', run, leader, logStart, at, ...values })
    } catch (error) {
      failed(error as NodeJS.ErrnoException)
    } finally {
      logs.close()
    }
  })
}

/** Opens the log files of a run, unless somebody has put a link in their place. */
function openOwnLogs(source: LogSource) {
  const { logFile, errorFile, indexFile } = source
  try {
    for (const log of [logFile, errorFile]) refuseLink(log, dirname(indexFile))
    return { logs: openLogs(source), logStart: { stdout: logEnd(logFile), stderr: logEnd(errorFile) } }
  } catch (error) {
    return { error: error as NodeJS.ErrnoException }
  }
}
