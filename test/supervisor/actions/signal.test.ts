import { afterEach, describe, expect, it } from 'vitest'
import type { Identity } from '../../../src/model/lifecycle/identity.ts'
import { signal } from '../../../src/supervisor/actions/signal.ts'
import { identify } from '../../../src/system/process/identity.ts'
import { alive } from '../../helpers/processes.ts'
import { endSpawned, spawnFixture } from '../../helpers/spawned.ts'
import { until } from '../../helpers/until.ts'
import { live, managedProcess, running } from '../../model/processes.ts'
import { testSupervisor } from '../supervisor.ts'

afterEach(endSpawned)

async function send(leader: Identity | null, tree: boolean) {
  const { context, events } = testSupervisor()
  context.registry.add(
    leader ? running({ phase: { type: 'running', live: live({ leader }), rebuilt: false } }) : managedProcess(),
  )
  const [outcome] = await signal(context, { all: true, signal: 'SIGKILL', tree })
  return { outcome, told: events.map((event) => event.signal) }
}

describe.each([
  ['a leader', false],
  ['a tree', true],
])('a signal for %s', (_, tree) => {
  it('reaches the very process that was started', async () => {
    const { pid } = spawnFixture('sleeper')
    const { outcome, told } = await send(identify(pid) ?? null, tree)
    expect(outcome).toMatchObject({ result: 'signalled', message: tree ? 'SIGKILL sent to 1 process' : 'SIGKILL sent' })
    expect(told).toEqual(['SIGKILL'])
    await until(() => !alive(pid), { what: 'its end' })
  })

  it('does not reach what has its pid now', async () => {
    const { pid, stdout } = spawnFixture('sleeper')
    await until(() => stdout().includes('sleeper'))
    const identity = { ...(identify(pid) ?? { pid, bootId: '' }), startTime: 1 }
    for (const stale of [identity, { ...identity, bootId: 'an earlier boot' }, null]) {
      const { outcome, told } = await send(stale, tree)
      expect(outcome).toMatchObject({ result: 'failed', code: 'not-running', message: 'not running' })
      expect(told).toEqual([])
    }
    expect(alive(pid)).toBe(true)
  })
})
