import { describe, expect, it } from 'vitest'
import * as words from '../../../src/model/lifecycle/describe.ts'
import type { Effect, Input } from '../../../src/model/lifecycle/inputs.ts'
import { leaderOf, liveOf, type Phase } from '../../../src/model/lifecycle/phase.ts'
import type { ManagedProcess } from '../../../src/model/lifecycle/process.ts'
import { transition } from '../../../src/model/lifecycle/transition.ts'
import { config, EVERY_PHASE, exited, identity, live, managedProcess, runExit, running } from '../processes.ts'

function apply(process: ManagedProcess, ...inputs: Input[]): { process: ManagedProcess; effects: Effect[] } {
  let step = { process, effects: [] as Effect[] }
  for (const input of inputs) step = transition(step.process, input, 1000)
  return step
}

const start: Input = { type: 'start', owner: null }
const killed: Input = { type: 'killed', run: 1, survivors: [] }
const survivor = { identity: identity(34), name: 'sh' }
const stuck: Phase = { type: 'failed', cause: { type: 'survivors', members: [{ pid: 34, name: 'sh' }] } }

describe('a start by hand', () => {
  it('forgets earlier failures and takes the new config and owner', () => {
    const gaveUp = { type: 'failed', cause: { type: 'gave-up', restarts: 3 } } as const
    const rewrites = [{ file: 'a.ts', at: 900, delays: [100] }]
    const failed = managedProcess({ phase: gaveUp, failures: 9, restarts: 8, rewrites })
    const owner = identity(77)
    const { process } = apply(failed, { type: 'start', config: config({ command: 'other' }), owner })
    expect(process).toMatchObject({ failures: 0, restarts: 0, rewrites: [], owner, config: { command: 'other' } })
  })

  it('waits for what the dead run left behind, then comes at once, without backoff', () => {
    const phase = { type: 'cleanup', end: exited(), live: live(), startAt: null } as const
    const dead = running({ phase, lastExit: runExit(), failures: 3 })
    const waiting = apply(dead, start)
    expect(waiting.effects).toEqual([])
    const next = apply(waiting.process, killed)
    expect(next.process).toMatchObject({ phase: { type: 'spawning' }, run: 2 })
    expect(next.effects).toContainEqual({ type: 'spawn', run: 2 })
  })

  it('ends survivors first, and does not begin while they live', () => {
    const failed = managedProcess({ phase: stuck, run: 1, survivors: [identity(34)] })
    const { process, effects } = apply(failed, start)
    expect(effects.map(({ type }) => type)).toEqual(['cancel', 'kill'])
    expect(process.phase).toEqual({ type: 'spawning', blocked: { type: 'survivors' } })
    const gone = apply(process, { ...killed, run: 2 })
    expect(gone.effects).toEqual([{ type: 'spawn', run: 2 }])
    expect(gone.process).toMatchObject({ phase: { blocked: null }, survivors: [] })
    const again = apply(process, { ...killed, run: 2, survivors: [survivor] })
    expect(again.process).toMatchObject({ phase: stuck, survivors: [identity(34)] })
  })
})

