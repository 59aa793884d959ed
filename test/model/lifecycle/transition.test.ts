import { describe, expect, it } from 'vitest'
import type { EndCause } from '../../../src/model/lifecycle/causes.ts'
import type { Effect, Found, Input } from '../../../src/model/lifecycle/inputs.ts'
import { PHASES, type Phase } from '../../../src/model/lifecycle/phase.ts'
import type { ManagedProcess } from '../../../src/model/lifecycle/process.ts'
import { transition } from '../../../src/model/lifecycle/transition.ts'
import { config, identity, live as liveRun, managedProcess, runExit } from '../processes.ts'

const RUN = 3
const live = liveRun({ startedAt: 500 })
const end: EndCause = { type: 'exited', code: 1, signal: null, lasted: 500 }
const lastExit = runExit({ run: RUN })
const healthCheck = {
  type: 'tcp',
  host: 'localhost',
  port: 80,
  interval: 100,
  timeout: 50,
  retries: 1,
  startPeriod: 0,
} as const
const watch = { paths: ['**/*'], ignore: [], debounce: 300, cwd: '/srv' }
const survivors = [identity(34)]

function state(
  phase: Phase,
  wanted: 'up' | 'down',
  facts: Partial<ManagedProcess> = {},
  isWatched = false,
): ManagedProcess {
  return managedProcess({ run: RUN, wanted, phase, ...facts }, { healthCheck, ...(isWatched && { watch }) })
}

/** Every phase, more than once where something besides decides. */
const STATES = {
  stopped: state({ type: 'stopped', why: null }, 'down', { lastExit }),
  completed: state({ type: 'completed', code: 0 }, 'down', { lastExit: runExit({ run: RUN, code: 0 }) }),
  crashed: state({ type: 'crashed', end }, 'down', { lastExit }),
  failed: state({ type: 'failed', cause: { type: 'gave-up', restarts: 3 } }, 'up', { failures: 4, lastExit }),
  'failed, with survivors': state(
    { type: 'failed', cause: { type: 'survivors', members: [{ pid: 34, name: 'sh' }] } },
    'down',
    { survivors },
  ),
  'crashed, watched': state({ type: 'crashed', end }, 'down', { lastExit }, true),
  'failed, watched': state({ type: 'failed', cause: { type: 'gave-up', restarts: 3 } }, 'up', { lastExit }, true),
  'failed for a dependency, watched': state(
    { type: 'failed', cause: { type: 'dependency', name: 'db', what: 'failed', detail: '' } },
    'up',
    {},
    true,
  ),
  waiting: state({ type: 'waiting', for: 'db' }, 'up'),
  'waiting, with survivors': state({ type: 'waiting', for: 'db' }, 'up', { survivors }),
  scheduled: state({ type: 'scheduled', at: 2000 }, 'up'),
  backoff: state({ type: 'backoff', at: 2000, end }, 'up', { failures: 1, lastExit }),
  'backoff, watched': state({ type: 'backoff', at: 2000, end }, 'up', { failures: 1, lastExit }, true),
  spawning: state({ type: 'spawning', blocked: null }, 'up'),
  'spawning, after survivors': state({ type: 'spawning', blocked: { type: 'survivors' } }, 'up', { survivors }),
  starting: state({ type: 'starting', live }, 'up'),
  running: state({ type: 'running', live, rebuilt: false }, 'up'),
  'running, suspended': state({ type: 'running', live, rebuilt: false }, 'up', {
    rewrites: [{ file: 'a.ts', at: 880, delays: Array(10).fill(100) }],
  }),
  paused: state({ type: 'paused', live, rebuilt: true }, 'up'),
  'stopping, wanted down': state({ type: 'stopping', why: { type: 'stop' }, live, automatic: false }, 'down'),
  'stopping, wanted up': state({ type: 'stopping', why: { type: 'restart' }, live, automatic: false }, 'up'),
  'stopping, not spawned': state({ type: 'stopping', why: { type: 'stop' }, live: null, automatic: false }, 'down'),
  cleanup: state({ type: 'cleanup', end, live, startAt: null }, 'up', { lastExit }),
  'cleanup, wanted down': state({ type: 'cleanup', end, live, startAt: null }, 'down', { lastExit }),
  'cleanup, asked to start': state({ type: 'cleanup', end, live, startAt: 900 }, 'up', { lastExit }),
}

