import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { program } from '../integration/programs.ts'
import { freePort } from './free-port.ts'
import { alive, childrenOf, processesOf, read } from './processes.ts'
import type { Project } from './project.ts'
import { executable, pathWithRuntimes, REPOSITORY } from './runtimes.ts'
import { until } from './until.ts'

export interface SshdOptions {
  /** Name by which the client knows it. Default `box`. */
  name?: string
  /** Further lines of sshd_config, which come first and so win. */
  settings?: string[]
  /** Where it listens, in a network of its own. Default loopback. */
  net?: { address: string; namespace: string }
}

export interface Sshd {
  name: string
  port: number
  /** What sshd has logged. */
  log(): string
  /** Ends it with all its sessions; it can be started again. */
  stop(): Promise<void>
  start(): Promise<void>
}

/**
 * Real hosts for `ssh`, all of them this machine: each an sshd with its own keys and config, in which the user of the tests logs in.
 * Everything is below the folder of a project, whose `dispose` also ends connections and what was started through them.
 */
export class SshLab {
  /** The client's `TUIX_SSH`: ssh with a config of this lab. */
  readonly ssh: string
  readonly #project: Project
  readonly hosts: RunningSshd[] = []
  readonly #saved = { TUIX_SSH: process.env.TUIX_SSH, XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR }

  /** @param namespace in which the client runs */
  constructor(project: Project, namespace?: string) {
    this.#project = project
    // Its package has it made when the machine boots.
    if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true })
    mkdirSync(project.file('home'))
    this.login(`PATH=${pathWithRuntimes()}`)
    mkdirSync(project.file('run'), { mode: 0o700 })
    for (const key of ['host', 'user']) this.makeKey(key)
    cpSync(project.file('user.pub'), project.file('authorized'))
    const words = namespace === undefined ? '' : `nsenter --net=/run/netns/${namespace} `
    this.ssh = project.write('ssh', `#!/bin/sh\nexec ${words}ssh -F ${project.file('ssh_config')} "$@"\n`)
    chmodSync(this.ssh, 0o755)
    for (const name of ['ssh_config', 'known']) project.write(name, '')
    Object.assign(process.env, this.environment())
  }

  /** What makes a command use this lab. */
  environment(): Record<string, string> {
    return { TUIX_SSH: this.ssh, XDG_RUNTIME_DIR: this.#project.file('run') }
  }

  /** Sets what a login shell does on every host. */
  login(script: string): void {
    this.#project.write('home/.profile', `${script}\n`)
  }

  makeKey(name: string): void {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', this.#project.file(name)])
  }

  /** Adds to the client's config. What comes first wins. */
  configure(...lines: string[]): void {
    const file = this.#project.file('ssh_config')
    writeFileSync(file, `${lines.join('\n')}\n${readFileSync(file, 'utf8')}`)
  }

  /** Starts a host that the client knows and trusts. */
  async host({ name = 'box', settings = [], net }: SshdOptions = {}): Promise<Sshd> {
    const address = net?.address ?? '127.0.0.1'
    const port = net ? 22 : await freePort()
    const { file, write } = { file: this.#file, write: this.#write }
    const config = write(
      `sshd_${name}`,
      [
        ...settings,
        `Port ${port}`,
        `ListenAddress ${address}`,
        `HostKey ${file('host')}`,
        `AuthorizedKeysFile ${file('authorized')}`,
        `PidFile ${file(`${name}.pid`)}`,
        'UsePAM no',
        'StrictModes no',
        'PermitRootLogin yes',
        'PasswordAuthentication no',
        'KbdInteractiveAuthentication no',
        // All that is started there is known to be of this project by it.
        `SetEnv HOME=${file('home')}`,
      ].join('\n'),
    )
    this.configure(
      `Host ${name}`,
      `  HostName ${address}`,
      `  Port ${port}`,
      `  IdentityFile ${file('user')}`,
      '  IdentitiesOnly yes',
      `  UserKnownHostsFile ${file('known')}`,
      '  GlobalKnownHostsFile none',
    )
    this.trust(address, port, 'host')
    const sshd = new RunningSshd({ name, port, config, log: file(`${name}.log`), namespace: net?.namespace })
    this.hosts.push(sshd)
    await sshd.start()
    return sshd
  }

  /** Forgets all keys of hosts. */
  distrust(): void {
    this.#project.write('known', '')
  }

  /** Writes a host's key into the client's known hosts, as its first login would. */
  trust(address: string, port: number, key: string): void {
    const [type, value] = readFileSync(this.#file(`${key}.pub`), 'utf8').split(' ')
    const place = port === 22 ? address : `[${address}]:${port}`
    writeFileSync(this.#file('known'), `${place} ${type} ${value}\n`, { flag: 'a' })
  }

  /** Installs the built command in a folder, as npm does. */
  install(folder: string): void {
    const bin = join(folder, 'node_modules/.bin')
    mkdirSync(bin, { recursive: true })
    const file = join(bin, 'tuix-ps')
    writeFileSync(file, `#!/bin/sh\nexec ${executable()} ${REPOSITORY}/dist/tuix-ps.js "$@"\n`, { mode: 0o755 })
  }

  /** Pids of what serves a connection on any host. */
  sessions(): number[] {
    return this.hosts.flatMap((host) => host.sessions())
  }

  /** Pids of what keeps the connections of clients. */
  masters(): number[] {
    return processesOf(this.#project.path).filter((pid) => read(`/proc/${pid}/cmdline`).includes('[mux]'))
  }

  /** Ends all connections that are kept. */
  async disconnect(): Promise<void> {
    const kill = () => {
      const pids = this.masters()
      for (const pid of pids) process.kill(pid, 'SIGKILL')
      return pids.length === 0
    }
    await until(kill, { what: 'the end of all connections' })
  }

  /** Ends every host. Connections and what runs in the project end with that. */
  async end(): Promise<void> {
    for (const [name, value] of Object.entries(this.#saved)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
    for (const host of this.hosts) await host.stop()
  }

  readonly #file = (name: string) => this.#project.file(name)
  readonly #write = (name: string, content: string) => this.#project.write(name, content)
}

class RunningSshd implements Sshd {
  readonly name: string
  readonly port: number
  readonly #config: string
  readonly #log: string
  readonly #namespace: string | undefined
  #child: ChildProcess | null = null

  constructor(options: { name: string; port: number; config: string; log: string; namespace: string | undefined }) {
    this.name = options.name
    this.port = options.port
    this.#config = options.config
    this.#log = options.log
    this.#namespace = options.namespace
  }

  log(): string {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8') : ''
  }

  async start(): Promise<void> {
    const inside = this.#namespace === undefined ? [] : [program('nsenter'), `--net=/run/netns/${this.#namespace}`]
    writeFileSync(this.#log, '')
    const [file = '', ...words] = [...inside, program('sshd'), '-D', '-f', this.#config, '-E', this.#log]
    const child = spawn(file, words, { stdio: 'ignore' })
    this.#child = child
    const listens = () => {
      if (child.exitCode !== null) throw new Error(`sshd ended: ${this.log()}`)
      return this.log().includes('Server listening')
    }
    await until(listens, { what: `sshd: ${this.log()}` })
  }

  sessions(): number[] {
    return this.#child?.pid === undefined ? [] : childrenOf(this.#child.pid)
  }

  async stop(): Promise<void> {
    const pid = this.#child?.pid
    this.#child = null
    if (pid === undefined) return
    // Each session has a process of its own, which outlives the first one.
    const pids = [pid, ...childrenOf(pid)]
    const kill = () => {
      const living = pids.filter(alive)
      for (const each of living) process.kill(each, 'SIGKILL')
      return living.length === 0
    }
    await until(kill, { what: 'the end of sshd' })
  }
}
