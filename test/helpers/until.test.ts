import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempFolder } from './temp.ts'
import { until } from './until.ts'

describe('until', () => {
  it('resolves with the first truthy value', async () => {
    let probes = 0
    expect(await until(() => (++probes < 3 ? 0 : probes), { everyMs: 1 })).toBe(3)
  })

  it('takes a probe that throws for "not yet"', async () => {
    let probes = 0
    const probe = () => {
      if (++probes < 3) throw new Error('too early')
      return 'now'
    }
    expect(await until(probe, { everyMs: 1 })).toBe('now')
  })

  it('rejects naming what was awaited and what was seen last', async () => {
    await expect(until(() => null, { timeoutMs: 5, everyMs: 1, what: 'the moon' })).rejects.toThrow(
      /the moon; last value null/,
    )
    const probe = () => Promise.reject(new Error('cloudy'))
    await expect(until(probe, { timeoutMs: 5, everyMs: 1 })).rejects.toThrow(/last error Error: cloudy/)
  })
})

describe('tempFolder', () => {
  it('makes a folder and removes it with what is in it', () => {
    const folder = tempFolder()
    writeFileSync(join(folder.path, 'file'), '')
    folder.remove()
    expect(existsSync(folder.path)).toBe(false)
  })
})
