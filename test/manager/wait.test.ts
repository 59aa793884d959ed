import { expect, it } from 'vitest'
import type { ProcessEvent, ProcessState } from '../../src/index.ts'
import { waitForCondition } from '../../src/manager/wait.ts'

it('a wait leaves nothing behind with each look, so that Node warns of no leak', async () => {
  let looks = 0
  let listeners = 0
  const look = async () => {
    looks += 1
    return { status: looks < 20 ? 'starting' : 'running', health: null, wanted: 'up' } as ProcessState
  }
  async function* events(signal: AbortSignal): AsyncGenerator<ProcessEvent> {
    const add = signal.addEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1
      add(...args)
    }
    while (!signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, 1))
      yield { name: 'web' } as ProcessEvent
    }
  }
  expect(await waitForCondition('web', 'healthy', { look, events })).toMatchObject({ status: 'running' })
  expect({ looks, listeners }).toEqual({ looks: 20, listeners: 0 })
})

it('a wait for what is no condition is refused, also where no compiler sees it', async () => {
  const view = { look: () => Promise.reject(new Error('asked')), events: async function* () {} }
  await expect(waitForCondition('web', 'up' as 'ready', view)).rejects.toMatchObject({
    code: 'usage',
    message: 'no condition is named `up`; there are ready, healthy, running, stopped, completed',
  })
})
