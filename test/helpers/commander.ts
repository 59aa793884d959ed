import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Finished } from './running.ts'
import { cleanEnvironment, finishedWith } from './running.ts'
import { executable } from './runtimes.ts'

interface Commander {
  child: ChildProcess
  output: { stdout: string; stderr: string }
}

const store: { idleCommanders?: Commander[] } = globalThis as object
/** Those that have nothing to do: as many as commands once ran at the same time, also those of other test files before. */
store.idleCommanders ??= []
const idle = store.idleCommanders
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
  hold(commander, true)
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
  hold(commander, false)
}

/** One that has nothing to do does not keep the tests' own process from its end, which ends it: nobody can tell it more. */
function hold({ child }: Commander, isBusy: boolean): void {
  const act = isBusy ? 'ref' : 'unref'
  child[act]()
  // Pipes are sockets, though their types do not say so; on Bun one to write to is none, and holds nothing.
  for (const pipe of [child.stdin, child.stdout, child.stderr] as Partial<Socket>[]) pipe[act]?.()
}
