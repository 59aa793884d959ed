import { describe, expect, it } from 'vitest'
import { WatchedEntries } from '../../../src/monitors/watch/entries.ts'
import { Watches } from '../../../src/monitors/watch/watches.ts'
import { VirtualClock } from '../../helpers/virtual-clock.ts'

const listener = { exhausted: () => {}, failed: () => {} }

/** Watched entries of a folder whose events come by hand. */
function entriesOf() {
  const clock = new VirtualClock()
  const open = new Set<(name: string | null) => void>()
  let opened = 0
  const watches = new Watches(listener, (_, notify) => {
    open.add(notify)
    opened++
    return { on: () => {}, close: () => open.delete(notify) }
  })
  const changed: string[] = []
  const entries = new WatchedEntries(watches, clock, (path) => changed.push(path))
  return {
    clock,
    entries,
    changed,
    openings: () => opened,
    isOpen: () => open.size > 0,
    event: (name: string | null) => {
      for (const notify of [...open]) notify(name)
    },
  }
}

describe('watched entries', () => {
  it('report the paths that depend on them, and nothing of other entries', () => {
    const { entries, event, changed } = entriesOf()
    entries.add('/', 'current', '/app/a')
    entries.add('/', 'current', '/app/b')
    entries.add('/', 'live', '/app/c')
    for (const name of ['current', 'other', 'live']) event(name)
    expect(changed).toEqual(['/app/a', '/app/b', '/app/c'])
    entries.remove('/', 'current', '/app/a')
    event('current')
    expect(changed.slice(3)).toEqual(['/app/b'])
    event(null)
    expect(changed.slice(4)).toEqual(['/app/b', '/app/c'])
  })

  it('need no watch when nothing depends on them any more', () => {
    const { entries, isOpen, clock, event } = entriesOf()
    entries.add('/', 'current', '/app/a')
    expect(isOpen()).toBe(true)
    for (let i = 0; i < 1000; i++) event('log')
    entries.remove('/', 'current', '/app/a')
    expect(isOpen()).toBe(false)
    expect(clock.pending()).toEqual([])
  })

  it('are looked at in intervals while much else happens in their folder', () => {
    const { entries, event, changed, isOpen, openings, clock } = entriesOf()
    entries.add('/', 'current', '/app/a')
    for (let i = 0; i < 1000; i++) event('app.log')
    expect(isOpen()).toBe(false)
    expect(changed).toEqual([])
    clock.advance(1000)
    expect(isOpen()).toBe(true)
    // It may have been switched meanwhile.
    expect(changed).toEqual(['/app/a'])
    for (let i = 0; i < 1000; i++) event('app.log')
    expect(isOpen()).toBe(false)
    clock.advance(1000)
    event('current')
    expect(changed).toEqual(['/app/a', '/app/a', '/app/a'])
    expect(openings()).toBe(3)
    entries.end()
  })

  it('are watched all the time while little else happens in their folder', () => {
    const { entries, event, openings, clock } = entriesOf()
    entries.add('/', 'current', '/app/a')
    for (let second = 0; second < 100; second++) {
      for (let i = 0; i < 20; i++) event('app.log')
      clock.advance(1001)
    }
    expect(openings()).toBe(1)
  })

  it('set no timer after their end', () => {
    const { entries, event, clock } = entriesOf()
    entries.add('/', 'current', '/app/a')
    for (let i = 0; i < 1000; i++) event('app.log')
    entries.end()
    expect(clock.pending()).toEqual([])
  })
})
