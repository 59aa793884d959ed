import { spawn } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import { readActivity } from '../../../src/system/process/activity.ts'
import { HAS_PROC } from '../../../src/system/process/proc.ts'
import { until } from '../../helpers/until.ts'

const pids: number[] = []
afterEach(() => {
  for (const pid of pids.splice(0)) {
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {}
  }
})

function run(script: string): number {
  const { pid = 0 } = spawn('sh', ['-c', script], { detached: true, stdio: 'ignore' })
  pids.push(pid)
  return pid
}

describe.skipIf(!HAS_PROC)('the activity of a tree', () => {
  it('is busy while a descendant runs, and counts its time', async () => {
    const pid = run('sh -c "while :; do :; done"; true')
    await until(() => readActivity(pid, 0)?.isBusy, { what: 'a busy tree' })
    await until(() => (readActivity(pid, 0)?.cpu ?? 0) >= 100, { what: 'processor time' })
    expect(readActivity(pid, 5)?.at).toBe(5)
  })

  it('counts the time of children that have ended', async () => {
    const pid = run('perl -e "1 while times() < 0.2"; exec sleep 1000')
    await until(() => (readActivity(pid, 0)?.cpu ?? 0) >= 200, { what: 'the time of a child' })
    await until(() => readActivity(pid, 0)?.isBusy === false, { what: 'an idle tree' })
    expect(readActivity(pid, 0)?.cpu).toBeGreaterThanOrEqual(200)
  })

  it('tells whether a descendant listens', async () => {
    const listen =
      'use IO::Socket::INET; my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => q(127.0.0.1)); sleep 1000'
    const pid = run(`perl -e '${listen}'; true`)
    await until(() => readActivity(pid, 0)?.listens(), { what: 'a tree that listens' })
    expect(readActivity(run('exec sleep 1000'), 0)?.listens()).toBe(false)
  })

  it('of a process that is gone is no rest', () => {
    expect(readActivity(2 ** 30, 0)).toMatchObject({ isBusy: true, cpu: 0 })
  })
})
