import { describe, expect, it } from 'vitest'
import { serviceName, stopTime } from '../../../src/model/boot/service.ts'

describe('the name of a service', () => {
  it.each([
    ['shop', 'tuix-ps-shop-1f2e3d4c'],
    ['My Shop (2)', 'tuix-ps-my-shop-2-1f2e3d4c'],
    ['日本', 'tuix-ps-1f2e3d4c'],
    ['../../etc', 'tuix-ps-etc-1f2e3d4c'],
    ['a'.repeat(100), `tuix-ps-${'a'.repeat(40)}-1f2e3d4c`],
  ])('of %s has only letters that every init system takes', (project, name) => {
    expect(serviceName(project, '1f2e3d4c')).toBe(name)
  })
})

describe('the time that processes take to stop', () => {
  const one = (name: string, stopTimeout: number, ...dependsOn: string[]) => ({ name, stopTimeout, dependsOn })

  it('is that of the longest chain, since dependents are stopped first', () => {
    expect(stopTime([])).toBe(0)
    expect(stopTime([one('a', 5), one('b', 7)])).toBe(7)
    expect(stopTime([one('a', 5), one('b', 7, 'a'), one('c', 1, 'b', 'missing'), one('d', 9)])).toBe(13)
  })

  it('ends although processes depend on each other in a circle', () => {
    expect(stopTime([one('a', 5, 'b'), one('b', 7, 'a')])).toBe(12)
  })
})
