import { describe, expect, it } from 'vitest'
import { Broadcast, oncePerTurn } from '../../src/supervisor/broadcast.ts'
import { settled } from './virtual-clock.ts'

describe('a broadcast', () => {
  it('passes each item to every listener until the listener is removed', () => {
    const broadcast = new Broadcast<number>()
    const heard: string[] = []
    const end = broadcast.listen((item) => heard.push(`a${item}`))
    broadcast.listen((item) => heard.push(`b${item}`))
    broadcast.emit(1)
    end()
    broadcast.emit(2)
    expect(heard).toEqual(['a1', 'b1', 'b2'])
  })

  it('keeps every item since the call of iterate, even if it is read later', async () => {
    const broadcast = new Broadcast<number>()
    const end = new AbortController()
    const items = broadcast.iterate(end.signal)
    for (const item of [1, 2, 3]) broadcast.emit(item)
    const read: number[] = []
    for await (const item of items) {
      read.push(item)
      if (item === 3) break
    }
    expect(read).toEqual([1, 2, 3])
  })

  it('drops the oldest items of a reader who does not read', async () => {
    const broadcast = new Broadcast<number>()
    const end = new AbortController()
    const items = broadcast.iterate(end.signal)[Symbol.asyncIterator]()
    for (let item = 1; item <= 10_001; item++) broadcast.emit(item)
    expect(await items.next()).toEqual({ done: false, value: 2 })
  })

  it.each(['before it was read', 'while somebody waits', 'before it was asked for'])(
    'ends the iteration when aborted %s',
    async (when) => {
      const broadcast = new Broadcast<number>()
      const end = new AbortController()
      if (when === 'before it was asked for') end.abort()
      const items = broadcast.iterate(end.signal)[Symbol.asyncIterator]()
      const waiting = when === 'while somebody waits' ? items.next() : undefined
      end.abort()
      expect(await (waiting ?? items.next())).toMatchObject({ done: true })
    },
  )
})

describe('oncePerTurn', () => {
  it('runs its action once for all calls of one turn of the event loop, and again in a later turn', async () => {
    let runs = 0
    const act = oncePerTurn(() => runs++)
    for (let call = 0; call < 100; call++) act()
    expect(runs).toBe(0)
    await settled()
    expect(runs).toBe(1)
    act()
    await settled()
    expect(runs).toBe(2)
  })

  it('runs its action again for a call from within the action', async () => {
    let runs = 0
    const act = oncePerTurn(() => {
      if (++runs === 1) act()
    })
    act()
    await settled()
    await settled()
    expect(runs).toBe(2)
  })
})