describe('a run that ends on its own', () => {
  const ends = (code: number | null, signal: string | null, settings = {}) =>
    apply(running({}, settings), { type: 'exited', run: 1, code, signal }, killed)

  it('says how it ended and when the next try is', () => {
    const { process, effects } = ends(7, null)
    expect(process).toMatchObject({
      phase: { type: 'backoff', at: 2000, end: { type: 'exited', code: 7 } },
      failures: 1,
      lastExit: { code: 7, lasted: 1000, ended: null },
    })
    const cause = { type: 'exited', code: 7, signal: null, lasted: 1000 }
    expect(effects[0]).toMatchObject({
      event: { type: 'crash', cause, exitCode: 7, delay: 1000, failures: 1, maxRestarts: 3 },
    })
    expect(effects[1]).toEqual({ type: 'retry-after', run: 1, delay: 1000 })
  })

  it('lasted no negative time if the clock was set back meanwhile', () => {
    const begun = { type: 'running', live: live({ startedAt: 5000 }), rebuilt: false } as const
    const { process } = apply(running({ phase: begun }), { type: 'exited', run: 1, code: 0, signal: null })
    expect(process.lastExit).toMatchObject({ at: 1000, lasted: 0 })
  })

  it('waits no longer than the longest delay in a supervisor that began after the clock was set back', () => {
    const { process } = ends(7, null)
    const found = { leader: null, run: 1, leftovers: false, rebooted: false }
    const recovered = transition(process, { type: 'recover', found }, 2000 - 5 * 3_600_000)
    const { maxRestartDelay } = process.config
    expect(recovered.effects).toEqual([{ type: 'retry-after', run: 1, delay: maxRestartDelay }])
    expect(recovered.process.phase).toMatchObject({ type: 'backoff', at: 2000 - 5 * 3_600_000 + maxRestartDelay })
    const late = transition(process, { type: 'recover', found }, 9000)
    expect(late.effects).toEqual([{ type: 'retry-after', run: 1, delay: 0 }])
  })

  it('has a new time of its schedule after the clock was set back, also in the next supervisor', () => {
    const hour = 3_600_000
    const phase = { type: 'scheduled', at: 30 * hour } as const
    const process = managedProcess({ wanted: 'up', run: 1, phase }, { schedule: '0 * * * *' })
    const recover = (now: number) =>
      transition(
        process,
        { type: 'recover', found: { leader: null, run: 1, leftovers: false, rebooted: false } },
        now,
      ).effects.at(-1)
    expect(recover(29.5 * hour)).toEqual({ type: 'retry-at', run: 1, at: 30 * hour })
    expect(recover(5.5 * hour)).toEqual({ type: 'retry-at', run: 1, at: 6 * hour })
    expect(recover(30 * hour)).toEqual({ type: 'retry-at', run: 1, at: 30 * hour })
    expect(recover(40 * hour)).toEqual({ type: 'retry-at', run: 1, at: 30 * hour })
    const retried = (now: number) => transition(process, { type: 'retry', run: 1 }, now).process.phase
    expect(retried(5.5 * hour)).toEqual({ type: 'scheduled', at: 6 * hour })
    expect(retried(30 * hour)).toMatchObject({ type: 'spawning' })
  })

  it('begins at once where the delay is 0, and counts that as a restart', () => {
    const { process, effects } = ends(1, null, { restartDelay: 0 })
    expect(process).toMatchObject({ phase: { type: 'spawning' }, run: 2, restarts: 1 })
    expect(effects[0]).toMatchObject({ event: { type: 'crash', delay: 0 } })
  })

  it('rests as completed after success under on-failure', () => {
    const { process, effects } = ends(0, null, { autorestart: 'on-failure' })
    expect(process).toMatchObject({ phase: { type: 'completed', code: 0 }, wanted: 'down' })
    expect(effects).toMatchObject([{ event: { type: 'exit' } }])
  })

  it('rests as crashed without autorestart', () => {
    const { process } = ends(null, 'SIGSEGV', { autorestart: false })
    expect(process).toMatchObject({ phase: { type: 'crashed', end: exited(null, 1000, 'SIGSEGV') }, wanted: 'down' })
  })

  it('gives up after its restarts, naming both', () => {
    const tired = running({ failures: 3 })
    const { process, effects } = apply(tired, { type: 'exited', run: 1, code: 1, signal: null }, killed)
    expect(process.phase).toEqual({ type: 'failed', cause: { type: 'gave-up', restarts: 3 } })
    expect(words.reason(process)).toBe('gave up after 3 restarts: exited with 1 after 1 s')
    expect(effects).toMatchObject([
      { event: { type: 'crash' } },
      { event: { type: 'error', cause: { type: 'gave-up', exit: { code: 1 } } } },
    ])
  })

  it('stays down when it was stopped while it was cleaned up', () => {
    const exit: Input = { type: 'exited', run: 1, code: 1, signal: null }
    const { process } = apply(running(), exit, { type: 'stop' }, killed)
    expect(process).toMatchObject({ phase: { type: 'stopped' }, wanted: 'down' })
  })

  it('knows whether it was ready before', () => {
    const exit: Input = { type: 'exited', run: 1, code: 1, signal: null }
    const starting = running({ phase: { type: 'starting', live: live() } })
    expect(apply(running(), exit).process.lastExit?.early).toBe(false)
    expect(apply(starting, exit).process.lastExit?.early).toBe(true)
    expect(apply(running(), { type: 'stop' }, exit).process.lastExit).toMatchObject({ asked: true, early: false })
  })

  it('that could not be spawned, for a reason that passes, has an end of its own', () => {
    const problem = { type: 'port-taken', port: 80, holder: { pid: 9, name: 'nginx' } } as const
    const failing: Input = { type: 'spawn-failed', run: 1, problem, transient: true }
    const spawning = (settings = {}) =>
      managedProcess({ wanted: 'up', run: 1, phase: { type: 'spawning', blocked: null } }, settings)
    const end = { type: 'spawn-failed', problem } as const
    expect(apply(spawning(), failing).process).toMatchObject({
      phase: { type: 'backoff', end },
      lastExit: { early: true, ended: end },
    })
    expect(apply(spawning({ autorestart: false }), failing).process.phase).toEqual({ type: 'crashed', end })
  })

  describe('that could not be spawned, for a reason that stays', () => {
    const problem = { type: 'no-program', program: './app' } as const
    const end = { type: 'spawn-failed', problem } as const
    const failing = (run: number): Input => ({ type: 'spawn-failed', run, problem, transient: false })
    const spawnFailed = (process: ManagedProcess) => {
      expect(process.phase.type).toBe('spawning')
      return apply(process, failing(process.run)).process
    }

    it('fails at once if it was ordered, also by a restart', () => {
      expect(spawnFailed(apply(managedProcess(), start).process).phase).toEqual({ type: 'failed', cause: end })
      const restarted = apply(running({ restarts: 3 }), { type: 'restart', owner: null }, killed)
      expect(spawnFailed(restarted.process).phase).toEqual({ type: 'failed', cause: end })
    })

    it('is one failed attempt after a crash, until there are too many', () => {
      const crash: Input = { type: 'exited', run: 1, code: 1, signal: null }
      let process = apply(running(), crash, killed, { type: 'retry', run: 1 }).process
      process = spawnFailed(process)
      expect(process).toMatchObject({ phase: { type: 'backoff', end }, failures: 2, lastExit: { ended: end } })
      process = spawnFailed(apply(process, { type: 'retry', run: process.run }).process)
      process = spawnFailed(apply(process, { type: 'retry', run: process.run }).process)
      expect(process).toMatchObject({ phase: { type: 'failed', cause: { type: 'gave-up', restarts: 3 } }, failures: 4 })
    })

    it.each<[string, ManagedProcess, Input]>([
      ['a changed file', running(), { type: 'file-changed', run: 1, files: ['bin/app'], at: 90_000 }],
      [
        'a failed check',
        running(
          {},
          { healthCheck: { type: 'exec', command: '', interval: 1, timeout: 1, retries: 1, startPeriod: 0 } },
        ),
        { type: 'health', run: 1, result: { at: 5000, ok: false, took: 1, detail: '' } },
      ],
      [
        'a limit',
        running(),
        { type: 'over-limit', run: 1, cause: { type: 'over-limit', of: 'memory', used: 9, limit: 1, snapshot: null } },
      ],
    ])('is one failed attempt after %s', (_, before, input) => {
      let { process } = apply(before, input, killed)
      if (process.phase.type === 'backoff') process = apply(process, { type: 'retry', run: 1 }).process
      expect(spawnFailed(process)).toMatchObject({ phase: { type: 'backoff', end } })
    })

    it('is one failed attempt if nobody ordered the start, as after a reboot', () => {
      const stopped = managedProcess({ run: 1 })
      const { process } = apply(stopped, { type: 'start', owner: null, automatic: true })
      expect(spawnFailed(process)).toMatchObject({ phase: { type: 'backoff', end }, failures: 1, restarts: 1 })
      const waiting: Input = { type: 'wait', owner: null, for: 'db', automatic: true }
      expect(apply(stopped, waiting, { type: 'start', owner: null, automatic: true }).process.restarts).toBe(1)
      // What has never run is not restarted.
      expect(apply(managedProcess(), waiting).process.restarts).toBe(0)
      expect(apply(managedProcess(), { type: 'start', owner: null, automatic: true }).process.restarts).toBe(0)
    })

    it('is made up for at the next time of the schedule', () => {
      const due = managedProcess({ wanted: 'up', phase: { type: 'scheduled', at: 0 } }, { schedule: '* * * * *' })
      const { process } = apply(due, { type: 'retry', run: 0 })
      expect(spawnFailed(process).phase.type).toBe('scheduled')
    })
  })
})