const nothing: Found = { leader: null, run: RUN, leftovers: false, rebooted: false }

const INPUTS = {
  start: { type: 'start', owner: null },
  restart: { type: 'restart', owner: null },
  stop: { type: 'stop' },
  pause: { type: 'pause' },
  resume: { type: 'resume' },
  wait: { type: 'wait', owner: null, for: 'db' },
  abandon: { type: 'abandon', cause: { type: 'dependency', name: 'db', what: 'failed', detail: 'exited with 1' } },
  spawned: { type: 'spawned', run: RUN, leader: identity(35), logStart: { stdout: 0, stderr: 0 }, port: null, at: 990 },
  blocked: { type: 'blocked', run: RUN, by: { type: 'port', port: 80, holder: null } },
  'spawn-failed': { type: 'spawn-failed', run: RUN, problem: { type: 'process-limit' }, transient: false },
  'spawn-failed, transient': { type: 'spawn-failed', run: RUN, problem: { type: 'process-limit' }, transient: true },
  exited: { type: 'exited', run: RUN, code: 1, signal: null },
  detached: { type: 'detached', run: RUN, leader: identity(37) },
  killed: { type: 'killed', run: RUN, survivors: [] },
  'killed, with survivors': { type: 'killed', run: RUN, survivors: [{ identity: identity(34), name: 'sh' }] },
  ready: { type: 'ready', run: RUN, cause: { type: 'uptime' } },
  'ready-timeout': { type: 'ready-timeout', run: RUN, awaited: 'healthy', within: 60_000 },
  healthy: { type: 'health', run: RUN, result: { at: 900, ok: true, took: 1, detail: '' } },
  unhealthy: { type: 'health', run: RUN, result: { at: 900, ok: false, took: 1, detail: 'refused' } },
  'over-limit': {
    type: 'over-limit',
    run: RUN,
    cause: { type: 'over-limit', of: 'memory', used: 2, limit: 1, snapshot: null },
  },
  'file-changed': { type: 'file-changed', run: RUN, files: ['a.ts'], at: 900 },
  retry: { type: 'retry', run: RUN },
  'recover, leader lives': { type: 'recover', found: { ...nothing, leader: identity(33) } },
  'recover, newer run lives': { type: 'recover', found: { ...nothing, leader: identity(36), run: RUN + 1 } },
  'recover, nothing lives': { type: 'recover', found: nothing },
  'recover, leftovers': { type: 'recover', found: { ...nothing, leftovers: true } },
  'recover, rebooted': { type: 'recover', found: { ...nothing, rebooted: true } },
} satisfies Record<string, Input>

type StateName = keyof typeof STATES
type InputName = keyof typeof INPUTS

/**
 * New phase and wanted, the run if it is another, and the effects in order. An input that a phase does not list gives the same
 * object back, and has no effect.
 */
