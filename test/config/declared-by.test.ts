import { expect, it } from 'vitest'
import { declaredBy } from '../../src/plan.ts'

it('a process named as what every object has is one process, of no origin', () => {
  const declared = declaredBy({ processes: [{ name: 'constructor', command: 'x' }] }, '/', [])
  expect([...declared.keys()]).toEqual(['constructor'])
  expect(declared.get('constructor')).not.toHaveProperty('origin')
})