describe('a run that is of no use', () => {
  const healthCheck = {
    type: 'exec',
    command: 'true',
    interval: 300,
    timeout: 100,
    retries: 1,
    startPeriod: 0,
  } as const
  const check = (ok: boolean): Input => ({
    type: 'health',
    run: 1,
    result: { at: 2000, ok, took: 1, detail: 'refused' },
  })

  it('is ended, and that is why its run ended', () => {
    const { process, effects } = apply(running({}, { healthCheck }), check(false))
    const end = { type: 'unhealthy', detail: 'refused' }
    expect(process).toMatchObject({ phase: { type: 'cleanup', end }, lastExit: { ended: end, code: null } })
    expect(effects[0]).toMatchObject({ event: { type: 'health', health: 'unhealthy', cause: end } })
  })

  it('is not told from one whose check could not be run, of which a warning tells once', () => {
    const result = { at: 2000, ok: false, took: 1, detail: 'could not be run: no node', inconclusive: true } as const
    const unknown: Input = { type: 'health', run: 1, result }
    const once = apply(running({}, { healthCheck }), unknown)
    expect(once.process.phase.type).toBe('running')
    const cause = { type: 'problem', detail: 'its health check could not be run: no node' }
    expect(once.effects).toMatchObject([{ type: 'emit', event: { type: 'warning', cause } }])
    expect(apply(once.process, unknown).effects).toEqual([])
    const later = apply(running({}, { healthCheck }), check(true), unknown)
    expect(later.effects).toMatchObject([{ type: 'emit', event: { type: 'warning', cause } }])
    expect(apply(later.process, unknown).effects).toEqual([])
  })

  it('is ended also where it was known as that: the supervisor that was about to is no more', () => {
    const health = { status: 'unhealthy', failures: 1, since: 0, history: [] } as const
    const adopted = running(
      { phase: { type: 'running', live: live({ health: { ...health, history: [] } }), rebuilt: false } },
      { healthCheck },
    )
    const { process, effects } = apply(adopted, check(false))
    expect(process.phase.type).toBe('cleanup')
    expect(effects.map(({ type }) => type)).toEqual(['cancel', 'kill'])
    const shown = apply({ ...adopted, config: { ...adopted.config, onUnhealthy: 'none' } }, check(false))
    expect(shown).toMatchObject({ process: { phase: { type: 'running' } }, effects: [] })
  })

  it('becomes ready also where it is no news that it is healthy', () => {
    const health = { status: 'healthy', failures: 0, since: 0, history: [] } as const
    const starting = { type: 'starting', live: live({ health: { ...health, history: [] } }) } as const
    const { process, effects } = apply(running({ phase: starting }, { healthCheck }), check(true))
    expect(process.phase.type).toBe('running')
    expect(effects).toMatchObject([{ event: { type: 'ready', cause: { type: 'health' } } }])
  })

  it('says what the last check found when it was not ready in time', () => {
    const starting = running(
      { phase: { type: 'starting', live: live() } },
      { healthCheck: { ...healthCheck, retries: 9 } },
    )
    const late: Input = { type: 'ready-timeout', run: 1, awaited: 'healthy', within: 60_000 }
    const end = (process: ManagedProcess) => 'end' in process.phase && process.phase.end
    expect(end(apply(starting, check(false), late).process)).toMatchObject({ type: 'not-ready', detail: 'refused' })
    expect(end(apply(starting, late).process)).toMatchObject({ type: 'not-ready', detail: null })
  })
})

