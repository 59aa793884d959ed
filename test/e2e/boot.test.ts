import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import type { Running } from '../helpers/running.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'
import { until } from '../helpers/until.ts'

/* What needs no init system. A real systemd runs services in test/boot. */

let project: Project
let service: Running | undefined

afterEach(async () => {
  service?.kill('SIGKILL')
  service = undefined
  await project.dispose()
})

const HAS_INIT = existsSync('/run/systemd/system') || existsSync('/run/openrc') || process.platform === 'darwin'
const config = [child('web', 'sleeper', { stopTimeout: 30_000 }), child('db', 'sleeper')]

/** A service as an init system runs it. */
async function run(env: Record<string, string> = {}): Promise<Running> {
  const running = project.startPs({ env }, 'supervisor', 'run', '--start', 'wanted', '--tuix-dir', '.tuix')
  service = running
  await until(() => running.stderr().includes('supervising '), { what: 'the service' })
  return running
}

const wanted = async () =>
  (await project.ps('list', '--json')).json().map(({ name, wanted }: Record<string, string>) => `${name} ${wanted}`)
const untilRunning = (name: string) =>
  until(async () => (await project.state(name)).status === 'running', { what: `${name} to run`, everyMs: 100 })

describe('boot', () => {
  it('prints the files of every init system', async () => {
    project = tempProject({ config })
    const { files } = (await project.psWith({}, 'boot', 'enable', '--print', '--init', 'systemd', '--json')).json()
    const [unit, launcher] = files
    expect(unit.path).toMatch(/\/tuix-ps-ps-\w+-[0-9a-f]{8}\.service$/)
    expect(unit.text).toContain(`ExecStart=/bin/sh ${project.file('.tuix/boot.sh')}\n`)
    expect(unit.text).toContain('TimeoutStopSec=45s\n')
    expect(launcher).toMatchObject({ path: project.file('.tuix/boot.sh') })
    expect(launcher.text).toContain(`program='${REPOSITORY}/dist/tuix-ps.js'\n`)
    expect(launcher.text).toContain(`'--start' 'wanted' '--tuix-dir' '${project.file('.tuix')}'\n`)
    expect((await project.psWith({}, 'boot', '--print')).stdout).toContain('[Service]\nType=notify\n')
    expect((await project.psWith({}, 'boot', 'enable', '--print', '--init', 'launchd')).stdout).toContain(
      '<plist version="1.0">',
    )
    const script = (await project.psWith({}, 'boot', 'enable', '--print', '--init', 'openrc')).stdout
    expect(script).toMatch(/^# \/etc\/init\.d\/tuix-ps-.*\n#!\/sbin\/openrc-run$/m)
    expect(existsSync(project.file('.tuix'))).toBe(false)
  })

  it('is not enabled, and says how', async () => {
    project = tempProject({ config })
    const { code, stdout } = await project.ps('boot')
    expect([code, stdout]).toEqual([3, 'not enabled; enable it with: tuix-ps boot enable\n'])
    expect((await project.ps('boot', '--json')).json()).toEqual({ services: [] })
    expect((await project.ps('boot', 'disable')).stdout).toBe('not enabled\n')
  })

  it('refuses what cannot be, in a sentence with what to do', async () => {
    project = tempProject({ config })
    const refused = async (...args: string[]) => {
      const { code, stderr } = await project.psWith({}, 'boot', ...args)
      return [code, stderr]
    }
    expect(await refused('enable', '--init', 'upstart')).toEqual([
      2,
      'error: --init must be one of systemd, launchd, openrc, not upstart\n',
    ])
    expect(await refused('enable', '--system', '--user', 'no-such-user', '--print')).toEqual([
      2,
      'error: there is no user no-such-user\n',
    ])
    expect((await refused('enbale'))[1]).toContain('did you mean enable?')
    expect((await refused('disable', '--system'))[1]).toContain('--system is only an option of boot enable')
    if (HAS_INIT) return
    expect(await refused('enable')).toEqual([
      1,
      'error: systemd is not the init of this machine: print the unit with --print, and install it where systemd is\n',
    ])
    expect(await refused('enable', '--init', 'openrc')).toEqual([
      1,
      'error: OpenRC is not the init of this machine: print the script with --print\n',
    ])
    expect(await refused('enable', '--init', 'launchd')).toEqual([
      1,
      'error: launchd is the init of macOS: print the file with --print\n',
    ])
    expect(existsSync(project.file('.tuix/boot.sh'))).toBe(false)
  })
})

describe('supervisor run --start wanted', () => {
  it('starts again what was up at its end, and nothing that was stopped meanwhile', async () => {
    project = tempProject({ config: [...config, child('new', 'sleeper', { autostart: true })] })
    await project.ps('start', 'web', 'db')
    const first = await run()
    await untilRunning('new')
    first.kill('SIGTERM')
    expect((await first.finished).code).toBe(0)
    expect((await project.ps('list', '--json')).json()[0]).toMatchObject({
      ...{ name: 'web', status: 'stopped', wanted: 'down', comesBack: true },
      reason: 'comes back with the service',
    })
    await project.ps('stop', 'db')
    await project.ps('stop', 'new')
    const second = await run()
    await untilRunning('web')
    expect(await wanted()).toEqual(['web up', 'db down', 'new down'])
    second.kill('SIGTERM')
    await second.finished
  })

  it('brings back what was up although the config is broken, as it ran before', async () => {
    project = tempProject({ config })
    const first = await run()
    await project.ps('start', 'web')
    first.kill('SIGTERM')
    await first.finished
    project.write('processes.json', '{ broken')
    const second = await run()
    expect(second.stderr()).toMatch(/processes\.json.*; processes come back as they ran before/)
    await untilRunning('web')
  })

  it('tells a service manager how it is, and passes nothing of that on to its processes', async () => {
    project = tempProject({ config: [{ name: 'web', command: 'sh -c "env; exec sleep 1000"' }] })
    const socket = project.file('notify.sock')
    const notes = project.file('notes')
    const receiver = `import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1])
while True:
  text, files, _, _ = socket.recv_fds(s, 4096, 4)
  with open(sys.argv[2], 'a') as out: out.write(text.decode() + '\\n')
`
    if (spawnSync('sh', ['-c', 'command -v systemd-notify && command -v python3']).status !== 0) return
    const listening = project.run(['-c', receiver, socket, notes], { program: 'python3' })
    await until(() => existsSync(socket) && statSync(socket).isSocket(), { what: 'the receiver' })
    const running = await run({ NOTIFY_SOCKET: socket, WATCHDOG_USEC: '200000', INVOCATION_ID: 'x' })
    const said = () => (existsSync(notes) ? readFileSync(notes, 'utf8').split('\n') : [])
    await until(() => said().includes('READY=1'), { what: 'the news that it is ready' })
    await project.ps('start', 'web')
    await until(() => said().includes('STATUS=1 of 1 process up'), { what: 'the status' })
    const before = said().filter((line) => line === 'WATCHDOG=1').length
    await until(() => said().filter((line) => line === 'WATCHDOG=1').length > before + 2, { what: 'signs of life' })
    running.kill('SIGTERM')
    await running.finished
    expect(said()).toContain('STOPPING=1')
    expect(said().some((line) => /^EXTEND_TIMEOUT_USEC=\d+$/.test(line))).toBe(true)
    listening.kill('SIGKILL')
    expect((await project.ps('logs', 'web', '--raw')).stdout).not.toMatch(/NOTIFY_SOCKET|WATCHDOG|INVOCATION_ID/)
  })
})
