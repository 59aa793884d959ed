import { ProcessManagerError } from '../../model/errors.ts'
import { unknownProcess } from '../../model/planning/select.ts'
import { maskDetail, maskState } from '../../model/redaction/mask-state.ts'
import { ownedOf } from '../../model/swarm/declared.ts'
import { detailOf, replicasIn, stateOf } from '../../model/swarm/state.ts'
import type { AlertsInfo } from '../../model/views/alerts-info.ts'
import { controlBy } from '../../protocol/carrier.ts'
import type { Control, Operation } from '../../protocol/operations.ts'
import { VERSION } from '../../version.ts'
import { startServices } from './actions.ts'
import { endServices, replicaNames, selected, splitNames } from './end.ts'
import { asUserError } from './engine.ts'
import { events, followHistory, readHistory } from './history.ts'
import { followLogs, readLogs } from './logs.ts'
import { unknownOutcome } from './outcomes.ts'
import { planServices } from './plan.ts'
import type { Swarm } from './swarm.ts'

/** What a Swarm cannot do, and what to do instead. */
const REFUSED: Partial<Record<Operation, string>> = {
  flush: 'it keeps the logs of containers itself; limit them with the logging options of its engines',
  pause: 'it cannot pause a service; stop it, or pause a container on its host with `docker pause`',
  resume: 'it cannot pause a service, and so there is nothing to resume',
  signal: 'it sends no signals; use `docker kill --signal` on the host that `list` shows',
  send: 'it has no channel to a program; use its port',
  stats: 'it does not measure its replicas; use `docker stats` on the host that `list` shows',
  release: 'there is no supervisor that could be ended',
  crash: 'it keeps no crash reports; `why` tells how its last tasks have ended',
  testAlerts: 'nothing there sends alerts; watch it from a supervisor',
  openWeb: 'it has no dashboard of this program',
}

const NO_ALERTS: AlertsInfo = { rules: [], open: [], waiting: 0 }

/** The operations of a supervisor, carried out by the engine of a Swarm. `OPERATIONS` describes each. */
export function createOperations(swarm: Swarm): Control {
  const replicas = async () => replicasIn(await swarm.read(), swarm.stack)
  const replica = async (wanted: string) => {
    const all = await replicas()
    const found = all.find(({ name }) => name === wanted)
    if (found) return found
    throw unknownProcess(
      wanted,
      all.map(({ name }) => name),
    )
  }
  const operations: Partial<Control> = {
    info: async () => ({
      identity: { pid: 0, startTime: 0, bootId: '' },
      socket: '',
      version: VERSION,
      runtime: process.versions.bun ? 'bun' : 'node',
      mode: 'daemon',
      startedAt: 0,
    }),
    list: async () => (await replicas()).map((replica) => maskState(stateOf(replica, Date.now()))),
    status: async ({ name, reveal }) => {
      const detail = detailOf(await replica(name), Date.now())
      return reveal ? detail : maskDetail(detail)
    },
    // The engine tells of the leader of a container, and of nothing else in it.
    tree: async ({ name }) => {
      const { pid, port } = stateOf(await replica(name), Date.now())
      return { name, pid, port, members: [], holder: null }
    },
    trees: async () => [],
    crashes: async () => [],
    start: (request) => startServices(swarm, 'start', request),
    restart: (request) => startServices(swarm, 'restart', request),
    reload: (request) => startServices(swarm, 'reload', request),
    apply: (request) => startServices(swarm, 'apply', request),
    scale: (request) => startServices(swarm, 'scale', request),
    stop: (request) => end(swarm, request, 'stopped'),
    remove: (request) => end(swarm, request, 'removed'),
    logs: (request) => readLogs(swarm, request),
    followLogs: (request, signal, listening) => followLogs(swarm, request, signal, listening),
    events: (_, signal, listening) => events(swarm, signal, listening),
    history: (request) => readHistory(swarm, request),
    followHistory: (request, signal, listening) => followHistory(swarm, request, signal, listening),
    plan: (request) => planServices(swarm, request),
    alerts: async () => NO_ALERTS,
    setAlerts: async ({ rules }) => {
      if (rules.length > 0) throw refused(swarm, 'nothing there sends alerts; leave `alerts` out of its profile')
      return NO_ALERTS
    },
  }
  return controlBy({
    async ask(name, input) {
      const operation = operations[name] as ((input: object) => Promise<unknown>) | undefined
      if (!operation) throw refused(swarm, REFUSED[name] ?? `it has no \`${name}\``)
      try {
        return await operation(input)
      } catch (error) {
        throw asUserError(swarm.engine, error)
      }
    },
    async *listen(name, ...how) {
      try {
        yield* (operations[name] as (...how: unknown[]) => AsyncGenerator<unknown, void, undefined>)(...how)
      } catch (error) {
        throw asUserError(swarm.engine, error)
      }
    },
  })
}

function refused(swarm: Swarm, why: string): ProcessManagerError {
  return new ProcessManagerError('unsupported', `${swarm.engine.name} is a Docker Swarm: ${why}`)
}

async function end(
  swarm: Swarm,
  request: Parameters<Control['stop']>[0],
  done: 'stopped' | 'removed',
): ReturnType<Control['stop']> {
  const cluster = await swarm.read()
  const present = ownedOf(cluster.services, swarm.stack)
  const known = [...present.map(({ config }) => config.name), ...replicaNames(present)]
  const { meant, unknown } = splitNames(request, known)
  const ended = await endServices(swarm, selected(meant, cluster, swarm.stack), present, request, done)
  return [...ended, ...unknown.map((name) => unknownOutcome(name, known))]
}
