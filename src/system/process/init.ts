import { type ChildProcess, spawn, spawnSync } from 'node:child_process'

/**
 * A POSIX shell as init: it reaps orphans while it waits, passes signals on, and exits with the exit code of its command.
 * A signal interrupts `wait`, so the loop ends only when the command can no longer be signalled.
 */
const SHELL = [
  'for name in TERM INT HUP; do trap "kill -$name \\$child" $name; done',
  '"$@" <&0 &',
  'child=$!',
  'while :; do wait $child; code=$?; kill -0 $child 2>/dev/null || exit $code; done',
].join('\n')

/**
 * `prctl(PR_SET_CHILD_SUBREAPER, 1)` (prctl(2)): orphaned descendants become children of the caller, also after an
 * exec.
 */
const SUBREAPER = 36
const PRCTL: Partial<Record<NodeJS.Architecture, number>> = { x64: 157, arm64: 167 }

/**
 * Command lines that run a command below an init, in order of preference. Another program is needed because neither runtime
 * reaps children that it did not start, can become a subreaper, or (Node 20) can replace itself by a shell.
 */
function initCommands(command: string[]): [program: string, ...args: string[]][] {
  const shell = ['/bin/sh', '-c', SHELL, 'sh', ...command]
  const call = PRCTL[process.arch]
  const perl = `syscall(${call}, ${SUBREAPER}, 1, 0, 0, 0) == 0 or exit 126; exec @ARGV`
  const python = `import ctypes, os, sys; ctypes.CDLL(None).prctl(${SUBREAPER}, 1, 0, 0, 0); os.execv(sys.argv[1], sys.argv[1:])`
  return [
    ['tini', '-s', '--', ...command],
    ...(call === undefined ? [] : [['perl', '-e', perl, ...shell] as [string, ...string[]]]),
    ['python3', '-c', python, ...shell],
  ]
}

/**
 * Runs a command below an init that reaps orphans; undefined if no program on this machine can be one.
 *
 * @param env environment of the command
 */
export function spawnUnderInit(command: string[], env: NodeJS.ProcessEnv): ChildProcess | undefined {
  for (const [program, ...args] of initCommands(command)) {
    if (!isAvailable(program, env)) continue
    return spawn(program, args, { stdio: 'inherit', env })
  }
  return undefined
}

function isAvailable(program: string, env: NodeJS.ProcessEnv): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore', env }).status === 0
}
