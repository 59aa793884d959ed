import { expect, it } from 'vitest'
import { isSamePidSpace, isSameProcess } from '../../../src/model/lifecycle/identity.ts'

it.each([
  ['boot', 'a', 'boot', 'a', true],
  ['boot', 'a', 'boot', 'b', false],
  ['boot', 'a', 'other', 'a', false],
  ['boot', undefined, 'boot', 'a', true],
  ['boot', 'a', 'boot', undefined, true],
] as const)(
  'compares the boots and namespaces of pids: %s %s, %s %s',
  (bootId, pidNamespace, otherBoot, other, isSame) => {
    const one = { bootId, ...(pidNamespace && { pidNamespace }) }
    expect(isSamePidSpace(one, { bootId: otherBoot, ...(other && { pidNamespace: other }) })).toBe(isSame)
  },
)

it('takes a later process with the same pid for another one', () => {
  const process = { pid: 7, startTime: 100 }
  expect(isSameProcess(process, { ...process })).toBe(true)
  expect(isSameProcess(process, { ...process, startTime: 101 })).toBe(false)
  expect(isSameProcess(process, { ...process, pid: 8 })).toBe(false)
  expect(isSameProcess(undefined, process)).toBe(false)
})
