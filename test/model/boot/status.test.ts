import { describe, expect, it } from 'vitest'
import { type BootFacts, bootProblems } from '../../../src/model/boot/status.ts'

const well: BootFacts = {
  init: 'systemd',
  isOfSystem: false,
  name: 'tuix-ps-shop-1',
  file: '/units/tuix-ps-shop-1.service',
  user: 'alice',
  text: '[Service]\nType=notify\n',
  expected: '[Service]\nType=notify\n',
  state: { enabled: true, active: true, pid: 7, word: 'active' },
  lingers: true,
  launcher: { runtimes: [{ path: '/usr/bin/node', exists: true }], program: { path: '/app/tuix-ps.js', exists: true } },
  launcherFile: '/srv/shop/.tuix/boot.sh',
  supervisor: 7,
}

const found = (changes: Partial<BootFacts>) =>
  bootProblems({ ...well, ...changes }).map(
    ({ isSevere, message, advice }) => `${isSevere ? '!' : '?'} ${message}: ${advice}`,
  )
const state = (changes: Partial<BootFacts['state']>) => ({ state: { ...well.state, ...changes } })
const gone = { path: '/usr/bin/node', exists: false }

describe('a service', () => {
  it('that fits has no problem, and neither has one whose init system cannot be asked', () => {
    expect(found({})).toEqual([])
    expect(found({ lingers: null, ...state({ active: null, pid: null, word: '' }) })).toEqual([])
    expect(found(state({ pid: null }))).toEqual([])
  })

  it.each([
    [
      '? /units/tuix-ps-shop-1.service is not what it would be now: it should have `Type=notify`: boot enable',
      { text: '[Service]\n' },
    ],
    ['? /units/tuix-ps-shop-1.service is not what it would be now: boot enable', { text: `${well.text}X=1\n` }],
    ['! /units/tuix-ps-shop-1.service exists, but is not enabled: boot enable', state({ enabled: false })],
    ['! /srv/shop/.tuix/boot.sh is missing, which /units/tuix-ps-shop-1.service runs: boot enable', { launcher: null }],
    [
      '! the services of alice start at the first login, not at boot: sudo loginctl enable-linger alice',
      { lingers: false },
    ],
    [
      '? /usr/bin/node is gone, so that the next boot looks for another runtime: boot enable',
      { launcher: { runtimes: [gone], program: { path: '/app', exists: true } } },
    ],
    [
      '? /usr/bin/node is gone, so that the next boot looks for another tuix-ps: boot enable',
      { launcher: { runtimes: [gone], program: gone } },
    ],
    ['? pid 9 supervises the folder, not the service: supervisor restart', { supervisor: 9 }],
    [
      '? pid 9 supervises the folder; the service takes over at the next boot: supervisor restart',
      { supervisor: 9, ...state({ active: false, pid: null, word: 'inactive' }) },
    ],
    [
      '? the service is stopped until the next boot: boot enable',
      { supervisor: null, ...state({ active: false, pid: null, word: 'inactive' }) },
    ],
    [
      '! the service does not start: failed: journalctl --user -u tuix-ps-shop-1 -n 20',
      state({ active: false, pid: null, word: 'failed' }),
    ],
    [
      '! the service does not start: failed: see its log',
      { init: 'openrc', isOfSystem: true, ...state({ active: false, pid: null, word: 'failed' }) } as const,
    ],
  ] satisfies [string, Partial<BootFacts>][])('%s', (sentence, changes) => {
    expect(found(changes)).toEqual([sentence])
  })
})
