import { describe, expect, it } from 'vitest'
import {
  hostName,
  isSameName,
  labelOf,
  nameProjects,
  type ProjectPlace,
  processesOf,
  readHost,
} from '../../../src/model/names/names.ts'

const place = (tuixDir: string, more: Partial<ProjectPlace> = {}): ProjectPlace => ({
  tuixDir,
  since: 1,
  folder: 'shop',
  family: tuixDir,
  branch: null,
  ...more,
})

describe('a label', () => {
  it.each([
    ['web', 'web'],
    ['Web_API.v2', 'web-api-v2'],
    ['feature/Log-In!', 'feature-log-in'],
    ['--a--', 'a'],
    ['Größe', 'große'.normalize('NFKD').replace('ß', '-')],
    ['xn--bcher-kva', 'xn-bcher-kva'],
  ])('of %s is %s', (text, label) => {
    expect(labelOf(text)).toBe(label)
  })

  it('is never empty, and differs for other texts', () => {
    expect(labelOf('日本')).toMatch(/^x-[0-9a-f]{6}$/)
    expect(labelOf('日本')).not.toBe(labelOf('中国'))
    expect(labelOf('')).toMatch(/^x-[0-9a-f]{6}$/)
  })
})

describe('the names of projects', () => {
  it('are those of their folders, and of the branch in a linked working tree', () => {
    const names = nameProjects([
      place('/a/shop/.tuix', { family: 'shop' }),
      place('/a/shop-2/.tuix', { family: 'shop', branch: 'feature/x' }),
      place('/a/blog/.tuix', { folder: 'My Blog' }),
    ])
    expect(Object.fromEntries(names)).toEqual({
      '/a/shop/.tuix': { project: 'shop' },
      '/a/shop-2/.tuix': { project: 'shop', branch: 'feature-x' },
      '/a/blog/.tuix': { project: 'my-blog' },
    })
  })

  it('differ for two folders of one name, of which the first keeps it', () => {
    const first = place('/z/shop/.tuix', { since: 1 })
    const second = place('/b/shop/.tuix', { since: 2 })
    const third = place('/b/shop-linked/.tuix', { since: 3, family: '/b/shop/.tuix', branch: 'x' })
    const names = nameProjects([third, second, first])
    const name = names.get('/b/shop/.tuix')
    expect(names.get('/z/shop/.tuix')).toEqual({ project: 'shop' })
    expect(name).toEqual({ project: expect.stringMatching(/^shop-[0-9a-f]{6}$/) })
    expect(names.get('/b/shop-linked/.tuix')).toEqual({ ...name, branch: 'x' })
    expect(nameProjects([first, second]).get('/b/shop/.tuix')).toEqual(name)
    // The folder decides where neither was first.
    expect(nameProjects([place('/z'), place('/b')]).get('/b')).toEqual({ project: 'shop' })
  })

  it('differ for two state folders of one project, and for branches that become the same label', () => {
    const names = nameProjects([
      place('/a', { since: 1, family: 'shop' }),
      place('/b', { since: 2, family: 'shop' }),
      place('/c', { since: 3, family: 'shop', branch: 'a/b' }),
      place('/d', { since: 4, family: 'shop', branch: 'a-b' }),
    ])
    expect(names.get('/a')).toEqual({ project: 'shop' })
    expect(names.get('/b')).toEqual({ project: 'shop', branch: expect.stringMatching(/^[0-9a-f]{6}$/) })
    expect(names.get('/c')).toEqual({ project: 'shop', branch: 'a-b' })
    expect(names.get('/d')).toEqual({ project: 'shop', branch: expect.stringMatching(/^a-b-[0-9a-f]{6}$/) })
  })

  it('are refused with one sentence if a part of them is too long', () => {
    const long = 'x'.repeat(64)
    const names = nameProjects([
      place('/a', { folder: long }),
      place('/b', { branch: `f/${long}` }),
      place('/c', { folder: 'y'.repeat(63) }),
    ])
    expect(names.get('/a')).toEqual({
      problem: `the folder \`${long}\` has no name for the proxy: it would have 64 characters between two dots, and 63 are possible`,
    })
    expect(names.get('/b')).toEqual({
      problem: `the branch \`f/${long}\` has no name for the proxy: it would have 66 characters between two dots, and 63 are possible`,
    })
    expect(names.get('/c')).toEqual({ project: 'y'.repeat(63) })
    expect(hostName({ project: 'shop' }, long)).toEqual({
      problem: `the process \`${long}\` has no name for the proxy: it would have 64 characters between two dots, and 63 are possible`,
    })
  })
})

describe('a host name', () => {
  it.each([
    { name: { project: 'shop' }, process: 'web' },
    { name: { project: 'shop', branch: 'feature-x' }, process: 'web-1' },
  ])('of %o is read as what it was made of', ({ name, process }) => {
    const host = hostName(name, process) as string
    for (const spelling of [host, `${host}:1355`, `${host}.`, `${host.toUpperCase()}.:1355`])
      expect(readHost(spelling)).toEqual({ type: 'process', name, process })
  })

  it.each([
    ['localhost:1355', { type: 'all' }],
    ['shop.localhost', { type: 'project', project: 'shop' }],
    ['127.0.0.1:1355', { type: 'foreign' }],
    ['[::1]:1355', { type: 'foreign' }],
    ['', { type: 'foreign' }],
    ['evil.example', { type: 'foreign' }],
    ['web.shop.localhost.evil.example', { type: 'foreign' }],
    ['a.b.web.shop.localhost', { type: 'foreign' }],
    ['web..localhost', { type: 'foreign' }],
    ['web.shop.localhost, web.shop.localhost', { type: 'foreign' }],
    ['web.shop.localhost:99999999', { type: 'foreign' }],
    ['web.shop.localhost/..', { type: 'foreign' }],
    [`${'a'.repeat(300)}.localhost`, { type: 'foreign' }],
  ])('%j is %o', (host, meaning) => {
    expect(readHost(host)).toEqual(meaning)
  })
})

describe('the label of a process', () => {
  const all = [
    { name: 'api_v1', instanceOf: null },
    { name: 'api.v1', instanceOf: null },
    { name: 'api-v1', instanceOf: null },
    { name: 'web-1', instanceOf: 'web' },
    { name: 'web-2', instanceOf: 'web' },
    { name: 'Job', instanceOf: null },
  ]
  const named = (label: string) => processesOf(all, label).map(({ name }) => name)

  it('means one process, or all instances of a name', () => {
    expect(named('job')).toEqual(['Job'])
    expect(named('web')).toEqual(['web-1', 'web-2'])
    expect(named('web-2')).toEqual(['web-2'])
    expect(named('none')).toEqual([])
  })

  it('means the process of exactly that name, or the first, if there are several', () => {
    expect(named('api-v1')).toEqual(['api-v1'])
    expect(processesOf(all.slice(0, 2), 'api-v1')).toEqual([all[0]])
  })

  it('tells whether two names are the same', () => {
    expect(isSameName({ project: 'a' }, { project: 'a' })).toBe(true)
    expect(isSameName({ project: 'a', branch: 'x' }, { project: 'a' })).toBe(false)
    expect(isSameName({ project: 'b' }, { project: 'a' })).toBe(false)
  })
})
