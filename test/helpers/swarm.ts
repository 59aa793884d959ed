import { type ChildProcess, execFile, execFileSync, type SpawnOptions, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { describeWith } from '../integration/programs.ts'
import { isRoot } from './nobody.ts'
import { executable } from './runtimes.ts'
import { tempFolder } from './temp.ts'
import { until } from './until.ts'

/*
 * A real Docker Swarm of several hosts on this machine. The hub is a network, mount and pid namespace with a bridge in it; each host is a `dockerd`
 * in namespaces of its own within the hub, with all its data in memory. So a SIGKILL of a host's first process is a power cut, and the end of the
 * hub is the end of everything: the hub ends when its standard input is closed, which a SIGKILL of the tests does, too. What is left then is an
 * empty folder and empty cgroups, which the next lab removes. Nothing listens outside of the hub but the Unix sockets in that folder.
 *
 * Traps: `ip netns exec` mounts /sys anew, and dockerd then finds no cgroups, so `nsenter` it is. There is no registry: images are made of this
 * machine's own programs, and services must be created without asking one for a digest. Without the `vxlan` of an ingress network, services
 * have to use the network `host`.
 */

/** Image with Node and a shell, for one or a few containers. */
export const NODE_IMAGE = 'test/node:1'
/** Image with a shell, `sleep` and `cat`, small enough for hundreds of containers. */
export const SHELL_IMAGE = 'test/shell:1'

const PROGRAMS = ['dockerd', 'containerd', 'runc', 'docker', 'nsenter', 'unshare', 'ip', 'openssl']

/** Declares tests that need a swarm; where there cannot be one, a skipped test says so. */
export function describeWithSwarm(name: string, declare: () => void): void {
  describeWith(PROGRAMS, name, declare, isRoot ? null : 'namespaces need root')
}

const PREFIX = 'ps-swarm'

/** The hub; every host joins its mount and pid namespace, and has a network namespace with a name that exists only there. */
const HUB = `
mount -t tmpfs tmpfs /run && mkdir /run/netns
ip link set lo up
ip link add hub type bridge && ip addr add 10.77.0.254/24 dev hub && ip link set hub up
echo ready
exec cat >/dev/null`

const HOST = `
mount -t tmpfs tmpfs /run
hostname host$NUMBER
exec dockerd --data-root /run/data --exec-root /run/exec --pidfile /run/docker.pid -H unix://$FOLDER/$NUMBER.sock \\
  --storage-driver overlay2 --iptables=false --ip6tables=false --bridge=none --cgroup-parent $CGROUP \\
  -H tcp://$ADDRESS:2376 --tlsverify --tlscacert $FOLDER/ca.pem --tlscert $FOLDER/host.pem --tlskey $FOLDER/host-key.pem`

export class SwarmLab {
  readonly #folder = tempFolder(PREFIX)
  readonly #cgroup = basename(this.#folder.path)
  readonly #hub: ChildProcess
  readonly #hosts: ChildProcess[] = []

  private constructor() {
    const namespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
    // Its first words say which lab it is, and so whether its folder is in use.
    this.#hub = spawn('unshare', [...namespaces, 'sh', '-c', HUB, this.#folder.path], {
      stdio: ['pipe', 'pipe', 'ignore'],
    })
  }

  /** Brings up a swarm: host 1 is its manager, the others are workers. Call `end` also when a test fails. */
  static async start(hosts = 3): Promise<SwarmLab> {
    SwarmLab.removeLeftovers()
    const lab = new SwarmLab()
    try {
      await lab.#begin(hosts)
      return lab
    } catch (error) {
      await lab.end()
      throw error
    }
  }

  /** Removes what labs have left whose tests were killed. True: nothing is left. */
  static removeLeftovers(): boolean {
    const folders = readdirSync(tmpdir()).filter((name) => name.startsWith(`${PREFIX}-`))
    const used = commandLines()
    const unused = folders.filter((name) => !used.some((line) => line.includes(`/${name}\0`)))
    for (const name of unused.filter(removeCgroups)) rmSync(join(tmpdir(), name), { recursive: true, force: true })
    return !unused.some((name) => existsSync(join(tmpdir(), name)))
  }

  async #begin(hosts: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#hub.stdout?.once('data', () => resolve())
      this.#hub.once('close', () => reject(new Error('the hub of the swarm did not start')))
    })
    makeCertificates(this.#folder.path, this.address(1))
    const images = makeImages(this.#folder.path)
    const numbers = Array.from({ length: hosts }, (_, index) => index + 1)
    for (const number of numbers) this.#startHost(number)
    await Promise.all(
      numbers.map(async (number) => {
        await until(() => existsSync(this.socket(number)), { timeoutMs: 60_000, what: `dockerd of host ${number}` })
        await until(() => this.docker(['version'], number), { timeoutMs: 60_000, what: `host ${number} to answer` })
        for (const [name, file] of Object.entries(images)) await this.docker(['import', file, name], number)
      }),
    )
    await this.docker(['swarm', 'init', '--advertise-addr', this.address(1)])
    const token = await this.docker(['swarm', 'join-token', '-q', 'worker'])
    for (const number of numbers.slice(1))
      await this.docker(['swarm', 'join', '--token', token, `${this.address(1)}:2377`], number)
  }

  #startHost(number: number): void {
    const link = `h${number}`
    const inHub = (...words: string[]) =>
      execFileSync('nsenter', ['--target', `${this.#first(this.#hub)}`, '--net', '--mount', '--pid', '--', ...words])
    inHub('ip', 'netns', 'add', link)
    inHub('ip', 'link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', link)
    inHub('ip', 'link', 'set', link, 'master', 'hub', 'up')
    inHub('ip', '-n', link, 'addr', 'add', `${this.address(number)}/24`, 'dev', 'eth0')
    inHub('ip', '-n', link, 'link', 'set', 'eth0', 'up')
    inHub('ip', '-n', link, 'link', 'set', 'lo', 'up')
    const enter = [
      '--target',
      `${this.#first(this.#hub)}`,
      '--mount',
      '--pid',
      '--',
      'nsenter',
      `--net=/run/netns/${link}`,
    ]
    const own = ['--mount', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc']
    const host = spawn('nsenter', [...enter, 'unshare', ...own, 'sh', '-c', HOST], {
      stdio: 'ignore',
      env: {
        ...process.env,
        NUMBER: `${number}`,
        ADDRESS: this.address(number),
        FOLDER: this.#folder.path,
        CGROUP: `/${this.#cgroup}`,
      },
    })
    this.#hosts[number] = host
  }

  /** The first process of the pid namespace that a program has made: its youngest descendant by only children. */
  #first({ pid = 0 }: ChildProcess): number {
    const child = childOf(pid)
    if (child === undefined) throw new Error('a host of the swarm has ended')
    // `nsenter --pid` stays as a parent of the `unshare` that it becomes.
    return readFileSync(`/proc/${child}/comm`, 'utf8').trim() === 'unshare' ? (childOf(child) ?? child) : child
  }

  /** Path of the Docker socket of a host. */
  socket(number = 1): string {
    return join(this.#folder.path, `${number}.sock`)
  }

  /** `unix://…` of the manager, as DOCKER_HOST has it. */
  get url(): string {
    return `unix://${this.socket()}`
  }

  /** Folder with `ca.pem`, `cert.pem` and `key.pem`, as DOCKER_CERT_PATH has it. */
  get certificates(): string {
    return this.#folder.path
  }

  /** `tcp://…` of the manager, which takes TLS with a certificate of these; only what `spawn` starts reaches it. */
  get tlsUrl(): string {
    return `tcp://${this.address(1)}:2376`
  }

  /** Address of a host in the hub. */
  address(number: number): string {
    return `10.77.0.${number}`
  }

  /** Runs the command `docker` against a host; resolves with what it prints, rejects with its error. */
  async docker(args: string[], number = 1): Promise<string> {
    const env = { PATH: process.env.PATH, HOME: this.#folder.path }
    const options = { timeout: 60_000, env, maxBuffer: 100_000_000 }
    const { stdout } = await promisify(execFile)('docker', ['-H', `unix://${this.socket(number)}`, ...args], options)
    return stdout.trim()
  }

  /** Starts a program that reaches the addresses of the hosts; it ends with the lab at the latest. */
  spawn(program: string, args: string[], options: Pick<SpawnOptions, 'cwd' | 'env'> = {}): ChildProcess {
    const hub = `${this.#first(this.#hub)}`
    return spawn('nsenter', ['--target', hub, '--net', '--pid', '--', program, ...args], {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  /** A power cut: the host and all its containers are gone at once. */
  cutPower(number: number): void {
    const host = this.#hosts[number]
    if (host) process.kill(this.#first(host), 'SIGKILL')
  }

  /** Ends all hosts, and removes everything that was made. */
  async end(): Promise<void> {
    this.#hub.stdin?.end()
    await until(() => this.#hub.exitCode !== null || this.#hub.signalCode !== null, { what: 'the end of the swarm' })
    await until(() => removeCgroups(this.#cgroup), { what: 'the cgroups of the swarm to be empty' })
    this.#folder.remove()
  }
}

function childOf(pid: number): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return children === '' ? undefined : Number(children.split(' ')[0])
}

function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      } catch {
        return ''
      }
    })
}

/** Removes the empty cgroups of a lab, in every hierarchy. False: one is still in use. */
function removeCgroups(name: string): boolean {
  const root = '/sys/fs/cgroup'
  const roots = [root, ...readdirSync(root).map((controller) => join(root, controller))]
  return roots.map((each) => removeCgroup(join(each, name))).every(Boolean)
}

function removeCgroup(path: string): boolean {
  if (!existsSync(path)) return true
  try {
    for (const entry of readdirSync(path, { withFileTypes: true }))
      if (entry.isDirectory()) removeCgroup(join(path, entry.name))
    rmdirSync(path)
    return true
  } catch {
    return false
  }
}

/** An authority, a certificate of hosts at this address, and one of a client. */
function makeCertificates(folder: string, address: string): void {
  const at = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' })
  const key = (name: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', at(name)]
  openssl('req', '-x509', '-days', '2', '-subj', '/CN=lab', ...key('ca-key.pem'), '-out', at('ca.pem'))
  const signed = [
    ['host', 'host.pem', 'host-key.pem', `subjectAltName=IP:${address}`],
    ['client', 'cert.pem', 'key.pem', 'extendedKeyUsage=clientAuth'],
  ] as const
  for (const [name, file, keyFile, extension] of signed) {
    writeFileSync(at('extensions'), extension)
    openssl('req', '-new', '-subj', `/CN=${name}`, ...key(keyFile), '-out', at('request'))
    const authority = ['-CA', at('ca.pem'), '-CAkey', at('ca-key.pem'), '-CAcreateserial']
    openssl(
      'x509',
      '-req',
      '-days',
      '2',
      '-in',
      at('request'),
      ...authority,
      '-extfile',
      at('extensions'),
      '-out',
      at(file),
    )
  }
}

/** Archives of root file systems, made of the programs of this machine and their libraries. By name of the image. */
function makeImages(folder: string): Record<string, string> {
  const shell = ['/bin/sh', '/bin/sleep', '/bin/cat']
  const node = executable('node')
  return {
    [NODE_IMAGE]: archive(join(folder, 'node.tar'), [...shell, node]),
    [SHELL_IMAGE]: archive(join(folder, 'shell.tar'), shell),
  }
}

function archive(file: string, programs: string[]): string {
  const root = `${file}.root`
  mkdirSync(join(root, 'usr/bin'), { recursive: true })
  const listed = execFileSync('ldd', programs, { encoding: 'utf8' }).split('\n')
  const libraries = listed.flatMap((line) => (line.endsWith(':') ? [] : (/\/\S+/.exec(line)?.[0] ?? [])))
  for (const library of new Set(libraries)) execFileSync('cp', ['-L', '--parents', library, root])
  mkdirSync(join(root, 'bin'))
  for (const program of programs) execFileSync('cp', ['-L', program, join(root, 'bin', basename(program))])
  mkdirSync(join(root, 'tmp'))
  execFileSync('tar', ['-C', root, '-cf', file, '.'])
  rmSync(root, { recursive: true })
  return file
}
