import { describe, expect, it } from 'vitest'
import { isNewer } from '../../../src/model/text/semver.ts'

describe('isNewer', () => {
  it.each([
    ['1.0.1', '1.0.0'],
    ['1.10.0', '1.9.9'],
    ['1.9.0', '1.8.9'],
    ['2.0.0', '1.99.99'],
    ['1.0.0', '1.0.0-rc.1'],
    ['1.0.0-rc.10', '1.0.0-rc.9'],
    ['1.0.0-beta', '1.0.0-alpha'],
    ['1.0.0-alpha.1', '1.0.0-alpha'],
    ['1.1.0-alpha', '1.0.0'],
    ['1.2', '1.2.0-rc.1'],
    ['1.2.0', '1.2-rc.1'],
    ['1.x.0', '1.0.0-rc.1'],
    ['1.0.0-ab', '1.0.0-a-b'],
  ])('%s is newer than %s, and not the other way round', (a, b) => {
    expect(isNewer(a, b)).toBe(true)
    expect(isNewer(b, a)).toBe(false)
  })

  it.each([
    ['1.2.3', '1.2.3'],
    ['1.2.3+build.1', '1.2.3+build.2'],
    ['1.2', '1.2.0'],
    ['1.2.3.4', '1.2.3.5'],
    ['1.a.0', '1.0.0'],
    ['1.0.0-rc.1', '1.0.0-rc.01'],
  ])('%s and %s are of the same age', (a, b) => {
    expect(isNewer(a, b)).toBe(false)
    expect(isNewer(b, a)).toBe(false)
  })
})
