import { spawnSync } from 'node:child_process'

/** Longest time in ms for a program of the init system. A service may take as long to start. */
const TIMEOUT = 120_000

export interface Ran {
  ok: boolean
  /** stdout. */
  output: string
  /** The last line of stderr, or why it could not be run; empty if there is none. */
  problem: string
}

/** Runs a program to its end. It asks nobody for a password. */
export function run(program: string, args: string[], env: NodeJS.ProcessEnv = process.env): Ran {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    env: { ...env, LC_ALL: 'C', SYSTEMD_PAGER: '', SYSTEMD_COLORS: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: TIMEOUT,
  })
  if (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return { ok: false, output: '', problem: isMissing ? `${program} is not installed` : error.message }
  }
  const problem = stderr.trim().split('\n').at(-1) ?? ''
  return { ok: status === 0, output: stdout, problem: problem || (status === 0 ? '' : `${program} failed`) }
}
