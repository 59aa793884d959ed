import { expect, it } from 'vitest'
import { declaredBy } from '../../src/manager/plan.ts'

it('a process may be named like an inherited property of objects', async () => {
  const declared = await declaredBy({ processes: [{ name: 'constructor', command: 'x' }] }, '/', [])
  expect([...declared.keys()]).toEqual(['constructor'])
  expect(declared.get('constructor')).not.toHaveProperty('origin')
})

it('an error names its place, also for a duplicate name', async () => {
  const declare = (processes: object) => declaredBy({ processes } as Parameters<typeof declaredBy>[0], '/', [])
  await expect(declare({ web: { command: 'x', instances: 0 } })).rejects.toThrow(`processes.web.instances`)
  const twice = [
    { name: 'web', command: 'x', instances: 2 },
    { name: 'web-2', command: 'x' },
  ]
  await expect(declare(twice)).rejects.toThrow('two processes are named `web-2`; names must be unique')
})
