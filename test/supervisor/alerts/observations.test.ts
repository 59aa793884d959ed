import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import type { ProcessEvent } from '../../../src/model/lifecycle/events.ts'
import { lookAtDisk, OomWatch } from '../../../src/supervisor/alerts/observations.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let temp: TempFolder | undefined
afterEach(() => temp?.remove())

it('a SIGKILL is probably for want of memory if the system has killed something since the start, and nobody here did', () => {
  temp = tempFolder()
  const file = join(temp.path, 'vmstat')
  const kills = (count: number) => writeFileSync(file, `nr_free_pages 5\noom_kill ${count}\n`)
  kills(3)
  const watch = new OomWatch(file)
  const heard = (event: Partial<ProcessEvent>) => watch.heard({ name: 'web', run: 1, ...event } as ProcessEvent)
  const killed = (signal: string | null) =>
    heard({ type: 'crash', cause: { type: 'exited', code: null, signal, lasted: 1 } })
  expect(killed('SIGKILL')).toBe(null)
  kills(4)
  expect(killed('SIGTERM')).toBe(null)
  expect(killed('SIGKILL')).toBe('probably')
  heard({ type: 'start' })
  expect(killed('SIGKILL')).toBe(null)
  kills(5)
  heard({ type: 'signal', signal: 'SIGKILL' })
  expect(killed('SIGKILL')).toBe(null)
  expect(killed('SIGKILL')).toBe('probably')
  const over = (of: 'memory' | 'cpu') =>
    heard({ type: 'crash', cause: { type: 'over-limit', of, used: 2, limit: 1, snapshot: null } })
  expect([over('memory'), over('cpu')]).toEqual(['limit', null])
  expect(new OomWatch('/none').heard({ type: 'start', name: 'web' } as ProcessEvent)).toBe(null)
})

it('a disk is nearly full below 5 % or 500 MB, and has room again a little above', async () => {
  const look = (free: number, blocks: number) =>
    lookAtDisk('/', (async () => ({ bavail: free, blocks, bsize: 1e6 })) as never)
  expect(await look(400, 2000)).toBe('400 MB (20.0 %) are free')
  expect(await look(4000, 100_000)).toBe('4000 MB (4.0 %) are free')
  expect(await look(550, 2000)).toBe(undefined)
  expect(await look(10_000, 100_000)).toBe(null)
  expect(await lookAtDisk('/none')).toBe(undefined)
})