const TABLE: Record<StateName, Partial<Record<InputName, string>>> = {
  stopped: {
    start: 'spawning up run 4 · cancel · spawn',
    restart: 'spawning up run 4 · cancel · spawn',
    stop: 'stopped down',
    wait: 'waiting up',
    'recover, leader lives': 'stopping down · cancel · kill',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, leftovers': 'stopping down · cancel · kill',
    'recover, rebooted': 'stopped down',
  },
  completed: {
    start: 'spawning up run 4 · cancel · spawn',
    restart: 'spawning up run 4 · cancel · spawn',
    stop: 'completed down',
    wait: 'waiting up',
    'recover, leader lives': 'stopping down · cancel · kill',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, leftovers': 'stopping down · cancel · kill',
    'recover, rebooted': 'completed down',
  },
  crashed: {
    start: 'spawning up run 4 · cancel · spawn',
    restart: 'spawning up run 4 · cancel · spawn',
    stop: 'stopped down',
    wait: 'waiting up',
    'recover, leader lives': 'stopping down · cancel · kill',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, leftovers': 'cleanup down · cancel · kill',
    'recover, rebooted': 'crashed down',
  },
  failed: {
    start: 'spawning up run 4 · cancel · spawn',
    restart: 'spawning up run 4 · cancel · spawn',
    stop: 'stopped down',
    wait: 'waiting up',
    'recover, leader lives': 'running up · watch-leader · emit adopt · monitor',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, leftovers': 'stopping down · cancel · kill',
    'recover, rebooted': 'stopped up · request-start',
  },
  'crashed, watched': {
    start: 'spawning up run 4 · cancel · spawn',
    restart: 'spawning up run 4 · cancel · spawn',
    stop: 'stopped down · cancel',
    wait: 'waiting up · cancel',
    'file-changed': 'spawning up run 4 · emit restart · cancel · spawn',
    'recover, leader lives': 'stopping down · cancel · kill',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, nothing lives': 'crashed down · watch',
    'recover, leftovers': 'cleanup down · cancel · kill',
    'recover, rebooted': 'crashed down · watch',
  },
  'failed, watched': {
    start: 'spawning up run 4 · cancel · spawn',
    restart: 'spawning up run 4 · cancel · spawn',
    stop: 'stopped down · cancel',
    wait: 'waiting up · cancel',
    'file-changed': 'spawning up run 4 · emit restart · cancel · spawn',
    'recover, leader lives': 'running up · watch-leader · emit adopt · monitor',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, nothing lives': 'failed up · watch',
    'recover, leftovers': 'stopping down · cancel · kill',
    'recover, rebooted': 'stopped up · request-start',
  },
  'failed for a dependency, watched': {
    start: 'spawning up run 4 · cancel · spawn',
    restart: 'spawning up run 4 · cancel · spawn',
    stop: 'stopped down · cancel',
    wait: 'waiting up · cancel',
    'file-changed': 'stopped up · cancel · emit restart · request-start',
    'recover, leader lives': 'running up · watch-leader · emit adopt · monitor',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, nothing lives': 'failed up · watch',
    'recover, leftovers': 'stopping down · cancel · kill',
    'recover, rebooted': 'stopped up · request-start',
  },
  'failed, with survivors': {
    start: 'spawning up run 4 · cancel · kill',
    restart: 'spawning up run 4 · cancel · kill',
    stop: 'stopping down · cancel · kill',
    wait: 'waiting up',
    'recover, leader lives': 'stopping down · cancel · kill',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, leftovers': 'stopping down · cancel · kill',
    'recover, rebooted': 'failed down',
  },
  waiting: {
    start: 'spawning up run 4 · cancel · spawn',
    restart: 'spawning up run 4 · cancel · spawn',
    stop: 'stopped down · emit stop',
    wait: 'waiting up',
    abandon: 'failed up · emit error',
    'recover, leader lives': 'running up · watch-leader · emit adopt · monitor',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, nothing lives': 'stopped up · request-start',
    'recover, leftovers': 'stopping up · cancel · kill',
    'recover, rebooted': 'stopped up · request-start',
  },
  'waiting, with survivors': {
    start: 'spawning up run 4 · cancel · kill',
    restart: 'spawning up run 4 · cancel · kill',
    stop: 'stopping down · cancel · kill',
    wait: 'waiting up',
    abandon: 'failed up · emit error',
    'recover, leader lives': 'running up · watch-leader · emit adopt · monitor',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, nothing lives': 'stopped up · request-start',
    'recover, leftovers': 'stopping up · cancel · kill',
    'recover, rebooted': 'stopped up · request-start',
  },
  scheduled: {
    start: 'spawning up run 4 · cancel · spawn',
    restart: 'spawning up run 4 · cancel · spawn',
    stop: 'stopped down · cancel · emit stop',
    retry: 'spawning up run 4 · cancel · spawn',
    'recover, leader lives': 'running up · watch-leader · emit adopt · monitor',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, nothing lives': 'scheduled up · retry-at',
    'recover, leftovers': 'cleanup up · cancel · kill',
    'recover, rebooted': 'stopped up · request-start',
  },
  backoff: {
    start: 'spawning up run 4 · cancel · spawn',
    restart: 'spawning up run 4 · cancel · spawn',
    stop: 'stopped down · cancel · emit stop',
    retry: 'spawning up run 4 · cancel · spawn',
    'recover, leader lives': 'running up · watch-leader · emit adopt · monitor',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, nothing lives': 'backoff up · retry-after',
    'recover, leftovers': 'cleanup up · cancel · kill',
    'recover, rebooted': 'stopped up · request-start',
  },
  'backoff, watched': {
    start: 'spawning up run 4 · cancel · spawn',
    restart: 'spawning up run 4 · cancel · spawn',
    stop: 'stopped down · cancel · emit stop',
    retry: 'spawning up run 4 · cancel · spawn',
    'file-changed': 'spawning up run 4 · emit restart · cancel · spawn',
    'recover, leader lives': 'running up · watch-leader · emit adopt · monitor',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, nothing lives': 'backoff up · retry-after · watch',
    'recover, leftovers': 'cleanup up · cancel · kill',
    'recover, rebooted': 'stopped up · request-start',
  },
  spawning: {
    restart: 'stopping up · cancel · kill',
    stop: 'stopping down · cancel · kill',
    spawned: 'starting up · emit start · await-ready · monitor',
    blocked: 'spawning up',
    'spawn-failed': 'failed up · cancel · emit error',
    'spawn-failed, transient': 'backoff up · emit crash · retry-after',
    'recover, leader lives': 'starting up · watch-leader · emit adopt · await-ready · monitor',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, nothing lives': 'cleanup up · cancel · kill',
    'recover, leftovers': 'cleanup up · cancel · kill',
    'recover, rebooted': 'stopped up · request-start',
  },
  'spawning, after survivors': {
    restart: 'stopping up · cancel · kill',
    stop: 'stopping down · cancel · kill',
    spawned: 'starting up · emit start · await-ready · monitor',
    'spawn-failed': 'failed up · cancel · emit error',
    'spawn-failed, transient': 'backoff up · emit crash · retry-after',
    killed: 'spawning up · spawn',
    'killed, with survivors': 'failed up · emit error',
    'recover, leader lives': 'starting up · watch-leader · emit adopt · await-ready · monitor',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, nothing lives': 'cleanup up · cancel · kill',
    'recover, leftovers': 'cleanup up · cancel · kill',
    'recover, rebooted': 'stopped up · request-start',
  },
  starting: {
    restart: 'stopping up · cancel · kill',
    stop: 'stopping down · cancel · kill',
    exited: 'cleanup up · cancel · kill',
    detached: 'starting up · watch-leader',
    ready: 'running up · emit ready',
    'ready-timeout': 'cleanup up · cancel · kill',
    healthy: 'running up · emit health · emit ready',
    unhealthy: 'cleanup up · emit health · cancel · kill',
    'over-limit': 'cleanup up · cancel · kill',
    'file-changed': 'stopping up · cancel · kill',
    'recover, leader lives': 'starting up · watch-leader · emit adopt · await-ready · monitor',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, nothing lives': 'cleanup up · cancel · kill',
    'recover, leftovers': 'cleanup up · cancel · kill',
    'recover, rebooted': 'stopped up · request-start',
  },
  running: {
    pause: 'paused up · cancel · SIGSTOP · emit pause',
    restart: 'stopping up · cancel · kill',
    stop: 'stopping down · cancel · kill',
    exited: 'cleanup up · cancel · kill',
    detached: 'running up · watch-leader',
    healthy: 'running up · emit health',
    unhealthy: 'cleanup up · emit health · cancel · kill',
    'over-limit': 'cleanup up · cancel · kill',
    'file-changed': 'stopping up · cancel · kill',
    'recover, leader lives': 'running up · watch-leader · emit adopt · monitor',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, nothing lives': 'cleanup up · cancel · kill',
    'recover, leftovers': 'cleanup up · cancel · kill',
    'recover, rebooted': 'stopped up · request-start',
  },
  'running, suspended': {
    pause: 'paused up · cancel · SIGSTOP · emit pause',
    restart: 'stopping up · cancel · kill',
    stop: 'stopping down · cancel · kill',
    exited: 'cleanup up · cancel · kill',
    detached: 'running up · watch-leader',
    healthy: 'running up · emit health',
    unhealthy: 'cleanup up · emit health · cancel · kill',
    'over-limit': 'cleanup up · cancel · kill',
    'file-changed': 'running up',
    'recover, leader lives': 'running up · watch-leader · emit adopt · monitor',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, nothing lives': 'cleanup up · cancel · kill',
    'recover, leftovers': 'cleanup up · cancel · kill',
    'recover, rebooted': 'stopped up · request-start',
  },
  paused: {
    resume: 'running up · SIGCONT · monitor · emit resume',
    restart: 'stopping up · cancel · kill',
    stop: 'stopping down · cancel · kill',
    exited: 'cleanup up · cancel · kill',
    detached: 'paused up · watch-leader',
    'recover, leader lives': 'paused up · watch-leader · emit adopt · SIGSTOP',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, nothing lives': 'cleanup up · cancel · kill',
    'recover, leftovers': 'cleanup up · cancel · kill',
    'recover, rebooted': 'stopped up · request-start',
  },
  'stopping, wanted down': {
    start: 'stopping up',
    restart: 'stopping up',
    stop: 'stopping down',
    spawned: 'stopping down · cancel · kill',
    exited: 'stopping down',
    killed: 'stopped down · emit stop',
    'killed, with survivors': 'failed down · emit error',
    'recover, leader lives': 'stopping down · cancel · kill',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, nothing lives': 'stopping down · cancel · kill',
    'recover, leftovers': 'stopping down · cancel · kill',
    'recover, rebooted': 'stopped down',
  },
  'stopping, wanted up': {
    start: 'stopping up',
    restart: 'stopping up',
    stop: 'stopping down',
    spawned: 'stopping up · cancel · kill',
    exited: 'stopping up',
    killed: 'spawning up run 4 · emit restart · cancel · spawn',
    'killed, with survivors': 'failed up · emit error',
    'recover, leader lives': 'stopping up · cancel · kill',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, nothing lives': 'stopping up · cancel · kill',
    'recover, leftovers': 'stopping up · cancel · kill',
    'recover, rebooted': 'stopped up · request-start',
  },
  'stopping, not spawned': {
    start: 'stopping up',
    restart: 'stopping up',
    stop: 'stopping down',
    spawned: 'stopping down · cancel · kill',
    exited: 'stopping down',
    killed: 'stopped down · emit stop',
    'killed, with survivors': 'failed down · emit error',
    'recover, leader lives': 'stopping down · cancel · kill',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, nothing lives': 'stopping down · cancel · kill',
    'recover, leftovers': 'stopping down · cancel · kill',
    'recover, rebooted': 'stopped down',
  },
  cleanup: {
    start: 'cleanup up',
    restart: 'cleanup up',
    stop: 'cleanup down',
    killed: 'backoff up · emit crash · retry-after',
    'killed, with survivors': 'failed up · emit error',
    'recover, leader lives': 'running up · watch-leader · emit adopt · monitor',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, nothing lives': 'cleanup up · cancel · kill',
    'recover, leftovers': 'cleanup up · cancel · kill',
    'recover, rebooted': 'stopped up · request-start',
  },
  'cleanup, wanted down': {
    start: 'cleanup up',
    restart: 'cleanup up',
    stop: 'cleanup down',
    killed: 'stopped down · emit stop',
    'killed, with survivors': 'failed down · emit error',
    'recover, leader lives': 'stopping down · cancel · kill',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, nothing lives': 'cleanup down · cancel · kill',
    'recover, leftovers': 'cleanup down · cancel · kill',
    'recover, rebooted': 'crashed down',
  },
  'cleanup, asked to start': {
    start: 'cleanup up',
    restart: 'cleanup up',
    stop: 'cleanup down',
    killed: 'spawning up run 4 · cancel · spawn',
    'killed, with survivors': 'failed up · emit error',
    'recover, leader lives': 'running up · watch-leader · emit adopt · monitor',
    'recover, newer run lives': 'starting up run 4 · watch-leader · emit adopt · await-ready · monitor',
    'recover, nothing lives': 'cleanup up · cancel · kill',
    'recover, leftovers': 'cleanup up · cancel · kill',
    'recover, rebooted': 'stopped up · request-start',
  },
}

