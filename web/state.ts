import { computed, signal } from '@preact/signals'
import { lookOf } from '../commands/format/status.ts'
import type { ProcessEvent, ProcessState, ProcessTree } from '../src/index.ts'
import type { SupervisorInfo } from '../src/model/views/supervisor-info.ts'
import { ApiError, get } from './api.ts'

/** ms between two looks, and while nobody answers. */
const EVERY = 2000
const RETRY_EVERY = 1000
/** ms between two looks after events, of which there may be many. */
const GATHER = 200
/** ms between two looks at the ports of all processes. */
const PORTS_EVERY = 10_000
/** A quarter of an hour. */
const MOST_SAMPLES = (15 * 60_000) / EVERY

export interface Sample {
  /** Epoch ms. */
  at: number
  cpu: number | null
  memory: number | null
}

export type Connection = { type: 'connecting' | 'live' | 'gone' } | { type: 'refused'; message: string }

export const connection = signal<Connection>({ type: 'connecting' })
export const supervisor = signal<SupervisorInfo | null>(null)
export const processes = signal<ProcessState[]>([])
export const trees = signal<ProcessTree[]>([])
export const lastEvent = signal<ProcessEvent | null>(null)
/** By name of the process; `''` has the sums. */
export const samples = new Map<string, Sample[]>()

export const isReady = computed(() => processes.value.length > 0 || connection.value.type === 'live')

/** Folder of the project, as far as it can be told from where the supervisor listens. */
export const project = computed(() => /^(.*)\/[^/]+\/supervisor\.sock$/.exec(supervisor.value?.socket ?? '')?.[1])

export type Kind = 'up' | 'problem' | 'busy' | 'rest'

export function kindOf(state: ProcessState): Kind {
  const { symbol, color } = lookOf(state)
  if (symbol === 'failed' || color === 'red' || color === 'yellow') return 'problem'
  return symbol === 'paused' ? 'rest' : symbol
}

/** Names of the processes that wait for this one. */
export function dependentsOf({ name, instanceOf }: ProcessState): string[] {
  return processes.value.filter(({ dependsOn }) => dependsOn.includes(instanceOf ?? name)).map((state) => state.name)
}

let isDue = false
let wake = () => {}

/** Looks again soon. */
export function refresh(): void {
  isDue = true
  wake()
}

/** Keeps the state up to date for as long as the page is seen. */
export async function watch(): Promise<never> {
  let events: EventSource | null = null
  let portsAt = Number.NEGATIVE_INFINITY
  const listen = (): EventSource => {
    const source = new EventSource('/v1/events')
    source.onmessage = ({ data }) => {
      const event: ProcessEvent = JSON.parse(data)
      lastEvent.value = event
      if (event.type === 'ready' || event.type === 'start') portsAt = Number.NEGATIVE_INFINITY
      refresh()
    }
    source.onerror = () => {
      source.close()
      if (events === source) events = null
      refresh()
    }
    return source
  }
  for (;;) {
    if (document.hidden) {
      // A browser has six connections for all its tabs.
      events?.close()
      events = null
      await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }))
      continue
    }
    isDue = false
    try {
      if (connection.value.type !== 'live') supervisor.value = await get<SupervisorInfo>('/v1/supervisor')
      await look()
      events ??= listen()
      connection.value = { type: 'live' }
      if (Date.now() - portsAt > PORTS_EVERY) {
        trees.value = await get<ProcessTree[]>('/v1/trees')
        portsAt = Date.now()
      }
    } catch (error) {
      const isRefused = error instanceof ApiError && [401, 403].includes(error.status)
      connection.value = isRefused ? { type: 'refused', message: error.message } : { type: 'gone' }
    }
    await new Promise((resolve) => setTimeout(resolve, GATHER))
    await new Promise<void>((resolve) => {
      wake = resolve
      if (isDue) resolve()
      setTimeout(resolve, connection.value.type === 'live' ? EVERY - GATHER : RETRY_EVERY - GATHER)
    })
  }
}

async function look(): Promise<void> {
  const states = await get<ProcessState[]>('/v1/processes')
  const at = Date.now()
  const sum = (key: 'cpu' | 'memory') => states.reduce((total, state) => total + (state[key] ?? 0), 0)
  const taken = [...states, { name: '', cpu: sum('cpu'), memory: sum('memory') }]
  for (const { name, cpu, memory } of taken) {
    samples.set(name, [...(samples.get(name) ?? []), { at, cpu, memory }].slice(-MOST_SAMPLES))
  }
  for (const name of samples.keys()) if (!taken.some((one) => one.name === name)) samples.delete(name)
  processes.value = states
}