describe('a recovery', () => {
  const nothing = { leader: null, run: 1, leftovers: false, rebooted: false }

  it('adopts a run that was started after the state was written: that order is the newer one', () => {
    const found = { ...nothing, leader: identity(40), run: 2 }
    const { process } = apply(managedProcess({ run: 1, wanted: 'down' }), { type: 'recover', found })
    expect(process).toMatchObject({ phase: { type: 'starting' }, wanted: 'up', run: 2, adopted: true })
    expect(leaderOf(process.phase)).toEqual(identity(40))
  })

  it('carries out a stop that was recorded and not finished', () => {
    const { process, effects } = apply(running({ wanted: 'down' }), {
      type: 'recover',
      found: { ...nothing, leader: identity(33) },
    })
    expect(process).toMatchObject({ phase: { type: 'stopping', why: { type: 'stop' } }, wanted: 'down' })
    expect(effects).toContainEqual({ type: 'kill', run: 1, signal: 'SIGTERM', timeout: 5000 })
  })

  it('goes on with the stop that was under way, and with what was to follow', () => {
    const why = { type: 'change', file: 'a.ts', others: 0 } as const
    const stopping = running({ phase: { type: 'stopping', why, live: live(), automatic: true } })
    const recover: Input = { type: 'recover', found: { ...nothing, leader: identity(33) } }
    const { process, effects } = apply(stopping, recover, killed)
    expect(process).toMatchObject({ phase: { type: 'spawning' }, run: 2, restarts: 1 })
    expect(effects[0]).toMatchObject({ event: { type: 'restart', cause: why } })
  })

  it('counts a leader that is gone as ended with an unknown code', () => {
    const { process } = apply(running({}, { autorestart: 'on-failure' }), { type: 'recover', found: nothing }, killed)
    expect(process).toMatchObject({
      phase: { type: 'backoff' },
      lastExit: { code: null, signal: null },
      failures: 1,
    })
  })

  it('ends what an unrecorded run left behind before the next try', () => {
    const phase = { type: 'backoff', at: 9000, end: exited() } as const
    const waiting = managedProcess({ phase, wanted: 'up', run: 1, lastExit: runExit() })
    const { process, effects } = apply(waiting, { type: 'recover', found: { ...nothing, leftovers: true } })
    expect(effects.map(({ type }) => type)).toEqual(['cancel', 'kill'])
    expect(apply(process, killed).effects).toContainEqual({ type: 'spawn', run: 2 })
  })

  it('waits for the time of its schedule again, when leftovers of a run are gone', () => {
    const waiting = managedProcess(
      { phase: { type: 'scheduled', at: 9000 }, wanted: 'up', run: 1 },
      { schedule: '0 0 * * *' },
    )
    const found = { ...nothing, leftovers: true }
    expect(apply(waiting, { type: 'recover', found }, killed).process.phase.type).toBe('scheduled')
  })

  it('judges a run that no state knew by its own checks, not by what was known of the one before', () => {
    const healthCheck = {
      type: 'exec',
      command: 'true',
      interval: 300,
      timeout: 100,
      retries: 3,
      startPeriod: 0,
    } as const
    const health = { status: 'healthy', failures: 0, since: 0, history: [] } as const
    const before = running(
      { phase: { type: 'running', live: live({ health: { ...health, history: [] } }), rebuilt: true } },
      { healthCheck },
    )
    const found = { ...nothing, leader: identity(34), run: 2 }
    const adopted = apply(before, { type: 'recover', found }).process
    expect(adopted).toMatchObject({ phase: { type: 'starting', live: { health: null } }, run: 2 })
    const checked = apply(adopted, { type: 'health', run: 2, result: { at: 1000, ok: true, took: 1, detail: '' } })
    expect(checked.process.phase).toMatchObject({ type: 'running', rebuilt: false })
    expect(liveOf(checked.process.phase)?.health?.status).toBe('healthy')
  })

  it('does not revive what had given up', () => {
    const cause = { type: 'gave-up', restarts: 3 } as const
    const gaveUp = managedProcess({ phase: { type: 'failed', cause }, wanted: 'up', run: 1, lastExit: runExit() })
    const found = { ...nothing, leftovers: true }
    const { process } = apply(gaveUp, { type: 'recover', found }, killed)
    expect(process).toMatchObject({ phase: { type: 'stopped' }, run: 1 })
  })

  it('asks for a start of what was wanted up after a reboot, with a clean count', () => {
    const found = { ...nothing, rebooted: true }
    const { process, effects } = apply(running({ failures: 2, survivors: [identity(9)] }), { type: 'recover', found })
    expect(process).toMatchObject({ phase: { type: 'stopped' }, wanted: 'up', failures: 0, survivors: [] })
    expect(effects).toEqual([{ type: 'request-start' }])
  })
})

