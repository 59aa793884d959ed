import { dirname } from 'node:path'
import { logEnd, openLogs } from '../logs/append.ts'
import { refuseLink } from '../logs/links.ts'
import { instanceEnvironment, withoutInstance } from '../model/instances.ts'
import type { LogSource } from '../model/logs.ts'
import { MARKER, markerOf } from '../model/members.ts'
import { evidenceEnvironment } from '../system/evidence.ts'
import { identityOf } from '../system/identity.ts'
import { readEntry } from '../system/proc.ts'
import { spawnChild } from '../system/spawn.ts'
import type { Managed } from './managed.ts'
import { receive } from './messages.ts'

/** The system was short of something; the same start may work a moment later. */
const TRANSIENT = new Set(['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'ENOSPC', 'EDQUOT'])

/**
 * Starts a run: port, log files, environment, marker, spawn. Resolves when the child has ended, at once if there is none.
 *
 * @param port what the process is to listen on
 * @param at now, epoch ms
 */
export function launch(
  managed: Managed,
  run: number,
  source: LogSource,
  inherited: Record<string, string>,
  port: number | null,
  at: number,
): Promise<void> {
  const { config, id } = managed.process
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) => {
      const message = `could not be started: ${describe(error, config.program)}`
      managed.dispatch({ type: 'spawn-failed', run, message, transient: TRANSIENT.has(error.code ?? '') })
      resolve()
    }
    try {
      for (const log of [source.logFile, source.errorFile]) refuseLink(log, dirname(source.indexFile))
      const logs = openLogs(source)
      const logStart = { stdout: logEnd(source.logFile), stderr: logEnd(source.errorFile) }
      const env = {
        ...withoutInstance(inherited),
        ...(port !== null && { PORT: String(port) }),
        ...config.env,
        ...instanceEnvironment(config),
        [MARKER]: markerOf(id, run),
      }
      const { program, args, cwd, ipc } = config
      const child = spawnChild(
        {
          program,
          args,
          cwd,
          env: config.memoryEvidence ? evidenceEnvironment(env) : env,
          stdout: logs.stdout,
          stderr: logs.stderr,
          ipc,
        },
        {
          failed,
          exited(code, signal) {
            managed.channel = null
            resolve()
            managed.dispatch({ type: 'exited', run, code, signal })
          },
          message: (message) => receive(managed, run, message),
        },
      )
      logs.close()
      if (!child) return
      const { pid, channel } = child
      managed.channel = channel
      managed.metrics = {}
      managed.spawnedRun = run
      // Until its parent has been told of the end even a dead child keeps its entry.
      const identity = identityOf(readEntry(pid) ?? { pid, startTime: 0 })
      managed.dispatch({ type: 'spawned', run, identity, logStart, port, at })
    } catch (error) {
      failed(error as NodeJS.ErrnoException)
    }
  })
}

function describe(error: NodeJS.ErrnoException, program: string): string {
  switch (error.code) {
    case 'ENOENT':
      return `\`${program}\` or the program that its first line names does not exist`
    case 'EACCES':
      return `\`${program}\` may not be executed`
    case 'ENOEXEC':
      return `\`${program}\` is no program and has no \`#!\` line; set \`interpreter\``
    case 'EAGAIN':
      return 'the system allows no more processes'
    default:
      return error.message
  }
}
