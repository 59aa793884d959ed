import type { EndedSupervisor, ProcessManager, ProcessState } from '../../src/index.ts'
import { type CommandContext, EXIT } from '../command.ts'
import { reportOutcomes } from '../outcomes.ts'
import { withProgress } from '../progress.ts'
import { openManager } from '../session.ts'

/** Ends the supervisor; its processes run on unless `--all` stops them first. */
export async function stopSupervisor(context: CommandContext): Promise<number> {
  const { flags } = context
  const manager = await openManager(context)
  try {
    if (flags.all) {
      const outcomes = await withProgress(context, 'Stopping all processes', () =>
        manager.execute('stop', { all: true }),
      )
      const failed = outcomes.some(({ ok }) => !ok)
      if (!flags.json || failed) reportOutcomes(context, outcomes, { nothing: 'no processes to stop' })
      if (failed) {
        context.note('the supervisor goes on, since not everything has stopped')
        return EXIT.failed
      }
    }
    // Asking for the processes would bring a supervisor.
    const left = (await manager.supervisor()) ? await runningIn(manager) : []
    const ended = await withProgress(context, 'Ending the supervisor', () => manager.endSupervisor())
    report(context, { ended: ended && brief(ended), running: left.map(({ name }) => name) }, () =>
      [endedText(ended), leftText(left, 'unsupervised; the next command takes them over')].filter(Boolean).join('\n'),
    )
    return EXIT.done
  } finally {
    await manager.close()
  }
}

/** Replaces the supervisor by a new daemon, on the runtime and with the environment of this command. */
export async function restartSupervisor(context: CommandContext): Promise<number> {
  const manager = await openManager(context)
  try {
    const { ended, started } = await withProgress(context, 'Replacing the supervisor', () =>
      manager.restartSupervisor(),
    )
    const left = await runningIn(manager)
    const running = left.map(({ name }) => name)
    report(context, { ended: ended && brief(ended), started: brief(started), running }, () =>
      [
        ended ? endedText(ended) : 'no supervisor was running',
        `supervisor started (pid ${started.identity.pid}, ${started.runtime}, version ${started.version})`,
        leftText(left, 'with the same pids'),
      ]
        .filter(Boolean)
        .join('\n'),
    )
    return EXIT.done
  } finally {
    await manager.close()
  }
}

async function runningIn(manager: ProcessManager): Promise<ProcessState[]> {
  return (await manager.list()).filter(({ pid }) => pid !== null)
}

function brief({ identity, ...rest }: { identity: { pid: number }; killed?: boolean; version: string; mode: string }) {
  const { version, mode, killed } = rest
  return { pid: identity.pid, version, mode, ...(killed !== undefined && { killed }) }
}

function endedText(ended: EndedSupervisor | null): string {
  if (!ended) return 'no supervisor is running'
  const how = ended.killed ? ', killed since it did not answer' : ''
  return `supervisor ended (pid ${ended.identity.pid}${how})`
}

function leftText(left: ProcessState[], how: string): string {
  if (left.length === 0) return ''
  const names = left.map(({ name }) => name).join(', ')
  return `${left.length} ${left.length === 1 ? 'process keeps' : 'processes keep'} running ${how}: ${names}`
}

function report({ flags, print }: CommandContext, facts: object, text: () => string): void {
  print(flags.json ? JSON.stringify(facts, null, 2) : text())
}
