import { describe, expect, it } from 'vitest'
import { type Rewrites, suspendedFile, watchVerdict } from '../../../src/model/lifecycle/restart-loop.ts'

const MINUTE = 60_000

/** A run in virtual time, which is restarted by the changes that count. */
class Player {
  now = 1_000_000
  startedAt = this.now
  rewrites: Rewrites[] = []
  warnings: string[] = []

  /** These files change after some time. The result is the ones that count. */
  change(files: string | string[], after: number): string[] {
    this.now += after
    const change = { files: [files].flat(), at: this.now, since: this.startedAt }
    const { counts, rewrites, suspended } = watchVerdict(this.rewrites, change)
    this.rewrites = rewrites
    if (suspended !== null) this.warnings.push(suspended)
    if (counts.length > 0) this.startedAt = this.now
    return counts
  }

  /** The same change again and again. The result is how often it counted. */
  changes(times: number, files: string | string[], ...after: number[]): number {
    let counted = 0
    for (let i = 0; i < times; i++) counted += this.change(files, after[i % after.length] ?? 0).length > 0 ? 1 : 0
    return counted
  }

  get suspended(): string | null {
    return suspendedFile(this.rewrites, this.now)
  }
}

/** A process that has changed `out.json` after each start, until that was noticed. */
function looping(delay = 800): Player {
  const player = new Player()
  expect(player.changes(9, 'out.json', delay)).toBe(9)
  expect(player.suspended).toBe(null)
  expect(player.changes(1, 'out.json', delay)).toBe(0)
  expect(player.suspended).toBe('out.json')
  return player
}

describe('a process that changes a file after each start', () => {
  it('is restarted nine times, then the file is ignored, of which one warning tells', () => {
    const player = looping()
    expect(player.change('out.json', 800)).toEqual([])
    expect(player.warnings).toEqual(['out.json'])
  })

  it('is noticed also if each run begins long after the one before', () => {
    const player = new Player()
    const counted = Array.from({ length: 10 }, () => {
      player.startedAt = player.now += 2 * MINUTE
      return player.change('out.json', 800).length
    })
    expect(counted).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 0])
  })

  it('is noticed by a second file, too', () => {
    const player = looping()
    player.startedAt = player.now
    const counted = Array.from({ length: 12 }, () => {
      player.change('out.json', 300)
      return player.change('log.json', 500).length
    })
    expect(counted).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0])
  })

  it('need not be regular if it is quick', () => {
    const player = new Player()
    expect(player.changes(30, 'out.json', 20, 1500, 700)).toBe(9)
    expect(new Player().changes(30, 'out.json', 20, 1501, 700)).toBe(30)
  })

  it('may be slow if it is regular', () => {
    const player = new Player()
    expect(player.changes(30, 'out.json', 8000, 8500)).toBe(9)
    expect(player.change('out.json', 9000)).toEqual([])
    expect(player.change('out.json', 9001)).toEqual(['out.json'])
    expect(new Player().changes(30, 'out.json', 8000, 8501)).toBe(30)
    expect(new Player().changes(30, 'out.json', 10_000)).toBe(9)
    expect(new Player().changes(30, 'out.json', 10_001)).toBe(30)
  })

  it('is noticed after ten changes, however irregular those before were', () => {
    const player = new Player()
    expect(player.changes(12, 'out.json', 3500, 2000, 6000)).toBe(12)
    expect(player.changes(10, 'out.json', 800)).toBe(9)
  })

  it('is noticed by a name with other numbers each time', () => {
    const player = new Player()
    for (let i = 0; i < 10; i++) player.change(`report.${i}.2026${i}.json`, 500)
    expect(player.suspended).toBe('report.9.20269.json')
    expect(player.change('report.77.json.bak', 500)).toEqual(['report.77.json.bak'])
  })

  it('is restarted by all other files as before, also at the same time', () => {
    const player = looping()
    expect(player.change('server.ts', 300)).toEqual(['server.ts'])
    expect(player.change('out.json', 800)).toEqual([])
    expect(player.change(['out.json', 'server.ts'], 300)).toEqual(['server.ts'])
    expect(player.suspended).toBe('out.json')
  })

  it('is restarted by that file when somebody changes it later', () => {
    const player = looping()
    expect(player.change('out.json', 5000)).toEqual(['out.json'])
    // After that restart it changes the file again.
    expect(player.change('out.json', 800)).toEqual([])
    player.change('server.ts', 5000)
    expect(player.change('out.json', 1500)).toEqual([])
    expect(player.change('out.json', 1501)).toEqual(['out.json'])
  })

  it('is not restarted by what it does again and again', () => {
    const player = looping()
    expect(player.changes(50, 'out.json', 1000)).toBe(0)
    const slow = looping(6000)
    expect(slow.changes(50, 'out.json', 6000)).toBe(0)
  })

  it('is restarted again after a quiet minute', () => {
    const player = looping()
    player.now += MINUTE - 1
    expect(player.suspended).toBe('out.json')
    expect(suspendedFile(player.rewrites, player.now + 1)).toBe(null)
    expect(player.change('out.json', 1)).toEqual(['out.json'])
    expect(player.changes(10, 'out.json', 800)).toBe(9)
  })
})

describe('a person', () => {
  it('may save the same file again and again', () => {
    const player = new Player()
    expect(player.changes(9, 'a.ts', 1500)).toBe(9)
    const other = new Player()
    expect(other.changes(50, 'a.ts', 3500, 2000, 6000, 1800)).toBe(50)
    const slow = new Player()
    expect(slow.changes(50, 'a.ts', 20_000)).toBe(50)
    expect(slow.rewrites).toEqual([])
  })

  it('may go from file to file', () => {
    const player = new Player()
    for (let i = 0; i < 30; i++) expect(player.change(i % 2 ? 'a.ts' : 'a1.ts', 900)).toHaveLength(1)
  })

  it('may change the branch again and again', () => {
    const files = Array.from({ length: 5000 }, (_, i) => `src/${i % 50}/file-${i}.ts`)
    const player = new Player()
    expect(player.changes(30, files, 900)).toBe(30)
    expect(player.rewrites).toEqual([])
    expect(new Player().changes(30, files.slice(0, 101), 900)).toBe(30)
    expect(new Player().changes(30, files.slice(0, 100), 900)).toBe(9)
  })
})