describe('a change of a watched file', () => {
  const watch = { paths: ['**/*'], ignore: [], debounce: 300, cwd: '/srv' }
  const change = (process: ManagedProcess, at: number) =>
    apply(process, { type: 'file-changed', run: 1, files: ['a.ts'], at })

  it('is measured from the start of the run, or from its end', () => {
    const delays = (process: ManagedProcess, at: number) =>
      change(process, at).process.rewrites.map((one) => one.delays)
    const started = running({ phase: { type: 'running', live: live({ startedAt: 5000 }), rebuilt: false } })
    expect(delays(started, 5100)).toEqual([[100]])
    const crashed = (run: number) =>
      managedProcess(
        { run: 1, phase: { type: 'crashed', end: exited() }, lastExit: runExit({ run, at: 50_000 }) },
        { watch },
      )
    expect(delays(crashed(1), 50_200)).toEqual([[200]])
    expect(delays(crashed(0), 50_200)).toEqual([])
  })

  it('is ignored from the tenth in a row on, of which a warning tells', () => {
    const { process, effects } = change(
      running({ rewrites: [{ file: 'a.ts', at: 0, delays: Array(9).fill(100) }] }),
      100,
    )
    expect(process).toMatchObject({ phase: { type: 'running' }, rewrites: [{ delays: Array(10).fill(100) }] })
    expect(effects).toMatchObject([{ event: { type: 'warning', cause: { type: 'self-change', file: 'a.ts' } } }])
  })

  it('starts what was given up as if it had never failed, which counts as a restart', () => {
    const failed = managedProcess({ run: 1, phase: stuck, failures: 4, restarts: 3 }, { watch })
    expect(change(failed, 90_000).process).toMatchObject({ wanted: 'up', failures: 0, restarts: 4 })
  })
})

