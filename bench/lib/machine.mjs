import { execFileSync } from 'node:child_process'
import { cpus, loadavg, totalmem } from 'node:os'
import { read } from './proc.mjs'

/** When and on what: figures of different machines, or days, are not to be compared. */
export function describeMachine({ runtimes, peers }) {
  const versions = runtimes.map(({ name, program }) => {
    return `${name} ${execFileSync(program, ['--version'], { encoding: 'utf8' }).trim().replace(/^v/, '')}`
  })
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: [
      cpus()[0].model.trim(),
      `${cpus().length} cores`,
      `${Math.round(totalmem() / 2 ** 30)} GiB`,
      `Linux ${/^\d+\.\d+/.exec(read('/proc/sys/kernel/osrelease'))?.[0]}`,
      `load ${loadavg()[0].toFixed(1)} before`,
    ].join(', '),
    versions: [...versions, ...peers.map((peer) => `${peer.name} ${peer.version()}`)].join(', '),
  }
}
