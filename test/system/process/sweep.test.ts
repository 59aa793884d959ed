import { describe, expect, it } from 'vitest'
import type { Target } from '../../../src/model/tree/members.ts'
import { type Look, type Sweep, Sweeper } from '../../../src/system/process/sweep.ts'

const target: Target = { id: 'none', leader: null, known: [], logs: [] }
const nothing: Sweep = { members: [], noForks: true }
const refused = Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' })

/** A system whose first looks fail. */
function failing(times: number) {
  let looks = 0
  const look = async (): Promise<Look> => {
    if (looks++ < times) throw refused
    return { table: [], facts: { marker: () => undefined, outputs: () => [] }, ancestors: new Set(), forks: undefined }
  }
  return { look, looks: () => looks }
}

describe('a sweep that fails', () => {
  it('is repeated until one succeeds, and told of once', async () => {
    const told: Error[] = []
    const system = failing(2)
    const sweeper = new Sweeper((error) => told.push(error), system.look)
    expect(await Promise.all([sweeper.sweep(target), sweeper.sweep(target)])).toEqual([nothing, nothing])
    expect([told, system.looks()]).toEqual([[refused], 3])
  })

  it('rejects where nobody wants to be told', async () => {
    const sweeper = new Sweeper(null, failing(1).look)
    await expect(sweeper.sweep(target)).rejects.toBe(refused)
    expect(await sweeper.sweep(target)).toEqual(nothing)
  })
})