describe('a fault of the supervisor', () => {
  const fault = (phase: Phase, isGone: boolean) =>
    apply(managedProcess({ run: 1, wanted: 'up', phase }), { type: 'fault', detail: 'broke', isGone })

  it('only warns of what may live', () => {
    const kept = Object.values(EVERY_PHASE).filter((phase) => fault(phase, false).process.phase === phase)
    const living = ['spawning', 'starting', 'running', 'paused', 'stopping', 'cleanup']
    expect(kept.map(({ type }) => type)).toEqual(living)
    expect(fault(EVERY_PHASE.running, false).effects).toMatchObject([{ event: { type: 'warning' } }])
  })

  it('gives up what does not live', () => {
    for (const [phase, isGone] of [
      [EVERY_PHASE.running, true],
      [EVERY_PHASE.backoff, false],
    ] as const) {
      const { process, effects } = fault(phase, isGone)
      expect(process.phase).toEqual({ type: 'failed', cause: { type: 'refused', detail: 'broke' } })
      expect(effects).toMatchObject([{ type: 'cancel' }, { event: { type: 'error' } }])
    }
  })
})

describe('a stop because the machine or the service ends', () => {
  const end: Input = { type: 'stop', comesBack: true }

  it('is remembered of what was up, until an order by hand says otherwise', () => {
    const { process } = apply(running(), end, killed)
    expect(process).toMatchObject({ phase: { type: 'stopped' }, wanted: 'down', comesBack: true })
    expect(words.reason(process)).toBe('comes back with the service')
    // A second end, as when the first took too long.
    expect(apply(process, end).process.comesBack).toBe(true)
    expect(apply(process, { type: 'stop' }).process.comesBack).toBeUndefined()
    const again = apply(process, start).process
    expect([again.comesBack, again.wanted, again.run]).toEqual([undefined, 'up', 2])
  })

  it('is not remembered of what was down', () => {
    expect(apply(managedProcess({}), end).process.comesBack).toBeUndefined()
    expect(apply(running(), { type: 'stop' }, end).process.comesBack).toBeUndefined()
  })
})
