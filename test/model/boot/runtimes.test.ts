import { describe, expect, it } from 'vitest'
import { isShim, lastingPath, stablePaths } from '../../../src/model/boot/runtimes.ts'

describe('paths of a runtime that stay', () => {
  it.each([
    ['/home/a/.nvm/versions/node/v22.1.0/bin/node', '/home/a/.nvm/current/bin/node'],
    [
      '/home/a/.local/share/fnm/node-versions/v22.1.0/installation/bin/node',
      '/home/a/.local/share/fnm/aliases/default/bin/node',
    ],
    ['/home/a/.volta/tools/image/node/22.1.0/bin/node', '/home/a/.volta/bin/node'],
    ['/home/a/.asdf/installs/nodejs/22.1.0/bin/node', '/home/a/.asdf/shims/node'],
    ['/home/a/.local/share/mise/installs/node/22.1.0/bin/node', '/home/a/.local/share/mise/installs/node/22/bin/node'],
    ['/home/a/.nodenv/versions/22.1.0/bin/node', '/home/a/.nodenv/shims/node'],
    ['/opt/homebrew/Cellar/node@22/22.1.0/bin/node', '/opt/homebrew/opt/node@22/bin/node'],
    ['/usr/local/Cellar/bun/1.3.0/bin/bun', '/usr/local/opt/bun/bin/bun'],
    ['/snap/node/9123/bin/node', '/snap/node/current/bin/node'],
    ['/nix/store/abc-nodejs-22.1.0/bin/node', '/run/current-system/sw/bin/node'],
  ])('%s: %s', (runtime, stable) => {
    expect(stablePaths(runtime, '')[0]).toBe(stable)
  })

  it('are also links on the PATH, but not those that end with a shell or have a version', () => {
    const path = [
      '/run/user/1000/fnm_multishells/1_2/bin',
      '/tmp/bun-node-1',
      '/home/a/app/node_modules/.bin',
      '/home/a/.nvm/versions/node/v22.1.0/bin',
      'relative',
      '/usr/local/bin/',
      '/usr/bin',
    ].join(':')
    expect(stablePaths('/usr/bin/node', path)).toEqual(['/usr/local/bin/node'])
  })

  it('of a version manager may be programs that choose a version', () => {
    expect(isShim('/home/a/.asdf/shims/node')).toBe(true)
    expect(isShim('/home/a/.volta/bin/node')).toBe(true)
    expect(isShim('/usr/bin/node')).toBe(false)
  })
})

describe('the PATH of a service', () => {
  it('has what lasts, the folder of the runtime, and the usual folders', () => {
    const path = '/home/a/app/node_modules/.bin:/run/user/1000/fnm_multishells/1_2/bin:/home/a/bin:/usr/bin::.'
    expect(lastingPath(path, '/opt/node/bin/node')).toBe('/home/a/bin:/usr/bin:/opt/node/bin:/usr/local/bin:/bin')
  })
})
