import { afterEach, describe, expect, it } from 'vitest'
import { MARKER, type Target } from '../../../src/model/tree/members.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { identify } from '../../../src/system/process/identity.ts'
import { killTree } from '../../../src/system/process/kill-tree.ts'
import { continueTree, pauseTree } from '../../../src/system/process/signal-tree.ts'
import { Sweeper } from '../../../src/system/process/sweep.ts'
import { isStopped } from '../../helpers/processes.ts'
import { endSpawned, type Spawned, spawnFixture } from '../../helpers/spawned.ts'
import { until } from '../../helpers/until.ts'

afterEach(endSpawned)

async function started(name: string, word: string): Promise<{ one: Spawned; target: Target }> {
  const id = `test:${name}:${process.pid}`
  const one = spawnFixture(name, [], { [MARKER]: `${id}/1` })
  await until(() => one.stdout().includes(word), { what: name })
  return { one, target: { id, leader: identify(one.pid) ?? null, known: [], logs: [] } }
}

const family = async () => {
  const { one, target } = await started('family', 'complete')
  return { target, pids: [...one.stdout().matchAll(/^\w+ (\d+)$/gm)].map(([, pid]) => Number(pid)) }
}

describe('a tree', () => {
  it('is stopped whole, orphans and members in other sessions too, and goes on', async () => {
    const { target, pids } = await family()
    expect(pids).toHaveLength(5)
    await pauseTree(target, new Sweeper(), () => true)
    await until(() => pids.every(isStopped), { what: 'a tree that rests' })
    continueTree(target)
    await until(() => !pids.some(isStopped), { what: 'a tree that goes on' })
  })

  it('is not stopped any more where something else was ordered meanwhile', async () => {
    const { target, pids } = await family()
    let asked = 0
    await pauseTree(target, new Sweeper(), () => ++asked === 0)
    expect(asked).toBe(1)
    expect(pids.filter(isStopped)).toEqual([])
  })

  it('that is stopped handles the signal that ends it at once', async () => {
    const { one, target } = await started('farewell', 'up')
    await pauseTree(target, new Sweeper(), () => true)
    await until(() => isStopped(one.pid), { what: 'a process that rests' })
    const ended = new Promise<void>((resolve) => one.child.on('exit', () => resolve()))
    const request = { target, signal: 'SIGTERM', timeout: 60_000, ended } as const
    expect(await killTree(request, new Sweeper(), systemClock)).toEqual([])
    await until(() => /^asked \d+\ngone \d+$/m.test(one.stdout()), { what: 'its last words' })
  })
})
