import { expect, it } from 'vitest'
import { namedProjects } from '../../../src/manager/everywhere/names.ts'

it('names projects after their folders, each by a name of its own without what selects several', () => {
  const names = namedProjects([
    '/srv/shop/.tuix',
    '/home/a/shop/.tuix',
    '/home/b/shop-2/.tuix',
    '/x/my [shop], *new*/.tuix',
    '/.tuix',
  ])
  expect(names.map(({ name, folder }) => [name, folder])).toEqual([
    ['shop', '/srv/shop'],
    ['shop-2', '/home/a/shop'],
    ['shop-2-2', '/home/b/shop-2'],
    ['my-shop-new-', '/x/my [shop], *new*'],
    ['root', '/'],
  ])
})
