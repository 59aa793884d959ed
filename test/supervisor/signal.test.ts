import { afterEach, describe, expect, it } from 'vitest'
import type { Identity } from '../../src/model/process.ts'
import type { ActionParts } from '../../src/supervisor/actions/parts.ts'
import { signal } from '../../src/supervisor/actions/signal.ts'
import type { Managed } from '../../src/supervisor/managed.ts'
import { identify } from '../../src/system/identity.ts'
import { alive } from '../helpers/processes.ts'
import { endSpawned, spawnFixture } from '../helpers/spawned.ts'
import { until } from '../helpers/until.ts'
import { managedProcess } from '../model/processes.ts'

afterEach(endSpawned)

async function send(identity: Identity | null, tree: boolean) {
  const told: string[] = []
  const parts = {
    outcome: async (_: Managed, result: object) => ({ name: 'web', warnings: [], ...result }),
    signalled: (_: Managed, name: string) => void told.push(name),
    targetOf: () => ({ id: 'none', leader: identity, known: [], logs: [] }),
  } as unknown as ActionParts
  const managed = { process: managedProcess({ status: 'running', wanted: 'up', identity }) } as Managed
  return { outcome: await signal(parts, managed, { signal: 'SIGKILL', tree }), told }
}

describe.each([
  ['a leader', false],
  ['a tree', true],
])('a signal for %s', (_, tree) => {
  it('reaches the very process that was started', async () => {
    const { pid } = spawnFixture('sleeper')
    const { outcome, told } = await send(identify(pid) ?? null, tree)
    expect(outcome).toMatchObject({ ok: true, message: tree ? 'SIGKILL sent to 1 process' : 'SIGKILL sent' })
    expect(told).toEqual(['SIGKILL'])
    await until(() => !alive(pid), { what: 'its end' })
  })

  it('does not reach what has its pid now', async () => {
    const { pid, stdout } = spawnFixture('sleeper')
    await until(() => stdout().includes('sleeper'))
    const identity = { ...(identify(pid) ?? { pid, bootId: '' }), startTime: 1 }
    for (const stale of [identity, { ...identity, bootId: 'an earlier boot' }, null]) {
      const { outcome, told } = await send(stale, tree)
      expect(outcome).toMatchObject({ ok: false, code: 'not-running', message: 'not running' })
      expect(told).toEqual([])
    }
    expect(alive(pid)).toBe(true)
  })
})
