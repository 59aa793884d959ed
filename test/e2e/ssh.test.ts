import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { question } from '../../src/client/silence.ts'
import { Connection } from '../../src/manager/connect/connection.ts'
import type { SshTarget } from '../../src/model/config/targets.ts'
import { SshConnection } from '../../src/targets/ssh/connection.ts'
import { forwardSocket } from '../../src/targets/ssh/forward.ts'
import { openSsh } from '../../src/targets/ssh/index.ts'
import type { Target } from '../../src/targets/target.ts'
import { VERSION } from '../../src/version.ts'
import { fixture, interpreter } from '../helpers/children.ts'
import { alive, processesOf, read } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'
import { SshLab } from '../helpers/sshd.ts'
import { until } from '../helpers/until.ts'
import { describeWith, program } from '../integration/programs.ts'

let project: Project
let lab: SshLab
const targets: Target[] = []

beforeEach(() => {
  project = tempProject()
})
afterEach(async () => {
  for (const target of targets.splice(0)) await target.close()
  await lab?.end()
  await project.dispose()
})

/** A folder on the other host in which the command is installed. */
function folder(name = 'shop'): string {
  const path = project.file(name)
  mkdirSync(path, { recursive: true })
  lab.install(path)
  return path
}

function open(config: Partial<SshTarget> = {}, warn = (_: string) => {}): Target {
  const target = openSsh('prod', { ssh: 'box', cwd: project.file('shop'), ...config }, warn)
  targets.push(target)
  return target
}

async function start(target: Target, name: string, ...args: string[]): Promise<void> {
  const command = interpreter(name)
  const process = { name, command, args: [fixture(name), ...args], cwd: target.cwd ?? '' }
  const environment = await target.environment()
  const control = await target.reach()
  expect(await control.start({ names: [name], processes: [process], environment })).toMatchObject([{ ok: true }])
}

