import { describe, expect, it } from 'vitest'
import type { CommandContext } from '../../../../commands/shared/command.ts'
import { type Followed, follow } from '../../../../commands/shared/progress/follow.ts'
import type { Outcome, ProcessEvent, ProcessManager, ProcessState } from '../../../../src/index.ts'
import { until } from '../../../helpers/until.ts'
import { processState } from '../../states.ts'

const outcomes: Outcome[] = [{ name: 'web', ok: true, result: 'stopped', message: 'stopped', warnings: [] }]
const stream = { isTTY: false, columns: 80, rows: 24, write: () => true }
const context = {
  environment: { stdout: stream, stderr: stream, env: {}, now: Date.now, signal: new AbortController().signal },
} as unknown as CommandContext

/** A supervisor of one process, and how often it was asked for it. */
function supervised() {
  const heard: ProcessEvent[] = []
  let wake = () => {}
  const asked = {
    state: processState() as ProcessState,
    looks: 0,
    tell(state: ProcessState) {
      asked.state = state
      heard.push({ time: 0, name: 'web', type: 'stop', run: 1, message: '' })
      wake()
    },
  }
  async function* events() {
    for (;;) {
      const event = heard.shift()
      if (event) yield event
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  const list = async () => {
    asked.looks++
    return [asked.state]
  }
  // A generator that waits would not return before there is news.
  const listening = () => {
    const generator = events()
    return Object.assign(generator, { return: async () => ({ done: true, value: undefined }) as const })
  }
  return { asked, manager: { list, events: listening } as unknown as ProcessManager }
}

function following(manager: ProcessManager, onDone: Followed['onDone'] = () => {}): Followed {
  return { manager, doing: 'Stopping web', actionOf: () => 'stop', onDone }
}

describe('following a request', () => {
  it('polls only once, before the request, if the answer comes at once', async () => {
    const { asked, manager } = supervised()
    const { outcomes: answered, took } = await follow(context, following(manager), async () => outcomes)
    expect(answered).toEqual(outcomes)
    expect([...took.keys()]).toEqual(['web'])
    expect(asked.looks).toBe(1)
  })

  it('does not ask for what the command has asked for already', async () => {
    const { asked, manager } = supervised()
    const followed = { ...following(manager), before: Promise.resolve([processState()]) }
    const { took } = await follow(context, followed, async () => outcomes)
    expect([...took.keys()]).toEqual(['web'])
    expect(asked.looks).toBe(0)
  })

  it('polls again after an event, and reports finished processes before the answer comes', async () => {
    const { asked, manager } = supervised()
    const done: string[] = []
    let answer = (_: Outcome[]) => {}
    const followed = following(manager, ({ text }) => done.push(text))
    const result = follow(context, followed, () => new Promise<Outcome[]>((resolve) => (answer = resolve)))
    await until(() => asked.looks === 1)
    asked.tell(processState({ status: 'stopped', pid: null }))
    await until(() => done.length > 0)
    expect(done).toEqual(['stopped'])
    expect(asked.looks).toBe(2)
    answer(outcomes)
    expect((await result).outcomes).toEqual(outcomes)
  })
})