function describeEffect(effect: Effect): string {
  if (effect.type === 'signal') return effect.signal
  return effect.type === 'emit' ? `emit ${effect.event.type}` : effect.type
}

function outcome(state: StateName, input: InputName): string {
  const before = STATES[state]
  const { process, effects } = transition(before, INPUTS[input], 1000)
  if (process === before && effects.length === 0) return 'ignored'
  const run = process.run === RUN ? '' : ` run ${process.run}`
  return [`${process.phase.type} ${process.wanted}${run}`, ...effects.map(describeEffect)].join(' · ')
}

describe('transition', () => {
  for (const state of Object.keys(STATES) as StateName[]) {
    for (const input of Object.keys(INPUTS) as InputName[]) {
      it(`${state} + ${input}`, () => {
        expect(outcome(state, input)).toBe(TABLE[state][input] ?? 'ignored')
      })
    }
  }

  it('is tried in every phase', () => {
    expect(new Set(Object.values(STATES).map(({ phase }) => phase.type))).toEqual(new Set(PHASES))
  })

  it('follows the leader of an adopted process on while it is paused, and keeps what is known of it', () => {
    const adopted: ManagedProcess = {
      ...STATES.running,
      phase: { type: 'running', live, rebuilt: true },
      adopted: true,
    }
    const { process, effects } = transition(adopted, INPUTS.pause, 1000)
    expect(effects.map(describeEffect)).toEqual(['cancel', 'watch-leader', 'SIGSTOP', 'emit pause'])
    expect(transition(process, INPUTS.resume, 2000).process).toEqual(adopted)
  })

  it('knows where the output of a new run begins and its port, and that it was not taken over', () => {
    const adopted = { ...STATES['stopping, wanted up'], adopted: true }
    const next = transition(adopted, INPUTS.killed, 1000).process
    expect(next.adopted).toBe(false)
    const [logStart, port] = [{ stdout: 5, stderr: 7 }, 4000]
    const { process } = transition(next, { ...INPUTS.spawned, run: next.run, logStart, port }, 1000)
    const { leader, at: startedAt } = INPUTS.spawned
    expect(process).toMatchObject({ logStart, port, phase: { live: { leader, startedAt, health: null } } })
  })

  it.each(Object.keys(STATES) as StateName[])('%s takes no notice of another run', (state) => {
    for (const input of Object.values(INPUTS)) {
      if (!('run' in input)) continue
      for (const run of [RUN - 1, RUN + 1]) {
        const before = STATES[state]
        const step = transition(before, { ...input, run }, 1000)
        expect(step.process).toBe(before)
        expect(step.effects).toEqual([])
      }
    }
  })

  it.each(Object.keys(STATES) as StateName[])('%s takes another config, and loses its owner, as it is', (state) => {
    const before = { ...STATES[state], owner: identity(77) }
    const other = config({ command: 'other' })
    const configured = transition(before, { type: 'configure', config: other }, 1000)
    // Files are watched as the new config says.
    const isWatched = before.config.watch !== null && before.phase.type !== 'backoff'
    const effects = isWatched ? [{ type: 'cancel' }] : []
    expect(configured).toEqual({ process: { ...before, config: other }, effects })
    expect(transition(before, { type: 'disown' }, 1000)).toEqual({ process: { ...before, owner: null }, effects: [] })
  })
})