describeWith(['sshd', 'ssh', 'ssh-keygen'], 'another host over SSH', () => {
  beforeEach(() => {
    lab = new SshLab(project)
    folder()
  })

  it('has its supervisor brought up, and is asked through one connection that is kept', async () => {
    const host = await lab.host()
    await start(open(), 'sleeper')
    expect(await (await open().reach()).list({})).toMatchObject([{ name: 'sleeper', status: 'running' }])
    expect(host.log().match(/Accepted publickey/g)).toHaveLength(1)
    expect(await (await open().reach()).info({})).toMatchObject({ version: VERSION, mode: 'daemon' })
  })

  it('starts processes with the environment of a login there, whatever that prints', async () => {
    await lab.host()
    lab.login(`PATH=${process.env.PATH}; export SHOP='of the login'; echo "Welcome! {"; echo tuix-answer`)
    process.env.OF_THIS_SHELL = '1'
    try {
      const environment = await open().environment()
      expect(environment).toMatchObject({ SHOP: 'of the login', HOME: project.file('home') })
      expect(Object.keys(environment).filter((name) => /^SSH_|OF_THIS_SHELL|XDG_RUNTIME/.test(name))).toEqual([])
    } finally {
      delete process.env.OF_THIS_SHELL
    }
  })

  it('is reached by several commands at once, before a connection is kept', async () => {
    await lab.host()
    const lists = await Promise.all([1, 2, 3, 4].map(async () => (await open().reach()).list({})))
    expect(lists).toEqual([[], [], [], []])
    await until(() => lab.masters().length === 1, { what: 'one connection that is kept' })
  })

  it('has its processes in a folder with spaces', async () => {
    await lab.host()
    const target = open({ cwd: folder('my shop'), tuixDir: 'my state' })
    await start(target, 'sleeper')
    expect(readdirSync(project.file('my shop/my state'))).toContain('supervisor.sock')
  })

  it('has its processes in a folder whose name is syntax of ssh and of shells', async () => {
    await lab.host()
    const target = open({ cwd: folder('it\'s: a "$HOME" %h `x`!') })
    await start(target, 'sleeper')
    expect(await (await target.reach()).list({})).toMatchObject([{ status: 'running' }])
  })

  describe.each(['bash', 'zsh', 'fish', 'tcsh'])('with the login shell %s', (shell) => {
    describeWith([shell], shell, () => {
      it('runs the program in any folder', async () => {
        const file = program(shell)
        // A shell as sshd calls that of a user.
        await lab.host({ settings: [`ForceCommand exec ${file} -c "$SSH_ORIGINAL_COMMAND"`] })
        const target = open({ cwd: folder('it\'s "mine"') })
        expect(await (await target.reach()).list({})).toEqual([])
      })
    })
  })

  it.each(['MaxSessions 1', 'AllowTcpForwarding no', 'PermitTTY no'])('may be strict: %s', async (setting) => {
    await lab.host({ settings: [setting] })
    const target = open()
    await start(target, 'sleeper')
    expect(await (await target.reach()).list({})).toMatchObject([{ status: 'running' }])
  })

  it('needs no Node if it has Bun', async () => {
    await lab.host()
    installScript()
    lab.login(`PATH=${programs('sh', 'head', 'cat', 'bun')}`)
    expect(await (await open().reach()).info({})).toMatchObject({ runtime: 'bun' })
  })

  it('passes connections on by commands where it forbids forwarding', async () => {
    const host = await lab.host({ settings: ['AllowStreamLocalForwarding no'] })
    const target = open()
    await start(target, 'counter', '5')
    // What the first command found holds for the next ones.
    const next = open()
    const control = await next.reach()
    expect(await control.list({})).toMatchObject([{ name: 'counter' }])
    const end = new AbortController()
    const lines: string[] = []
    for await (const { logs } of control.followLogs({ all: true, lines: 1000 }, end.signal)) {
      lines.push(...logs.flatMap(({ message }) => (/^\d+$/.test(message) ? [message] : [])))
      if (lines.length > 30) end.abort()
    }
    expect(lines).toEqual(lines.map((_, i) => String(i + Number(lines[0]))))
    expect(host.log().match(/Accepted publickey/g)).toHaveLength(1)
    const commands = () => processesOf(project.path).filter((pid) => read(`/proc/${pid}/cmdline`).includes('BatchMode'))
    expect(commands()).not.toEqual([])
    await next.close()
    await target.close()
    await until(() => commands().length === 0, { what: 'the end of the commands' })
    expect(
      readdirSync(join(project.file('run'), `tuix-${process.getuid?.()}`)).filter((name) => /relay/.test(name)),
    ).toEqual([])
  })

  it('is reached by any server of HTTP that listens on a socket there', async () => {
    await lab.host()
    const path = project.file('docker.sock')
    const server = createServer((_, response) => response.end('served')).listen(path)
    await until(() => server.listening)
    const connection = new SshConnection('cluster', 'box')
    const end = new AbortController()
    const { socket, relay } = await forwardSocket(connection, { path, relay: 'exit 1' }, end.signal)
    expect(await question(socket, 1000, end.signal)).toBe('answered')
    expect(relay).toBe(null)
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await expect(forwardSocket(connection, { path, relay: 'echo no docker >&2' }, end.signal)).rejects.toThrow(
      `target cluster (box): ${path} cannot be reached: no docker`,
    )
  })
})

/** Installs the script as npm does, which asks for Node. */
function installScript(): void {
  const bin = project.file('shop/node_modules/.bin/tuix-ps')
  rmSync(bin)
  symlinkSync(join(REPOSITORY, 'dist/tuix-ps.js'), bin)
}

/** A folder with these programs alone. */
function programs(...names: string[]): string {
  const bin = project.file('bin')
  mkdirSync(bin)
  for (const name of names) symlinkSync(program(name), join(bin, name))
  return bin
}

