import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ProcessManagerError } from '../../src/model/errors.ts'
import { configFolder } from './folder.ts'

let folder: ReturnType<typeof configFolder>
beforeEach(() => {
  folder = configFolder()
})
afterEach(() => folder.remove())

const load = async (targets: unknown, more: object = {}) => {
  folder.write('processes.json', { processes: [], targets, ...more })
  return (await folder.load()).targets
}

describe('targets', () => {
  it('are hosts over SSH and Swarms, with absolute paths of certificates', async () => {
    const prod = { ssh: 'deploy@web1', cwd: '/srv/shop' }
    const tls = { ca: 'ca.pem', cert: 'cert.pem', key: '/etc/key.pem' }
    const all = { image: 'shop:1', networks: ['host'] }
    expect(
      await load({ prod, cluster: { swarm: { docker: 'tcp://10.0.0.1:2376', tls, stack: 'shop', ...all } } }),
    ).toEqual({
      prod,
      cluster: {
        swarm: {
          docker: 'tcp://10.0.0.1:2376',
          tls: { ca: folder.at('ca.pem'), cert: folder.at('cert.pem'), key: '/etc/key.pem' },
          stack: 'shop',
          ...all,
        },
      },
    })
  })

  it('of a profile are merged by name over those of the config', async () => {
    folder.write('processes.json', {
      processes: [],
      targets: { a: { ssh: 'a', cwd: '/a' }, b: { ssh: 'b', cwd: '/b' } },
      profiles: { next: { targets: { b: { ssh: 'next', cwd: '/b' } } } },
    })
    const { targets } = await folder.load({ profile: 'next' })
    expect(targets).toEqual({ a: { ssh: 'a', cwd: '/a' }, b: { ssh: 'next', cwd: '/b' } })
  })

  const host = 'must be a host such as "deploy@web1" or "ssh://deploy@web1:2222"'
  const cases: [what: string, targets: unknown, sentence: string][] = [
    ['no object', [], '`targets` must be an object of targets by name, not a list'],
    [
      'a name that means this machine',
      { local: { ssh: 'x', cwd: '/' } },
      '`targets.local` is the name of this machine: choose another',
    ],
    [
      'an option as a host',
      { x: { ssh: '-oProxyCommand=sh', cwd: '/' } },
      `\`targets.x.ssh\` ${host}, not "-oProxyCommand=sh"`,
    ],
    ['an option as a host behind a user', { x: { ssh: 'me@-v', cwd: '/' } }, `\`targets.x.ssh\` ${host}, not "me@-v"`],
    [
      'a folder on that host',
      { x: { ssh: 'ssh://me@web1:22/srv', cwd: '/' } },
      `\`targets.x.ssh\` ${host}, not "ssh://me@web1:22/srv"`,
    ],
    ['neither', { x: {} }, '`targets.x` must have either `ssh` or `swarm`'],
    ['both', { x: { ssh: 'a', cwd: '/', swarm: {} } }, '`targets.x` must have either `ssh` or `swarm`'],
    ['no folder', { x: { ssh: 'a' } }, '`targets.x` must have `cwd`, the folder of the project on that host'],
    [
      'a relative folder',
      { x: { ssh: 'a', cwd: 'srv' } },
      '`targets.x.cwd` must be the absolute path of a folder there, not "srv"',
    ],
    ['a folder of a swarm', { x: { swarm: {}, cwd: '/' } }, '`targets.x` must have nothing beside `swarm`'],
    [
      'two ways to docker',
      { x: { swarm: { docker: 'unix:///d', context: 'c' } } },
      '`targets.x` must have only one of `swarm.docker` and `swarm.context`',
    ],
    [
      'another address',
      { x: { swarm: { docker: 'http://a' } } },
      '`targets.x.swarm.docker` must be an address that begins with unix://, tcp:// or ssh://, not "http://a"',
    ],
    [
      'an option as an address',
      { x: { swarm: { docker: 'ssh://-v' } } },
      '`targets.x.swarm.docker` must be an address that begins with unix://, tcp:// or ssh://, not "ssh://-v"',
    ],
    [
      'an image that is none',
      { x: { swarm: { image: 'a b' } } },
      '`targets.x.swarm.image` must be the name of an image, not "a b"',
    ],
    ['a misspelt key', { x: { shh: 'a' } }, '`targets.x.shh` is not a setting; did you mean `ssh`?'],
  ]
  it.each(cases)('are refused for %s', async (_, targets, sentence) => {
    const refused = load(targets)
    await expect(refused).rejects.toBeInstanceOf(ProcessManagerError)
    await expect(refused).rejects.toMatchObject({ code: 'config', message: `processes.json: ${sentence}` })
  })
})
