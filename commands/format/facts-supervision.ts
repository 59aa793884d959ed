import type { ProcessDetail, ProcessState } from '../../src/index.ts'
import { statusText } from './status.ts'
import type { Fact } from './table.ts'
import { counted, elapsed, memory, moment, percent } from './units.ts'

/** Facts about health checks, the port, dependencies, watching, limits, the schedule and the IPC channel. */
export function supervisionFacts(detail: ProcessDetail, others: ProcessState[], now: number): Fact[] {
  return [
    ...healthFact(detail),
    ...portFact(detail),
    ...referenceFact(detail),
    ...(detail.url === undefined ? [] : [['url', detail.url] satisfies Fact]),
    ...dependencyFacts(detail, others, now),
    ...watchFact(detail),
    ...limitsFact(detail),
    ...scheduleFact(detail, now),
    ...channelFacts(detail),
  ]
}

function healthFact({ health, config: { healthCheck, onUnhealthy } }: ProcessDetail): Fact[] {
  if (healthCheck === null) return []
  const { type, interval, retries } = healthCheck
  const check = type === 'output' ? 'checked by its output' : `${type} check every ${elapsed(interval)}`
  const unhealthy = `unhealthy after ${counted(retries, 'failure')} in a row`
  const reaction = onUnhealthy === 'none' ? ', reported only' : ''
  return [['health', `${health ?? 'not checked while it is not running'}; ${check}, ${unhealthy}${reaction}`]]
}

function portFact({ port, ports, config }: ProcessDetail): Fact[] {
  if (config.port === null) return []
  if (config.ports !== undefined) return [['ports', portsText(config.ports, ports ?? {})]]
  const { share } = config
  if (share?.part === 'proxy') return [['port', `${share.port}, shared by the instances of ${config.instanceOf}`]]
  if (share && port !== null) return [['port', `${port}, its own behind the shared port ${share.port}`]]
  if (port === null)
    return [['port', config.port === 'auto' ? 'chosen automatically at the first start' : String(config.port)]]
  return [['port', config.port === 'auto' ? `${port}, chosen automatically` : String(port)]]
}

/** `http 3000, debug 20113 (chosen automatically)` */
function portsText(wishes: NonNullable<ProcessDetail['config']['ports']>, ports: Record<string, number>): string {
  const texts = Object.entries(wishes).map(([name, wish]) => {
    if (typeof wish === 'number') return `${name} ${ports[name] ?? wish}`
    const port = ports[name]
    return port === undefined ? `${name} chosen at the first start` : `${name} ${port}, chosen automatically`
  })
  return texts.join('; ')
}

/** What its run was told of other processes. */
function referenceFact({ references = {} }: ProcessDetail): Fact[] {
  const texts = Object.entries(references).map(([key, value]) => `${key} ${value}`)
  return texts.length === 0 ? [] : [['told of others', texts.join(', ')]]
}

function dependencyFacts(detail: ProcessDetail, others: ProcessState[], now: number): Fact[] {
  const facts: Fact[] = []
  const wanted = Object.entries(detail.config.dependsOn)
  if (wanted.length > 0) {
    facts.push(['depends on', wanted.map(([name, condition]) => dependency(name, condition, others, now)).join(', ')])
  }
  const own = [detail.name, ...(detail.instanceOf === null ? [] : [detail.instanceOf])]
  const dependents = others.filter(({ dependsOn }) => dependsOn.some((name) => own.includes(name)))
  if (dependents.length > 0) facts.push(['needed by', dependents.map(({ name }) => name).join(', ')])
  return facts
}

/** A dependency and its status: `db: running`, or `db (healthy): starting` if the condition is not the default one. */
function dependency(name: string, condition: string, others: ProcessState[], now: number): string {
  const states = others.filter((state) => state.name === name || state.instanceOf === name)
  const statuses = [...new Set(states.map((state) => statusText(state, now)))].join(', ')
  return `${name}${condition === 'ready' ? '' : ` (${condition})`}${statuses && `: ${statuses}`}`
}

function watchFact({ config: { watch }, suspendedBy }: ProcessDetail): Fact[] {
  if (watch === null) return []
  const ignored = watch.ignore.length === 0 ? '' : `, except ${watch.ignore.join(' ')}`
  const suspended = suspendedBy === null ? '' : `; suspended for ${suspendedBy}, which it seems to change itself`
  return [['watching', `${watch.paths.join(' ')}${ignored}${suspended}`]]
}

function limitsFact({ config: { maxMemory, maxCpu, heapSnapshot } }: ProcessDetail): Fact[] {
  const limits: string[] = []
  if (maxMemory !== null) limits.push(`memory ${memory(maxMemory)}${heapSnapshot ? ' with a heap snapshot' : ''}`)
  if (maxCpu !== null) limits.push(`cpu ${percent(maxCpu)} of one core`)
  return limits.length === 0 ? [] : [['limits', limits.join(', ')]]
}

function scheduleFact({ config: { schedule, timezone }, status, retryAt }: ProcessDetail, now: number): Fact[] {
  if (schedule === null) return []
  return [
    [
      'schedule',
      `${schedule}${timezone ? ` (${timezone})` : ''}${status === 'restarting' && retryAt !== null ? `, next ${moment(retryAt, now)}` : ''}`,
    ],
  ]
}

function channelFacts({ pid, channel, adopted, metrics }: ProcessDetail): Fact[] {
  if (pid === null) return []
  const lost = adopted ? 'lost when the process was adopted' : 'closed by the process'
  const facts: Fact[] =
    channel === null ? [] : [['ipc', channel === 'open' ? 'open' : `${lost}; restart it to reconnect`]]
  Object.entries(metrics).forEach(([name, value], index) => {
    facts.push([index === 0 ? 'metrics' : '', `${name} ${value}`])
  })
  return facts
}
