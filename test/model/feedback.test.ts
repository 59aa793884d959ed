import { describe, expect, it } from 'vitest'
import { type WatchRestart, watchVerdict } from '../../src/model/feedback.ts'

/** Plays changes in virtual time: a run starts, `lag` ms later `file` changes, and so on while it is restarted. */
function play(rounds: [file: string, lag: number][]): ('restart' | { suspend: string })[] {
  let now = 1_000_000
  let changes: WatchRestart[] = []
  return rounds.map(([file, lag]) => {
    const startedAt = now
    now += lag
    const verdict = watchVerdict(changes, { at: now, file, startedAt })
    if (verdict.type === 'suspend') return { suspend: verdict.file }
    changes = verdict.changes
    return 'restart'
  })
}

describe('watchVerdict', () => {
  it('suspends a process that changes a file after each of its starts, naming it', () => {
    const verdicts = play(Array(10).fill(['out.json', 800]))
    const first = verdicts.findIndex((verdict) => verdict !== 'restart')
    expect(first).toBeGreaterThanOrEqual(2)
    expect(first).toBeLessThanOrEqual(4)
    expect(verdicts[first]).toEqual({ suspend: 'out.json' })
  })

  it('does not take a person for it: pauses between the changes', () => {
    expect(play(Array(50).fill(['server.ts', 20_000])).every((verdict) => verdict === 'restart')).toBe(true)
  })

  it('nor a person who goes from file to file', () => {
    const files = ['a.ts', 'b.ts', 'c.ts', 'd.ts', 'e.ts', 'f.ts']
    expect(play(files.map((file) => [file, 900])).every((verdict) => verdict === 'restart')).toBe(true)
  })

  it('forgets quick changes after one that came late', () => {
    const quick: [string, number][] = Array(2).fill(['a.ts', 500])
    expect(play([...quick, ['a.ts', 60_000], ...quick]).every((verdict) => verdict === 'restart')).toBe(true)
  })
})
