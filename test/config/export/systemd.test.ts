import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProcessConfig } from '../../../src/model/config/config.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { exported } from './exporting.ts'
import { PROJECT } from './project.ts'

const ANALYZE = spawnSync('systemd-analyze', ['--version']).status === 0

/** The lines of the unit of a process. */
function unitOf(process: Partial<ProcessConfig>, others: ProcessConfig[] = []): string[] {
  const { files } = exported('systemd', [{ name: 'web', command: 'node web.mjs', ...process }, ...others])
  return (files['shop-web.service'] ?? files['shop-web@.service'] ?? '').split('\n')
}

describe('a unit of systemd', () => {
  it.each([
    [{ command: '/opt/bin/web' }, 'ExecStart=/opt/bin/web'],
    [{ command: './bin/web' }, 'ExecStart=/srv/shop/bin/web'],
    [{ command: './web', cwd: 'api' }, 'ExecStart=/srv/shop/api/web'],
    [{ command: 'missing' }, 'ExecStart=missing'],
    [
      { command: 'node', args: ['a b', "it's", '$HOME', '100%', '', ';', 'back\\slash'] },
      'ExecStart=/usr/bin/node "a b" "it\'s" $$HOME 100%% "" ";" "back\\\\slash"',
    ],
    [{ stopSignal: 'SIGUSR2' }, 'KillSignal=SIGUSR2'],
    [{ autorestart: false }, 'Type=exec'],
    [{ maxRestarts: 'unlimited' }, 'StartLimitIntervalSec=0'],
    [{ maxRestarts: 0 }, 'StartLimitBurst=1'],
    [{ stopExitCodes: [0, 7] }, 'RestartPreventExitStatus=0 7'],
    [{ daemon: true, pidFile: 'web.pid' }, 'PIDFile=/srv/shop/web.pid'],
    [{ logFile: 'web.log' }, 'StandardError=journal'],
    [{ logFile: 'web.log', instances: 2 }, 'StandardOutput=append:/srv/shop/web-%i.log'],
    [{ errorFile: 'web.err' }, 'StandardError=append:/srv/shop/web.err'],
    [{ stopCommand: 'kill "$TUIX_PID"' }, 'ExecStop=/bin/sh -c "TUIX_PID=$$MAINPID; kill \\"$$TUIX_PID\\""'],
    [{ cwd: '/srv/100% of it' }, 'WorkingDirectory=/srv/100%% of it'],
  ] satisfies [Partial<ProcessConfig>, string][])('of %j has the line %s', (process, line) => {
    expect(unitOf(process)).toContain(line)
  })

  it('runs as the user who exports, and as root without a name', () => {
    expect(unitOf({})).toContain('User=shop')
  })

  it('has the folder of its program in PATH, if that is not a usual one', () => {
    const facts = { findProgram: (name: string) => `/home/me/.nvm/bin/${name}` }
    const { files } = exported('systemd', [{ name: 'web', command: 'npm start && true' }], facts)
    expect(files['shop-web.service']).toContain('\nEnvironment=PATH=/home/me/.nvm/bin:/usr/local/sbin:')
  })

  it('is a oneshot only if others wait for its end', () => {
    const waiting = (condition: 'completed' | 'started'): ProcessConfig[] => [
      { name: 'api', command: 'node api.mjs', dependsOn: { web: condition } },
    ]
    expect(unitOf({ autorestart: false }, waiting('completed'))).toEqual(
      expect.arrayContaining(['Type=oneshot', 'RemainAfterExit=yes']),
    )
    expect(unitOf({ autorestart: false }, waiting('started'))).toContain('Type=exec')
    expect(unitOf({ autorestart: true }, waiting('completed'))).toContain('Restart=on-failure')
  })

  it('of a job is repeated, as in a supervisor, if the config says so for all', () => {
    const processes: ProcessConfig[] = [
      { name: 'job', command: 'node job.mjs' },
      { name: 'web', command: 'node web.mjs', dependsOn: { job: 'completed' } },
    ]
    const compose = (autoRestart?: boolean) => {
      const defaults = autoRestart === undefined ? {} : { autoRestart }
      return exported('compose', processes, { image: 'shop:1', defaults }).files['compose.yaml']?.match(/restart: .*/g)
    }
    expect(compose()).toEqual(['restart: on-failure:10', 'restart: unless-stopped'])
    expect(compose(true)).toEqual(['restart: unless-stopped', 'restart: unless-stopped'])
  })

  it('has no variable of which the name is none, and says so', () => {
    const { files, notes } = exported('systemd', [
      { name: 'web', command: 'node web.mjs', env: { 'A\nExecStart': '/bin/evil', 'a b': '1', MODE: 'x' } },
    ])
    expect(files['shop-web.service']?.match(/^(?:Environment|ExecStart)=.*/gm)).toEqual([
      'Environment=MODE=x',
      'ExecStart=/usr/bin/node web.mjs',
    ])
    expect(notes).toContain('web: `env` has "A\\nExecStart", which is no name of a variable there')
  })

  it('names settings for all processes that are not carried over', () => {
    const { notes } = exported('kubernetes', [{ name: 'web', command: 'x' }], {
      image: 'a',
      defaults: { maxRestarts: 5 },
    })
    expect(notes).toEqual(['web: `maxRestarts` is not carried over: a Deployment never gives up'])
  })

  it('that does not start with all others is not wanted by the target', () => {
    const { files } = exported('systemd', [
      { name: 'web', command: 'node web.mjs', startWithAll: false },
      { name: 'api', command: 'node api.mjs' },
    ])
    expect(files['shop.target']?.match(/Wants=.*/g)).toEqual(['Wants=shop-api.service'])
  })

  it('refuses a path with a line break', () => {
    expect(() => unitOf({ cwd: '/srv/a\nExecStart=/bin/evil' })).toThrow('cannot stand in a unit of systemd')
  })
})

describe.skipIf(!ANALYZE)(`systemd-analyze${ANALYZE ? '' : ' (skipped: it is not installed)'}`, () => {
  let folder: TempFolder
  beforeEach(() => {
    folder = tempFolder()
  })
  afterEach(() => folder.remove())

  function verify(processes: ProcessConfig[], change = (text: string) => text) {
    const findProgram = () => '/bin/true'
    const { files } = exported('systemd', processes, { user: 'daemon', findProgram })
    const units = join(folder.path, 'units')
    mkdirSync(units)
    for (const [name, text] of Object.entries(files)) writeFileSync(join(units, name), change(text))
    const paths = Object.keys(files).map((name) => join(units, name))
    return spawnSync('systemd-analyze', ['verify', ...paths], {
      encoding: 'utf8',
      // Only these units, and those that systemd brings along.
      env: { PATH: process.env.PATH, SYSTEMD_UNIT_PATH: `${units}:/lib/systemd/system` },
    })
  }

  it('finds nothing wrong in the units of a whole project', () => {
    const { status, stderr } = verify(PROJECT)
    expect(stderr.split('\n').filter((line) => line.includes('shop'))).toEqual([])
    expect(status).toBe(0)
  })

  it('would tell of a key that there is not', () => {
    const { stderr } = verify(PROJECT, (text) => text.replace('RestartSec=', 'RestartSeconds='))
    expect(stderr).toContain('RestartSeconds')
  })
})
