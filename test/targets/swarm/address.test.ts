import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { engineAddress } from '../../../src/targets/swarm/address.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

describe('the address of an engine', () => {
  let home: TempFolder
  beforeEach(() => {
    home = tempFolder()
  })
  afterEach(() => home.remove())

  const addressOf = (settings: Parameters<typeof engineAddress>[1], environment: Record<string, string> = {}) =>
    engineAddress('prod', settings, { HOME: home.path, ...environment })
  const write = (path: string, content: unknown) => {
    mkdirSync(dirname(join(home.path, path)), { recursive: true })
    writeFileSync(join(home.path, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
  const context = (name: string, host: string) => {
    const id = createHash('sha256').update(name).digest('hex')
    write(`.docker/contexts/meta/${id}/meta.json`, { Name: name, Endpoints: { docker: { Host: host } } })
    return id
  }

  it('is the socket of this machine, if nothing says otherwise', () => {
    expect(addressOf({})).toEqual({ type: 'unix', socket: '/var/run/docker.sock' })
  })

  it.each([
    ['unix:///tmp/d.sock', { type: 'unix', socket: '/tmp/d.sock' }],
    ['tcp://10.0.0.1', { type: 'tcp', host: '10.0.0.1', port: 2375, tls: null }],
    ['tcp://[fd00::1]:99', { type: 'tcp', host: 'fd00::1', port: 99, tls: null }],
    ['ssh://deploy@web1:2222', { type: 'ssh', ssh: 'ssh://deploy@web1:2222', socket: '/var/run/docker.sock' }],
    ['ssh://web1/run/d.sock', { type: 'ssh', ssh: 'ssh://web1', socket: '/run/d.sock' }],
  ])('is read from %s, of the target and of DOCKER_HOST', (docker, address) => {
    expect(addressOf({ docker })).toEqual(address)
    expect(addressOf({}, { DOCKER_HOST: docker })).toEqual(address)
  })

  it('has the certificates of DOCKER_CERT_PATH where TLS is asked for', () => {
    const environment = { DOCKER_HOST: 'tcp://db1', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' }
    expect(addressOf({}, environment)).toEqual({
      type: 'tcp',
      host: 'db1',
      port: 2376,
      tls: { ca: '/certs/ca.pem', cert: '/certs/cert.pem', key: '/certs/key.pem', isVerified: true },
    })
  })

  it('is that of the current context, with its certificates', () => {
    const id = context('cluster', 'tcp://cluster:2376')
    write(`.docker/contexts/tls/${id}/docker/ca.pem`, 'pem')
    write('.docker/config.json', { currentContext: 'cluster' })
    const ca = join(home.path, `.docker/contexts/tls/${id}/docker/ca.pem`)
    const expected = { type: 'tcp', host: 'cluster', port: 2376, tls: { ca, isVerified: true } }
    expect(addressOf({})).toEqual(expected)
    expect(addressOf({ context: 'cluster' }, { DOCKER_HOST: 'tcp://other' })).toEqual(expected)
    expect(addressOf({}, { DOCKER_HOST: 'unix:///a' })).toEqual({ type: 'unix', socket: '/a' })
    expect(addressOf({}, { DOCKER_CONTEXT: 'default' })).toEqual({ type: 'unix', socket: '/var/run/docker.sock' })
  })

  it('is refused in one sentence if it is none, or if there is no such context', () => {
    expect(() => addressOf({ docker: 'web1' })).toThrow(
      'target prod: the address of the engine must be unix:///…, tcp://HOST:PORT or ssh://USER@HOST, not "web1"',
    )
    expect(() => addressOf({ context: 'nope' })).toThrow(
      'target prod: docker has no context `nope`; see `docker context ls`',
    )
  })
})
