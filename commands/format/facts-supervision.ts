import type { ProcessDetail, ProcessState } from '../../src/index.ts'
import type { Fact } from './fact.ts'
import { statusText } from './status.ts'
import { elapsed, memory, moment, percent } from './units.ts'

/** What keeps the process well, and what it is bound to. */
export function supervisionFacts(detail: ProcessDetail, others: ProcessState[], now: number): Fact[] {
  return [
    ...healthFact(detail),
    ...portFact(detail),
    ...dependencyFacts(detail, others, now),
    ...watchFact(detail),
    ...limitsFact(detail),
    ...scheduleFact(detail, now),
    ...channelFacts(detail),
  ]
}

function healthFact({ health, config: { healthCheck, onUnhealthy } }: ProcessDetail): Fact[] {
  if (healthCheck === null) return []
  const how =
    healthCheck.type === 'output' ? 'by its output' : `by ${healthCheck.type} every ${elapsed(healthCheck.interval)}`
  const then = onUnhealthy === 'none' ? ', only shown' : ''
  return [
    [
      'health',
      `${health ?? 'not checked while it does not run'}, ${how}, ${healthCheck.retries} failures in a row count${then}`,
    ],
  ]
}

function portFact({ port, config }: ProcessDetail): Fact[] {
  if (config.port === null) return []
  if (port === null) return [['port', config.port === 'auto' ? 'chosen at the first start' : String(config.port)]]
  return [['port', config.port === 'auto' ? `${port}, chosen and kept` : String(port)]]
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

/** `db (healthy): running (healthy)`; the condition is named where it is not the usual one. */
function dependency(name: string, condition: string, others: ProcessState[], now: number): string {
  const states = others.filter((state) => state.name === name || state.instanceOf === name)
  const statuses = [...new Set(states.map((state) => statusText(state, now)))].join(', ')
  return `${name}${condition === 'ready' ? '' : ` to be ${condition}`}${statuses && `: ${statuses}`}`
}

function watchFact({ config: { watch }, suspendedBy }: ProcessDetail): Fact[] {
  if (watch === null) return []
  if (suspendedBy !== null) {
    return [['watching', `suspended: it seems to change ${suspendedBy} itself; restart it to watch again`]]
  }
  const ignored = watch.ignore.length === 0 ? '' : `, not ${watch.ignore.join(' ')}`
  return [['watching', `${watch.paths.join(' ')}${ignored}`]]
}

function limitsFact({ config: { maxMemory, maxCpu, memoryEvidence } }: ProcessDetail): Fact[] {
  const limits: string[] = []
  if (maxMemory !== null) limits.push(`memory ${memory(maxMemory)}${memoryEvidence ? ' with a heap snapshot' : ''}`)
  if (maxCpu !== null) limits.push(`cpu ${percent(maxCpu)} of one core`)
  return limits.length === 0 ? [] : [['limits', limits.join(', ')]]
}

function scheduleFact({ config: { schedule }, status, retryAt }: ProcessDetail, now: number): Fact[] {
  if (schedule === null) return []
  return [
    ['schedule', `${schedule}${status === 'restarting' && retryAt !== null ? `, next ${moment(retryAt, now)}` : ''}`],
  ]
}

function channelFacts({ pid, channel, adopted, metrics }: ProcessDetail): Fact[] {
  if (pid === null || channel === null) return []
  const lost = adopted ? 'gone after an adoption' : 'closed by the process'
  const facts: Fact[] = [['ipc', channel === 'open' ? 'open' : `${lost}; restart it to have one again`]]
  Object.entries(metrics).forEach(([name, value], index) => {
    facts.push([index === 0 ? 'metrics' : '', `${name} ${value}`])
  })
  return facts
}
