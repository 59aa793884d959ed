import { type ChildProcess, spawn } from 'node:child_process'
import type { Identity } from '../../src/model/lifecycle/identity.ts'
import { identityOf } from '../../src/system/process/identity.ts'
import { readEntry } from '../../src/system/process/proc.ts'
import type { ProcessEntry } from '../../src/system/process/process-entry.ts'
import { fixture, interpreter } from './children.ts'
import { alive, read, withEnvironment } from './processes.ts'
import { until } from './until.ts'

export interface Spawned {
  child: ChildProcess
  pid: number
  /** What it has printed so far. */
  stdout(): string
}

/** Carried by everything that is started here, and by what that starts. */
const MARK = `SPAWNED_BY_TEST=${process.pid}-`
let count = 0

/** Starts a fixture child on the runtime of the tests as leader of its own group and session; ended by `endSpawned`. */
export function spawnFixture(name: string, args: string[] = [], env: Record<string, string> = {}): Spawned {
  return spawnProgram(interpreter(name), [fixture(name), ...args], env)
}

export function spawnProgram(program: string, args: string[] = [], env: Record<string, string> = {}): Spawned {
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, SPAWNED_BY_TEST: `${process.pid}-${count++}`, ...env },
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  if (child.pid === undefined) throw new Error(`${program} did not start`)
  return { child, pid: child.pid, stdout: () => text }
}

/** A process that is dead and not reaped. */
export async function spawnZombie(): Promise<Identity> {
  // The parent of the first sleep becomes a sleep itself, and no sleep waits for its children.
  const { pid: parent, stdout } = spawnProgram('/bin/sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'])
  const pid = Number(await until(() => stdout().trim(), { what: 'the pid' }))
  await until(() => read(`/proc/${parent}/comm`) === 'sleep\n', { what: 'a parent that does not care' })
  process.kill(pid, 'SIGKILL')
  await until(() => !alive(pid), { what: 'a zombie' })
  return identityOf(readEntry(pid) as ProcessEntry)
}

/** Ends every child with all that it started; call it from `afterEach`. */
export async function endSpawned(): Promise<void> {
  const killAll = () => {
    const pids = withEnvironment(MARK)
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {}
    }
    return pids.length
  }
  await until(() => killAll() === 0, { what: 'the end of the children' })
}
