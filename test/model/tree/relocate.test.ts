import { describe, expect, it } from 'vitest'
import { isSameFolder } from '../../../src/model/lifecycle/folder.ts'
import { relocated, relocationOf, type StatePlace } from '../../../src/model/tree/relocate.ts'
import { identity, running } from '../processes.ts'

const HERE: StatePlace = { bootId: 'boot', folder: '8:11:500', path: '/srv/app/.tuix' }

describe('isSameFolder', () => {
  it.each([
    ['8:11:500', '8:11:500', true],
    ['8:11:500', '8:12:500', false],
    ['8:11:500', '9:11:500', false],
    // A later folder with the same inode.
    ['8:11:500', '8:11:600', false],
    // A file system that knows no births.
    ['8:11:0', '8:11:0', true],
    ['8:11:0', '8:11:600', true],
    ['8:11', '8:11:600', true],
  ])('compares %s with %s', (one, other, same) => {
    expect(isSameFolder(one, other, true)).toBe(same)
    expect(isSameFolder(other, one, true)).toBe(same)
  })

  it('does not compare devices under different boots, which number them anew', () => {
    expect(isSameFolder('8:11:500', '9:11:500', false)).toBe(true)
    expect(isSameFolder('8:11:500', '9:11:600', false)).toBe(false)
    expect(isSameFolder('8:11:500', '8:12:500', false)).toBe(false)
  })
})

describe('relocationOf', () => {
  it.each([
    [{}, 'none'],
    [{ path: '/srv/old/.tuix' }, 'moved'],
    [{ folder: '8:12:500' }, 'copied'],
    [{ folder: '8:12:500', path: '/srv/old/.tuix' }, 'copied'],
    [{ folder: '9:11:500' }, 'copied'],
    [{ folder: '9:11:500', bootId: 'an earlier boot' }, 'none'],
    [{ folder: '9:11:500', pidNamespace: 'pid:[1]' }, 'none'],
  ] as const)('of a state with %j is %s', (saved, relocation) => {
    expect(relocationOf({ ...HERE, ...saved }, { ...HERE, pidNamespace: 'pid:[2]' })).toBe(relocation)
  })

  it('of a state that does not say where it was written is none', () => {
    expect(relocationOf({ bootId: 'boot' }, HERE)).toBe('none')
    expect(relocationOf(HERE, { bootId: 'boot' })).toBe('none')
    expect(relocationOf({ bootId: 'boot', folder: '8:11:500' }, HERE)).toBe('none')
  })
})

describe('relocated', () => {
  const env = { DATA: '/srv/old/data', OTHER: '/srv/older' }
  const web = running(
    { owner: identity(5), survivors: [identity(6)] },
    { cwd: '/srv/old', args: ['/srv/old/server.mjs', '--dir=/srv/old'], env, logFile: '/srv/old/web.log' },
  )
  const moved = { cwd: '/srv/app', args: ['/srv/app/server.mjs', '--dir=/srv/old'], logFile: '/srv/app/web.log' }
  const from = (saved: Partial<StatePlace>) =>
    relocated([web], { ...HERE, path: '/srv/old/.tuix', ...saved }, HERE, (name) => `new:${name}`)

  it('changes nothing where nothing was moved', () => {
    expect(from({ path: HERE.path as string })).toEqual([web])
  })

  it('lets the paths in a renamed project follow it, and changes nothing else', () => {
    const config = { ...web.config, ...moved, env: { DATA: '/srv/app/data', OTHER: '/srv/older' } }
    expect(from({})).toEqual([{ ...web, config }])
  })

  it('begins anew with everything stopped in a copy, under other ids', () => {
    const [copy] = from({ folder: '8:12:500' })
    expect(copy).toMatchObject({
      id: 'new:web',
      wanted: 'down',
      owner: null,
      run: 0,
      survivors: [],
      phase: { type: 'stopped', why: null },
      config: moved,
    })
  })

  it('leaves paths as they are if the root of the file system was or is the project', () => {
    expect(from({ path: '/.tuix' })[0]?.config.cwd).toBe('/srv/old')
    const [inRoot] = relocated([web], { ...HERE, path: '/srv/old/.tuix' }, { ...HERE, path: '/.tuix' }, String)
    expect(inRoot?.config.cwd).toBe('/srv/old')
  })
})
