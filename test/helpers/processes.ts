import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Whether a process lives. A zombie is dead: where pid 1 reaps slowly, `kill(pid, 0)` calls it alive. */
export function alive(pid: number | null | undefined): boolean {
  const state = pid ? stat(pid)?.state : undefined
  return state !== undefined && state !== 'Z' && state !== 'X'
}

/** Whether a process is stopped by a signal. */
export function isStopped(pid: number): boolean {
  return stat(pid)?.state === 'T'
}

function pids(): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
}

/** What was there before any test began has nothing to do with one, and there is much of it to look at. */
const older = new Set(pids())

/** Pids of every living process that has begun since the tests have. */
export function livingPids(): number[] {
  const present = new Set(pids())
  // Somebody else may get the pid of one that is gone.
  for (const pid of older) if (!present.has(pid)) older.delete(pid)
  return [...present].filter((pid) => !older.has(pid) && alive(pid))
}

/** Children of `parent` that have ended and were never reaped. */
export function zombiesOf(parent: number): number[] {
  return pids().filter((pid) => {
    const found = stat(pid)
    return found?.parent === parent && found.state === 'Z'
  })
}

/** Pids of all that a process has started and that still lives, and of what that has started. */
export function childrenOf(parent: number): number[] {
  const parents = livingPids().map((pid): [number, number | undefined] => [pid, parentOf(pid)])
  const below = (of: number): number[] =>
    parents.filter(([, each]) => each === of).flatMap(([pid]) => [pid, ...below(pid)])
  return below(parent)
}

/** Living processes whose environment contains this text, such as `NAME=value`. */
export function withEnvironment(text: string): number[] {
  return livingPids().filter((pid) => read(`/proc/${pid}/environ`).includes(text))
}

/** Living processes that belong to a folder: by working directory, environment, command line or an open stdout/stderr. */
export function processesOf(folder: string): number[] {
  const inside = (path: string) => path === folder || path.startsWith(`${folder}/`)
  return livingPids().filter((pid) => {
    if (pid === process.pid) return false
    if ([link(pid, 'cwd'), link(pid, 'fd/1'), link(pid, 'fd/2')].some(inside)) return true
    return read(`/proc/${pid}/environ`).includes(folder) || read(`/proc/${pid}/cmdline`).includes(folder)
  })
}

function stat(pid: number): { state: string; parent: number } | undefined {
  const text = read(`/proc/${pid}/stat`)
  // The command name stands in parentheses and may itself contain any character.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return text ? { state: fields[0] ?? '', parent: Number(fields[1]) } : undefined
}

/** Pid of the parent; undefined once the process is gone. */
export function parentOf(pid: number): number | undefined {
  return stat(pid)?.parent
}

/** Content of a file under `/proc`; empty once its process is gone. */
export function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

function link(pid: number, name: string): string {
  try {
    return readlinkSync(`/proc/${pid}/${name}`)
  } catch {
    return ''
  }
}