describeWith(['sshd', 'ssh', 'ssh-keygen'], 'a connection to another host that is not what it was', () => {
  beforeEach(() => {
    lab = new SshLab(project)
    folder()
  })

  /** As a command asks that begins with what the last one knew. */
  async function list(): Promise<string[]> {
    const target = open()
    const connection = new Connection({
      tuixDir: project.file('.tuix'),
      mode: 'daemon',
      target,
      warn: () => {},
      released: () => {},
    })
    try {
      return (await connection.control.list({})).map(({ status }) => status)
    } finally {
      await connection.close()
    }
  }

  /** As if the last command were some time ago. */
  function expireRecords(): void {
    const run = join(project.file('run'), `tuix-${process.getuid?.()}`)
    for (const name of readdirSync(run)) if (name.endsWith('.json')) utimesSync(join(run, name), 0, 0)
  }

  beforeEach(async () => {
    await lab.host()
    await start(open(), 'sleeper')
    expect(lab.masters()).toHaveLength(1)
  })

  it('is made anew if what kept it was killed', async () => {
    process.kill(lab.masters()[0] ?? 0, 'SIGKILL')
    expect(await list()).toEqual(['running'])
  })

  it('is made anew if what keeps it is stopped', async () => {
    const [pid = 0] = lab.masters()
    process.kill(pid, 'SIGSTOP')
    // Right after a command it is taken for granted, which a request finds to be wrong.
    await expect(list()).rejects.toThrow('target prod (box) does not answer')
    expireRecords()
    expect(await list()).toEqual(['running'])
    process.kill(pid, 'SIGKILL')
  })

  it('leads to the next supervisor after the end of the first one', async () => {
    const info = JSON.parse(read(project.file('shop/.tuix/supervisor.json')))
    process.kill(info.identity.pid, 'SIGKILL')
    await until(() => !alive(info.identity.pid))
    expect(await list()).toEqual(['running'])
  })

  it('is made anew if somebody has deleted its sockets', async () => {
    for (const name of readdirSync(project.file('run'), { recursive: true, encoding: 'utf8' }))
      if (/\.(?:sock|ssh)$/.test(name)) rmSync(join(project.file('run'), name))
    expect(await list()).toEqual(['running'])
  })

  it('is made anew after a restart of the host, and tells why it cannot be meanwhile', async () => {
    const [host] = lab.hosts
    await host?.stop()
    await expect(list()).rejects.toThrow(
      /^target prod \(box\) cannot be reached: connect to host .* Connection refused$/,
    )
    await host?.start()
    expect(await list()).toEqual(['running'])
  })

  it('goes on with a log where it was cut, without a line too few or too many', async () => {
    const target = open()
    await start(target, 'counter', '5')
    const connection = new Connection({
      tuixDir: project.file('.tuix'),
      mode: 'daemon',
      target,
      warn: () => {},
      released: () => {},
    })
    const end = new AbortController()
    const lines: number[] = []
    let cuts = 0
    let next = 60
    for await (const { logs } of connection.control.followLogs({ names: ['counter'], lines: 10_000 }, end.signal)) {
      lines.push(...logs.flatMap(({ message }) => (/^\d+$/.test(message) ? [Number(message)] : [])))
      if (lines.length < next) continue
      next = lines.length + 60
      if (++cuts > 4) end.abort()
      else for (const pid of cuts % 2 ? lab.masters() : lab.sessions()) process.kill(pid, 'SIGKILL')
    }
    await connection.close()
    expect(lines).toEqual(lines.map((_, i) => i + (lines[0] ?? 0)))
  })
})

