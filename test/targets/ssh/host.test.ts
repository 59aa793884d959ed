import { describe, expect, it } from 'vitest'
import { hostText, loginText, parseSshHost } from '../../../src/targets/ssh/host.ts'

describe('a host for ssh', () => {
  it.each([
    ['web1', { user: null, host: 'web1', port: null }],
    ['deploy@web1.example.com', { user: 'deploy', host: 'web1.example.com', port: null }],
    ['me@corp@web1', { user: 'me@corp', host: 'web1', port: null }],
    ['fe80::1', { user: null, host: 'fe80::1', port: null }],
    ['ssh://web1', { user: null, host: 'web1', port: null }],
    ['ssh://deploy@web1:2222', { user: 'deploy', host: 'web1', port: 2222 }],
    ['ssh://deploy@[fe80::1]:2222', { user: 'deploy', host: 'fe80::1', port: 2222 }],
  ])('is read as ssh reads it: %s', (text, host) => {
    expect(parseSshHost(text)).toEqual(host)
  })

  it.each([
    '',
    '-oProxyCommand=touch /tmp/x',
    'deploy@-oProxyCommand=x',
    '-l@web1',
    'ssh://-oProxyCommand=x',
    'ssh://-x@web1',
    'ssh://web1/srv',
    'ssh://web1:0',
    'ssh://web1:70000',
    '@web1',
    'deploy@',
    'web 1',
    'web1;reboot',
    '`id`@web1',
    '$(id)@web1',
    'web1\n-oProxyCommand=x',
  ])('is never an option or syntax of a shell: %j', (text) => {
    expect(() => parseSshHost(text)).toThrow(`${JSON.stringify(text)} is no host for ssh`)
  })

  it('is told as people write it, and log in there', () => {
    const host = parseSshHost('ssh://deploy@web1:2222')
    expect([hostText(host), loginText(host)]).toEqual(['deploy@web1:2222', 'ssh -p 2222 deploy@web1'])
    expect(hostText(parseSshHost('ssh://[fe80::1]:22'))).toBe('[fe80::1]:22')
    expect(loginText(parseSshHost('web1'))).toBe('ssh web1')
  })
})
