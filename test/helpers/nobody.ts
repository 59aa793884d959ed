import type { Project } from './project.ts'
import { type Finished, run } from './running.ts'
import { executable, REPOSITORY } from './runtimes.ts'

/** The user `nobody`. */
export const NOBODY = 65_534

export const isRoot = process.getuid?.() === 0

/** `tuix-ps ARGS` of the user `nobody`, whom the project must let in. Only root can do that. */
export function psAsNobody(project: Project, ...args: string[]): Promise<Finished> {
  const words = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups', executable()]
  return run([...words, `${REPOSITORY}/dist/tuix-ps.js`, ...args], { cwd: project.path, program: 'setpriv' }).finished
}
