import type { ProcessManager, ProcessState } from '../../src/index.ts'

/** The command that shows the last report of a process that has crashed. Undefined: it has not, or nothing was recorded. */
export async function crashHint(
  { name, status, lastExit }: ProcessState,
  manager: ProcessManager,
  program: string,
): Promise<string | undefined> {
  const isDown = status !== 'running' && status !== 'stopped'
  if (!isDown || lastExit === null || lastExit.asked) return undefined
  const [report] = await manager.crashes(name)
  return report && `${program} crashes show ${report.id}`
}
