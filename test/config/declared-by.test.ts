import { expect, it } from 'vitest'
import { declaredBy } from '../../src/plan.ts'

it('a process named as what every object has is one process, of no origin', async () => {
  const declared = await declaredBy({ processes: [{ name: 'constructor', command: 'x' }] }, '/', [])
  expect([...declared.keys()]).toEqual(['constructor'])
  expect(declared.get('constructor')).not.toHaveProperty('origin')
})

it('a mistake is told with its place, two of one name too', async () => {
  const declare = (processes: object) => declaredBy({ processes } as Parameters<typeof declaredBy>[0], '/', [])
  await expect(declare({ web: { command: 'x', instances: 0 } })).rejects.toThrow(`processes.web.instances`)
  const twice = [
    { name: 'web', command: 'x', instances: 2 },
    { name: 'web-2', command: 'x' },
  ]
  await expect(declare(twice)).rejects.toThrow('two processes are named `web-2`; names are unique')
})
