import { readFileSync, statSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readAlerts } from '../../../src/storage/alerts.ts'
import { Journal } from '../../../src/storage/journal.ts'
import { pathsOf } from '../../../src/storage/paths.ts'
import { AlertService } from '../../../src/supervisor/alerts/alert-service.ts'
import { EventBus } from '../../../src/supervisor/event-bus.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { Sweeper } from '../../../src/system/process/sweep.ts'
import { Receiver } from '../../helpers/receiver.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'
import { VirtualClock } from '../virtual-clock.ts'

let temp: TempFolder
let receiver: Receiver
let events: EventBus
beforeEach(async () => {
  temp = tempFolder()
  receiver = await Receiver.open()
  events = new EventBus(new Journal(pathsOf(temp.path).events), systemClock)
})
afterEach(() => {
  receiver.close()
  temp.remove()
})

/** The service of a supervisor whose time stands still. It is killed by hearing nothing any more. */
function service(): AlertService {
  const options = {
    tuixDir: temp.path,
    home: { isHere: () => true },
    clock: new VirtualClock(),
    processes: { find: () => undefined, snapshot: () => [] },
    events,
    activity: { requests() {} },
    sweeper: new Sweeper(),
    folderHash: 'f00d',
    environment: {},
  }
  return new AlertService(options as never, readAlerts(temp.path))
}

function crash(name: string, run: number): void {
  const cause = { type: 'exited', code: 1, signal: null, lasted: 5 } as const
  events.emit({ name, run, type: 'crash', cause, exitCode: 1, signal: null })
}

const outbox = () => readAlerts(temp.path)?.outbox.map(({ id }) => id)
const rules = (to: { webhook: string }) => [
  { on: ['crash' as const], processes: null, to, after: 0, repeat: null, resolve: true },
]

it('the next supervisor hears what was in the journal and not heard, and nothing twice', async () => {
  const first = service()
  first.set({ rules: rules({ webhook: receiver.url('/') }) })
  const kill = events.listen((event) => first.heard(event))
  crash('web', 1)
  await until(() => outbox()?.length === 0 && receiver.received.length === 1, { what: 'the first message' })
  // Counted, and not written yet.
  crash('web', 2)
  kill()
  crash('db', 1)
  const { dev, ino, size } = statSync(pathsOf(temp.path).events)
  const second = service()
  await second.restore({ id: `${dev}:${ino}`, offset: size })
  await until(() => receiver.received.length === 2, { what: 'what the first one has not heard' })
  expect(second.info().open.map(({ process, count }) => [process, count])).toEqual([
    ['web', 2],
    ['db', 1],
  ])
  expect(receiver.received.map(({ body }) => body.process)).toEqual(['web', 'db'])
  second.close()
  first.close()
})

it('a message is on disk before it is sent, and struck out after the answer', async () => {
  const found: unknown[] = []
  receiver.onReceived = ({ body }) => found.push([body.id, outbox()])
  const one = service()
  one.set({ rules: rules({ webhook: receiver.url('/') }) })
  events.listen((event) => one.heard(event))
  crash('web', 1)
  await until(() => found.length === 1, { what: 'the message' })
  const [{ body }] = receiver.received as [Receiver['received'][number]]
  expect(found).toEqual([[body.id, [body.id]]])
  await until(() => outbox()?.length === 0, { what: 'the stroke' })
  expect(statSync(pathsOf(temp.path).alerts).mode & 0o777).toBe(0o600)
  expect(readFileSync(pathsOf(temp.path).alerts, 'utf8')).toContain(receiver.url('/'))
  one.close()
})