describe('a program that its command leaves in the background', () => {
  const starting = managedProcess({ run: RUN, wanted: 'up', phase: { type: 'starting', live } }, { daemon: true })

  it('is the leader from then on, and ready without a health check', () => {
    const { process, effects } = transition(starting, INPUTS.detached, 1000)
    expect(process.phase).toEqual({ type: 'running', live: { ...live, leader: identity(37) }, rebuilt: false })
    expect(effects.map(({ type }) => type)).toEqual(['watch-leader', 'emit'])
    expect(effects[0]).toMatchObject({ leader: identity(37), run: RUN })
  })

  it('is looked for by the next supervisor if its command has ended meanwhile', () => {
    const { process, effects } = transition(starting, { type: 'recover', found: nothing }, 1000)
    expect(process).toMatchObject({ adopted: true, phase: { type: 'starting', live } })
    expect(effects[0]).toMatchObject({ type: 'watch-leader', leader: live.leader })
    const { process: lost } = transition(starting, INPUTS['recover, rebooted'], 1000)
    expect(lost.phase.type).toBe('stopped')
  })

  it('ends as every process does', () => {
    const { process } = transition(starting, INPUTS.detached, 1000)
    const ended = transition(process, { type: 'exited', run: RUN, code: null, signal: null }, 2000).process
    expect(ended.phase).toMatchObject({ type: 'cleanup', live: { leader: identity(37) } })
  })
})
