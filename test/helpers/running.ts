import { type ChildProcess, spawn } from 'node:child_process'
import { executable, pathWithRuntimes, type Runtime } from './runtimes.ts'

export interface RunOptions {
  cwd: string
  runtime?: Runtime | undefined
  /** Runs this program instead of a runtime. */
  program?: string | undefined
  /** Added to the clean environment; `undefined` takes a variable away. */
  env?: Record<string, string | undefined> | undefined
  /** Milliseconds until SIGKILL, so that a command that hangs fails its test with its output. */
  timeoutMs?: number | undefined
  /** Whether it leads a process group of its own, as a command typed into a shell does. */
  detached?: boolean | undefined
}

export interface Finished {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  /** stdout parsed; the failure shows both streams. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect and fail where it is not so.
  json(): any
}

export interface Running {
  pid: number
  /** What it has printed so far. */
  stdout(): string
  stderr(): string
  kill(signal: NodeJS.Signals): void
  finished: Promise<Finished>
}

/** Starts a script on a runtime, or a program, with a clean environment, its output collected. */
export function run(args: string[], options: RunOptions): Running {
  const child = spawn(options.program ?? executable(options.runtime), args, {
    cwd: options.cwd,
    env: cleanEnvironment(options.cwd, options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: options.detached ?? false,
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      output[name] += chunk
    })
  }
  if (child.pid === undefined) throw new Error(`${args.join(' ')} did not start`)
  return {
    pid: child.pid,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    kill: (signal) => child.kill(signal),
    finished: finish(child, output, args, options.timeoutMs ?? 45_000),
  }
}

function finish(
  child: ChildProcess,
  output: { stdout: string; stderr: string },
  args: string[],
  timeoutMs: number,
): Promise<Finished> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      output.stderr += `\n[killed after ${timeoutMs} ms: ${args.join(' ')}]\n`
      child.kill('SIGKILL')
    }, timeoutMs)
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      resolve(finishedWith({ code, signal, ...output }, args))
    })
  })
}

export function finishedWith(result: Omit<Finished, 'json'>, args: string[]): Finished {
  return { ...result, json: () => parse(result, args) }
}

function parse({ stdout, stderr }: { stdout: string; stderr: string }, args: string[]): unknown {
  try {
    return JSON.parse(stdout)
  } catch (cause) {
    throw new Error(`${args.join(' ')} printed no JSON.\nstdout: ${stdout}\nstderr: ${stderr}`, { cause })
  }
}

/** Nothing of the tests' own environment but where programs are; HOME is the project, which marks all that it starts. */
export function cleanEnvironment(cwd: string, extra: RunOptions['env'] = {}): Record<string, string> {
  const environment = { PATH: pathWithRuntimes(), HOME: cwd, LANG: 'C.UTF-8', ...extra }
  return Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => !!entry[1]))
}
