import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { followLogs, followLogsIterator } from '../../src/logs/reading/follow.ts'
import { LogIndexer } from '../../src/logs/timestamps/index-writer.ts'
import type { LogSource } from '../../src/model/views/logs.ts'
import { followHistory } from '../../src/storage/history.ts'
import { logSource } from '../helpers/log-source.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'
import { until } from '../helpers/until.ts'

let temp: TempFolder
let source: LogSource
beforeEach(() => {
  temp = tempFolder()
  source = logSource(temp.path)
  appendFileSync(source.logFile, 'one\n')
  appendFileSync(source.eventsFile, '{"time":1,"name":"web","type":"start","run":1,"message":""}\n')
})
afterEach(() => temp.remove())

/** Descriptors of this program, and what its inotify instances watch. */
function held(): { descriptors: number; watches: number } {
  const open = readdirSync('/proc/self/fd')
  const watches = open.reduce((sum, fd) => sum + watchesOf(fd), 0)
  return { descriptors: open.length, watches }
}

function watchesOf(fd: string): number {
  try {
    return readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').split('\ninotify ').length - 1
  } catch {
    // The listing's own descriptor.
    return 0
  }
}

/** `act` many times over holds in the end no more than once. */
async function expectNothingLeft(act: () => unknown): Promise<void> {
  await act()
  await sleep(0)
  const before = held()
  for (let i = 0; i < 200; i++) await act()
  await until(() => held().descriptors <= before.descriptors && held().watches <= before.watches, {
    what: `${JSON.stringify(before)} to be held again`,
  })
}

describe.skipIf(process.platform !== 'linux')('two hundred short-lived readers', () => {
  it('leave no open file or watch as followers, even if they end before they begin', async () => {
    await expectNothingLeft(async () => {
      const following = followLogs([source], { lines: 1 }, () => {})
      await following.ready
      following.dispose()
      followLogs([source], {}, () => {}).dispose()
    })
  })

  it('leave none as iterators of lines and events', async () => {
    await expectNothingLeft(async () => {
      for await (const { message } of followLogsIterator([source], { lines: 1 })) {
        expect(message).toBe('one')
        break
      }
      const end = new AbortController()
      for await (const { name } of followHistory(source.eventsFile, {}, end.signal)) {
        expect(name).toBe('web')
        end.abort()
      }
    })
  })

  it("leave none as watchers of a run's logs", async () => {
    const indexer = new LogIndexer()
    await expectNothingLeft(async () => {
      indexer.watch(source)
      appendFileSync(source.logFile, 'more\n')
      // In the middle of what the growth has set off.
      await sleep(1)
      indexer.unwatch(source.name)
    })
    indexer.close()
  })
})