describeWith(['sshd', 'ssh', 'ssh-keygen'], 'another host that cannot be used', () => {
  beforeEach(() => {
    lab = new SshLab(project)
    folder()
  })

  async function problem(config: Partial<SshTarget> = {}): Promise<string> {
    try {
      await open(config).reach()
      return 'none'
    } catch (error) {
      expect(error).toMatchObject({ name: 'ProcessManagerError', code: 'unreachable' })
      return (error as Error).message
    }
  }

  it('does not accept the key', async () => {
    await lab.host()
    lab.makeKey('other')
    lab.configure('Host box', `  IdentityFile ${project.file('other')}`, '  IdentitiesOnly yes')
    rmSync(project.file('user'))
    expect(await problem()).toMatch(
      /^target prod \(box\): it does not accept this login: set up a key with which this asks nothing: ssh box \(.*Permission denied.*\)$/,
    )
  })

  it('has another host key than before', async () => {
    const { port } = await lab.host()
    lab.makeKey('former')
    lab.distrust()
    lab.trust('127.0.0.1', port, 'former')
    expect(await problem()).toMatch(
      /^target prod \(box\): its host key has changed, .*accept the new one with: ssh box \(Host key verification failed\.\)$/,
    )
  })

  it('has a host key that is not known', async () => {
    await lab.host()
    lab.distrust()
    expect(await problem()).toBe(
      'target prod (box): its host key is not known here: check and accept it with: ssh box (Host key verification failed.)',
    )
  })

  it('has a name that nobody knows', async () => {
    expect(await problem({ ssh: 'me@no-such-host.invalid' })).toMatch(
      /^target prod \(me@no-such-host\.invalid\)(?:: there is no host of this name|.* Temporary failure).*no-such-host.invalid/,
    )
  })

  it('has nobody who listens', async () => {
    const host = await lab.host()
    await host.stop()
    expect(await problem()).toMatch(
      /^target prod \(box\) cannot be reached: connect to host 127.0.0.1 port \d+: Connection refused$/,
    )
  })

  it('does not have the folder', async () => {
    await lab.host()
    expect(await problem({ cwd: '/srv/no such shop' })).toBe(
      'target prod (box): there is no folder /srv/no such shop: correct `cwd` of this target, or install the project there',
    )
  })

  it('does not have the program', async () => {
    await lab.host()
    rmSync(project.file('shop/node_modules'), { recursive: true })
    lab.login(`PATH=${programs('sh', 'head', 'cat')}`)
    expect(await problem()).toBe(
      `target prod (box): tuix-ps is not installed there: install it in ${project.file('shop')} (npm install tuix-process-manager), or set \`program\` of this target`,
    )
  })

  it('has neither Node nor Bun', async () => {
    await lab.host()
    const script = project.write('shop/tuix-ps', '#!/usr/bin/env node\n')
    chmodSync(script, 0o755)
    rmSync(project.file('shop/node_modules/.bin/tuix-ps'))
    symlinkSync(script, project.file('shop/node_modules/.bin/tuix-ps'))
    lab.login(`PATH=${programs('sh', 'head', 'cat')}`)
    expect(await problem()).toMatch(
      /^target prod \(box\): `tuix-ps` does not run: it, Node or Bun is missing on the PATH of a login there \(.*node.*\)$/,
    )
  })

  it('has an older version that does not know how to be reached', async () => {
    await lab.host()
    const older = stand(
      'older',
      'case $1 in --version) echo 0.0.9 ;; *) echo "error: reach is not a command" >&2; exit 2 ;; esac',
    )
    expect(await problem({ program: older })).toBe(
      `target prod (box): it has version 0.0.9, and this program ${VERSION}: install ${VERSION} in ${project.file('shop')} there`,
    )
  })

  it('has an older version', async () => {
    await lab.host()
    const bin = project.file('shop/node_modules/.bin/tuix-ps')
    const older = stand('older', `${bin} "$@" | sed 's/"version": "[^"]*"/"version": "0.0.9"/'`)
    expect(await problem({ program: older })).toContain(`it has version 0.0.9, and this program ${VERSION}`)
  })

  it.each([
    ['echo', 'unexpected answer: supervisor reach --json'],
    ['true', '`true` on box ended with code 0'],
    [`sh -c 'echo "error: broken" >&2; exit 1'`, 'broken'],
    [`sh -c 'exit 2'`, '` is not tuix-ps'],
    ['no-such-program', '`no-such-program` does not run'],
  ])('has another program of that name: %s', async (other, words) => {
    await lab.host()
    expect(await problem({ program: other })).toContain(words)
  })

  it('lets nobody in', async () => {
    await lab.host({ settings: ['ForceCommand echo This account is not available.; exit 1'] })
    expect(await problem()).toBe('target prod (box): unexpected answer: This account is not available.')
  })

  it('is no concern of a machine without ssh', async () => {
    process.env.TUIX_SSH = project.file('no-ssh')
    expect(await problem()).toBe('ssh: not found; install the client of OpenSSH')
  })

  it('is given up at once when nobody waits for it any more', async () => {
    lab.configure('Host box', '  ProxyCommand sleep 60')
    const target = open()
    const asked = target.reach().catch((error: Error) => error.message)
    await until(() => processesOf(project.path).some((pid) => read(`/proc/${pid}/cmdline`).includes('BatchMode')))
    await target.close()
    expect(await asked).toBe('target prod (box): the connection was given up')
  })

  function stand(name: string, script: string): string {
    const file = project.file(name)
    writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    return file
  }
})
