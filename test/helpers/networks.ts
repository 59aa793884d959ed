import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { describe, it } from 'vitest'
import { describeWith } from '../integration/programs.ts'
import { alive } from './processes.ts'

/** Declares tests with hosts in networks, and these programs; where that is impossible, a skipped test says so. */
export function describeWithNetworks(programs: string[], name: string, declare: () => void): void {
  describeWith([...programs, 'ip', 'nsenter'], name, () => {
    try {
      new Networks().remove()
    } catch {
      const skipped = 'skipped: networks can be made by root alone, and not in every container'
      console.warn(`${name}: ${skipped}`)
      describe(name, () => it.skip(skipped, () => {}))
      return
    }
    declare()
  })
}

const FOLDER = '/run/netns'

let count = 0

/**
 * Hosts in network namespaces, connected by a bridge in one more namespace, in which clients run. Nothing of this machine's own
 * network is changed. Only root can make them.
 */
export class Networks {
  /** The namespace of clients. */
  readonly client: string
  readonly #hosts: string[] = []

  constructor() {
    removeAbandoned()
    this.client = `tuix-${process.pid}-${++count}`
    ip('netns', 'add', this.client)
    this.#inClient('link', 'set', 'lo', 'up')
    this.#inClient('link', 'add', 'bridge', 'type', 'bridge')
    this.#inClient('addr', 'add', '10.55.0.254/24', 'dev', 'bridge')
    this.#inClient('link', 'set', 'bridge', 'up')
  }

  /** A host with an address of its own. */
  host(): { address: string; namespace: string } {
    const number = this.#hosts.length + 1
    const [namespace, port, address] = [`${this.client}-${number}`, `host${number}`, `10.55.0.${number}`]
    this.#hosts.push(namespace)
    ip('netns', 'add', namespace)
    this.#inClient('link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace)
    this.#inClient('link', 'set', port, 'master', 'bridge', 'up')
    for (const words of [`addr add ${address}/24 dev eth0`, 'link set eth0 up', 'link set lo up'])
      ip('-n', namespace, ...words.split(' '))
    return { address, namespace }
  }

  /** Pulls the plug of a host's cable, or puts it in again. Neither side is told. */
  connect(address: string, isConnected: boolean): void {
    this.#inClient(
      'link',
      'set',
      `host${address.split('.').at(-1)}`,
      ...(isConnected ? ['master', 'bridge'] : ['nomaster']),
    )
  }

  /** Removes all of it. What still runs in a namespace keeps it. */
  remove(): void {
    for (const name of [...this.#hosts, this.client]) ip('netns', 'del', name)
  }

  #inClient(...words: string[]): void {
    ip('-n', this.client, ...words)
  }
}

/** Those of tests that were killed. */
function removeAbandoned(): void {
  if (!existsSync(FOLDER)) return
  for (const name of readdirSync(FOLDER)) {
    const [, pid] = /^tuix-(\d+)-/.exec(name) ?? []
    if (pid !== undefined && Number(pid) !== process.pid && !alive(Number(pid))) ip('netns', 'del', name)
  }
}

function ip(...words: string[]): void {
  execFileSync('ip', words, { stdio: 'pipe' })
}
