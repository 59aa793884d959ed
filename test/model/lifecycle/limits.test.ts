import { describe, expect, it } from 'vitest'
import {
  type Excess,
  evaluateUsage,
  type Limits,
  NO_OVERUSE,
  type Overuse,
} from '../../../src/model/lifecycle/limits.ts'

/** Judges samples that are `everyMs` apart, each `[memory, cpu]`; the verdict of each. */
function judgeAll(limits: Limits, samples: [memory: number, cpu: number][], everyMs = 500): (Excess | undefined)[] {
  let overuse: Overuse = NO_OVERUSE
  return samples.map(([memory, cpu], i) => {
    const judged = evaluateUsage(overuse, { memory, cpu }, limits, 1_000_000 + i * everyMs)
    overuse = judged.overuse
    return judged.excess
  })
}

const memoryOnly: Limits = { maxMemory: 512, maxCpu: null }
const cpuOnly: Limits = { maxMemory: null, maxCpu: 80 }

describe('a memory limit', () => {
  const over: [number, number] = [611.2, 0]

  it('is broken by the last of several samples in a row, with the figures', () => {
    const broken = { of: 'memory', used: 611.2, limit: 512 }
    const verdicts = judgeAll(memoryOnly, [over, over, over, [100, 0], over, over, over])
    expect(verdicts).toEqual([undefined, undefined, broken, undefined, undefined, undefined, broken])
  })

  it('is not broken by peaks, nor by exactly what is allowed', () => {
    expect(judgeAll(memoryOnly, [over, over, [512, 0], over, over, [100, 0]])).toEqual(Array(6).fill(undefined))
    expect(judgeAll(memoryOnly, Array(10).fill([512, 0]))).toEqual(Array(10).fill(undefined))
  })

  it('does not mind the CPU', () => {
    expect(judgeAll(memoryOnly, Array(100).fill([1, 800])).every((why) => why === undefined)).toBe(true)
  })
})

describe('a CPU limit', () => {
  const every = 2000
  const needed = 6

  it('is broken by what lasts, not by how often one looks', () => {
    const slow = judgeAll(cpuOnly, Array(needed).fill([0, 99.6]), every)
    expect(slow.findIndex((excess) => excess !== undefined)).toBe(needed - 1)
    expect(slow.at(-1)).toEqual({ of: 'cpu', used: 99.6, limit: 80 })
    const fast = judgeAll(cpuOnly, Array(101).fill([0, 99.6]), 100)
    expect(fast.findIndex((why) => why !== undefined)).toBe(100)
  })

  it('begins anew after one sample below it', () => {
    const busy: [number, number] = [0, 99]
    const verdicts = judgeAll(
      cpuOnly,
      [...Array(needed - 1).fill(busy), [0, 80], ...Array(needed - 1).fill(busy)],
      every,
    )
    expect(verdicts.every((why) => why === undefined)).toBe(true)
  })
})
