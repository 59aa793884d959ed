import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Finished } from './running.ts'
import { cleanEnvironment, finishedWith } from './running.ts'
import { executable } from './runtimes.ts'

/** ms without a command after which its process ends. */
const IDLE = 5000

interface Commander {
  child: ChildProcess
  output: { stdout: string; stderr: string }
  idle?: NodeJS.Timeout
}

/** Those that have nothing to do: as many as commands once ran at the same time. */
const idle: Commander[] = []
let count = 0

/**
 * `tuix-ps ARGS` in a process that has run such commands before: only the first one costs the start of a runtime. It has
 * the environment, folder, streams and exit code of a command of its own, but is none: it has no pid and takes no signals.
 */
export async function command(
  argv: string[],
  options: { cwd: string; env?: Record<string, string | undefined> | undefined; timeoutMs?: number | undefined },
): Promise<Finished> {
  const { cwd, env, timeoutMs = 45_000 } = options
  const commander = idle.pop() ?? launch()
  clearTimeout(commander.idle)
  const { child, output } = commander
  const mark = `\0${process.pid}-${++count}\0`
  child.stdin?.write(`${JSON.stringify({ argv, cwd, env: cleanEnvironment(cwd, env), mark })}\n`)
  const code = await ended(commander, mark, timeoutMs)
  const [stdout = ''] = output.stdout.split(mark)
  const [stderr = ''] = output.stderr.split(mark)
  output.stdout = output.stderr = ''
  if (code !== null) rest(commander)
  return finishedWith({ code, signal: code === null ? 'SIGKILL' : null, stdout, stderr }, argv)
}

/** Resolves with the exit code once the streams of a command are over; null: it had to be killed, or has ended by itself. */
function ended({ child, output }: Commander, mark: string, timeoutMs: number): Promise<number | null> {
  return new Promise((resolve) => {
    const kill = () => {
      output.stderr += `\n[killed after ${timeoutMs} ms]\n`
      child.kill('SIGKILL')
    }
    const timer = setTimeout(kill, timeoutMs)
    const done = (code: number | null) => {
      clearTimeout(timer)
      child.stdout?.off('data', look)
      child.stderr?.off('data', look)
      child.off('close', gone)
      resolve(code)
    }
    const look = () => {
      const code = new RegExp(`${mark}(\\d+)\\n$`).exec(output.stdout)?.[1]
      if (code !== undefined && output.stderr.endsWith(mark)) done(Number(code))
    }
    const gone = () => done(null)
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    child.once('close', gone)
  })
}

function launch(): Commander {
  // Not in a project: a project's end is the end of all that runs in it.
  const cwd = '/'
  const child = spawn(executable(), [fileURLToPath(new URL('commander.mjs', import.meta.url))], {
    cwd,
    env: cleanEnvironment(cwd),
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      output[name] += chunk
    })
  }
  return { child, output }
}

function rest(commander: Commander): void {
  idle.push(commander)
  commander.idle = setTimeout(() => {
    idle.splice(idle.indexOf(commander), 1)
    commander.child.stdin?.end()
  }, IDLE)
}
