import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { launchdPlist, readPlist } from '../../../src/model/boot/launchd.ts'
import { openrcScript, readScript } from '../../../src/model/boot/openrc.ts'
import type { BootService } from '../../../src/model/boot/service.ts'
import { readUnit, systemdUnit } from '../../../src/model/boot/systemd.ts'
import { tempFolder } from '../../helpers/temp.ts'

const service: BootService = {
  name: 'tuix-ps-shop-1f2e3d4c',
  project: 'shop',
  folder: '/srv/shop',
  launcher: '/srv/shop/.tuix/boot.sh',
  user: 'alice',
  path: '/opt/node/bin:/usr/bin:/bin',
  stopWithin: 45_000,
}
const odd: BootService = {
  ...service,
  project: `50% "of" it's <b> & $HOME`,
  folder: `/srv/50% "of" it's <b> & $HOME`,
  launcher: `/srv/50% "of" it's <b> & $HOME/.tuix/boot.sh`,
  path: `/opt/a "b" %h:/bin`,
  user: null,
}

let folder: ReturnType<typeof tempFolder>

beforeEach(() => {
  folder = tempFolder('units')
})

afterEach(() => folder.remove())

const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
const written = (name: string, text: string) => {
  writeFileSync(`${folder.path}/${name}`, text)
  return `${folder.path}/${name}`
}

describe.each([
  ['systemd', systemdUnit, readUnit],
  ['launchd', launchdPlist, readPlist],
  ['openrc', openrcScript, readScript],
] as const)('a file of %s', (_, text, read) => {
  it.each([{ each: service }, { each: odd }])('tells again what only it knows: $each.project', ({ each }) => {
    const { folder, user, path, stopWithin } = each
    expect(read(text(each))).toEqual({ folder, user, path, stopWithin })
  })

  it('of somebody else tells nothing', () => {
    expect(read('')).toBeNull()
    expect(read('[Service]\nWorkingDirectory=/srv\n')).toBeNull()
  })
})

describe('a unit of systemd', () => {
  it('is restarted and watched, and leaves processes alone when its supervisor is killed', () => {
    const unit = systemdUnit(service)
    for (const line of [
      'Type=notify',
      'User=alice',
      'ExecStart=/bin/sh /srv/shop/.tuix/boot.sh',
      'Restart=on-failure',
      'KillMode=process',
      'TimeoutStopSec=1min',
      'WatchdogSec=60s',
      'WatchdogSignal=SIGKILL',
      'OOMPolicy=continue',
      'ConditionPathExists=/srv/shop/.tuix/boot.sh',
      'WantedBy=multi-user.target',
    ])
      expect(unit.split('\n')).toContain(line)
    expect(systemdUnit(odd)).toContain('WantedBy=default.target')
  })

  it('refuses a folder that no unit can have', () => {
    expect(() => systemdUnit({ ...service, folder: '/srv/a\nb' })).toThrow('cannot stand in a unit of systemd')
  })

  it.skipIf(!has('systemd-analyze')).each([{ each: service }, { each: odd }])(
    'is understood by systemd: $each.project',
    ({ each }) => {
      const file = written('tuix-ps-shop.service', systemdUnit({ ...each, user: each.user && 'root' }))
      const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' })
      // Of the units of this machine it says more.
      expect(stderr.split('\n').filter((line) => line.includes('tuix-ps-shop'))).toEqual([])
    },
  )
})

describe('a property list of launchd', () => {
  it('begins at boot or login, and again after a crash', () => {
    const text = launchdPlist(service)
    expect(text).toContain('<key>RunAtLoad</key>\n  <true/>')
    expect(text).toContain('<key>UserName</key>\n  <string>alice</string>')
    expect(launchdPlist(odd)).not.toContain('UserName')
  })

  it.skipIf(!has('python3'))('is one to a parser', () => {
    const file = written('a.plist', launchdPlist(odd))
    const script = 'import json, plistlib, sys; print(json.dumps(plistlib.load(open(sys.argv[1], "rb"))))'
    const { stdout } = spawnSync('python3', ['-c', script, file], { encoding: 'utf8' })
    expect(JSON.parse(stdout)).toEqual({
      Label: 'tuix-ps-shop-1f2e3d4c',
      ProgramArguments: ['/bin/sh', odd.launcher],
      WorkingDirectory: odd.folder,
      EnvironmentVariables: { PATH: odd.path },
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      ThrottleInterval: 1,
      ExitTimeOut: 60,
      AbandonProcessGroup: true,
      StandardOutPath: odd.launcher.replace('boot.sh', 'supervisor.log'),
      StandardErrorPath: odd.launcher.replace('boot.sh', 'supervisor.log'),
    })
  })
})

describe('a script of OpenRC', () => {
  it('is one to a shell, which reads every setting as it was meant', () => {
    const file = written('script', openrcScript({ ...odd, user: 'alice' }))
    expect(spawnSync('sh', ['-n', file]).status).toBe(0)
    // OpenRC evaluates them once more.
    const show = `. ${file}; eval "printf '%s\\n' $command_args $directory $supervise_daemon_args"; printf '%s\\n' "$command_user" "$retry"`
    const { stdout } = spawnSync('/bin/sh', ['-c', show], { encoding: 'utf8' })
    const args = [odd.launcher, odd.folder, '--env', `PATH=${odd.path}`]
    expect(stdout.split('\n').slice(0, 6)).toEqual([...args, 'alice', 'TERM/60/KILL/5'])
    expect(existsSync(file)).toBe(true)
  })
})
