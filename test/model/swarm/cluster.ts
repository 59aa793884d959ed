import { resolveProcess } from '../../../src/config/process.ts'
import type { Declared, Owned } from '../../../src/model/swarm/declared.ts'
import type { Cluster, Node, Service, Task } from '../../../src/model/swarm/engine.ts'
import { specOf } from '../../../src/model/swarm/spec.ts'

/** Epoch ms of the moment to which the times of a cluster are relative. */
export const NOON = Date.parse('2026-01-01T12:00:00Z')
const at = (seconds: number) => new Date(NOON + seconds * 1000).toISOString()

export function declared(settings: object = {}, deploy: object = {}): Declared {
  const config = resolveProcess({ name: 'web', command: 'node server.mjs', ...settings }, { path: '', cwd: '/' })
  return { config, deploy: { image: 'web:1', ...deploy } }
}

/** The service of a declaration as the engine has it. */
export function owned(of: Declared = declared(), replicas = 1, more: Partial<Service> = {}, isStopped = false): Owned {
  const Spec = specOf(of, {
    ...{ stack: 'shop', replicas, isStopped, replacement: 'rolling', force: 0 },
    ...{ secrets: new Map([['db', 'id-of-db']]), hash: () => 'r1' },
  })
  const service = {
    ID: `s-${of.config.name}`,
    Version: { Index: 1 },
    CreatedAt: at(0),
    UpdatedAt: at(0),
    Spec,
    ...more,
  }
  return { ...of, service, replicas }
}

export interface Given {
  slot?: number
  node?: string
  state?: string
  wanted?: string
  /** Seconds after noon at which it was made, and at which it came into its state. */
  from?: number
  to?: number
  code?: number
  err?: string
  message?: string
  revision?: string
  force?: number
  pid?: number
}

export function task(id: string, given: Given = {}): Task {
  const { slot = 1, node = 'n1', state = 'running', wanted = 'running', from = 0, to = 1 } = given
  const { code, err, message, revision = 'r1', force = 0, pid = 42 } = given
  return {
    ...{ ID: id, ServiceID: 's-web', Slot: slot, NodeID: node, DesiredState: wanted, CreatedAt: at(from) },
    Spec: { ForceUpdate: force, ContainerSpec: { Labels: { 'tuix.revision': revision } } },
    Status: {
      ...{ Timestamp: at(to), State: state, ...(err && { Err: err }), ...(message && { Message: message }) },
      ContainerStatus: { PID: pid, ...(code !== undefined && { ExitCode: code }) },
    },
  }
}

export function node(id: string, state = 'ready', since = 0): Node {
  return { ID: id, UpdatedAt: at(since), Description: { Hostname: `host-${id}` }, Status: { State: state } }
}

export function clusterOf(service: Owned, tasks: Task[], nodes: Node[] = [node('n1'), node('n2')]): Cluster {
  return { services: [service.service], tasks, nodes }
}
