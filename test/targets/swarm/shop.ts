import type { ProcessConfig } from '../../../src/model/config/config.ts'
import type { StartRequest } from '../../../src/model/planning/requests.ts'
import type { Control } from '../../../src/protocol/operations.ts'
import { openSwarm } from '../../../src/targets/swarm/index.ts'
import { NODE_IMAGE, type SwarmLab } from '../../helpers/swarm.ts'

/** The operations of a stack in a lab. */
export function reachLab(lab: SwarmLab, stack = 'shop'): Promise<Control> {
  return openSwarm('lab', { swarm: { docker: lab.url, stack } }, 'unused').reach()
}

/** A process that can be replaced within a second. */
export function service(name: string, script: string, more: Partial<ProcessConfig> = {}): ProcessConfig {
  const { deploy, ...others } = more
  return {
    name,
    command: 'node',
    args: ['-e', script],
    cwd: '/',
    stopTimeout: 1000,
    restartDelay: 500,
    startTimeout: 20_000,
    ...others,
    deploy: { image: NODE_IMAGE, networks: ['host'], update: { monitor: 3000 }, ...deploy },
  }
}

export function applying(processes: ProcessConfig[]): StartRequest {
  return { all: true, processes, source: '/srv/shop/processes.json' }
}

export const TICKING = 'let n = 0; setInterval(() => console.log("tick", ++n), 100)'
