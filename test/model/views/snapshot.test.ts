import { describe, expect, it } from 'vitest'
import { resolveProcess } from '../../../src/config/index.ts'
import type { Health } from '../../../src/model/lifecycle/health.ts'
import type { Live, Phase } from '../../../src/model/lifecycle/phase.ts'
import type { ManagedProcess } from '../../../src/model/lifecycle/process.ts'
import { detail, snapshot } from '../../../src/model/views/snapshot.ts'
import { EVERY_PHASE, exited, identity, live, managedProcess, runExit, running } from '../processes.ts'

const paths = { logFile: '/logs/web.out.log', errorFile: '/logs/web.err.log' }
const { healthCheck, watch } = resolveProcess(
  { name: 'web', command: 'server', healthCheck: { type: 'tcp', port: 1 }, watch: true },
  { path: 'process', cwd: '/srv' },
)
const NO_RESULT = { status: 'starting', failures: 0, since: 0, history: [] } as Health
const usage = { cpu: 12.5, memory: 80 }
/** What is true of its second run, which is up. */
const upWith = (facts: Partial<Live> = {}, rebuilt = false) =>
  ({ run: 2, phase: { type: 'running', live: live({ startedAt: 1000, ...facts }), rebuilt } }) as const
const up = upWith()

describe('snapshot', () => {
  it('tells of a process that runs, uptime in seconds', () => {
    expect(snapshot(running(up, { group: 'api' }), paths, usage, 4500)).toMatchObject({
      name: 'web',
      group: 'api',
      status: 'running',
      phase: 'running',
      pid: 33,
      uptime: 3.5,
      cpu: 12.5,
      memory: 80,
      exitCode: null,
      owned: false,
      logFile: '/logs/web.out.log',
    })
  })

  it('has an uptime that does not depend on the time of day, where the age is known', () => {
    expect(snapshot(running(up), paths, { ...usage, age: 90_000 }, 0).uptime).toBe(90)
    expect(snapshot(running(up), paths, usage, 0).uptime).toBe(0)
  })

  it('tells of a signal that has stopped what runs, but not of a pause', () => {
    const frozen = { ...usage, frozen: 34 }
    const reason = 'a signal has stopped pid 34, until it gets SIGCONT'
    expect(snapshot(running(up), paths, frozen, 4500)).toMatchObject({ frozen: 34, reason, phase: 'running' })
    const paused = running({ phase: { ...up.phase, type: 'paused' } })
    expect(snapshot(paused, paths, frozen, 4500)).toMatchObject({ frozen: null, reason: 'paused' })
  })

  it('has no pid, uptime or usage of what does not run', () => {
    const nothing = { pid: null, uptime: 0, cpu: null, memory: null, startedAt: null }
    expect(snapshot(managedProcess(), paths, usage, 4500)).toMatchObject(nothing)
    const phase = { type: 'cleanup', end: exited(), live: live(), startAt: null } as const
    expect(snapshot(running({ phase }), paths, usage, 4500)).toMatchObject({ ...nothing, status: 'crashed' })
  })

  it('says how the last run ended', () => {
    const lastExit = runExit({ code: null, signal: 'SIGSEGV' })
    const state = snapshot(managedProcess({ lastExit }), paths, null, 0)
    expect(state).toMatchObject({ exitCode: null, exitSignal: 'SIGSEGV', lastExit })
    expect(state.lastExit).not.toHaveProperty('why')
    const unhealthy = runExit({ code: null, ended: { type: 'unhealthy', detail: 'HTTP 503' } })
    expect(snapshot(managedProcess({ lastExit: unhealthy }), paths, null, 0).lastExit?.why).toBe('unhealthy: HTTP 503')
  })

  it.each([
    [{ type: 'waiting', for: 'db' }, 'starting', { process: 'db' }],
    [{ type: 'spawning', blocked: { type: 'port', port: 80, holder: null } }, 'starting', { port: 80 }],
    [{ type: 'spawning', blocked: { type: 'survivors' } }, 'starting', null],
    [{ type: 'completed', code: 0 }, 'stopped', null],
  ] satisfies [Phase, string, unknown][])('tells what a start waits for: %j', (phase, status, waitingFor) => {
    expect(snapshot(managedProcess({ phase }), paths, null, 0)).toMatchObject({ phase: phase.type, status, waitingFor })
  })

  it('tells when the next start comes that nobody has to order', () => {
    const retryAt = (phase: Phase) => snapshot(managedProcess({ phase }), paths, null, 0).retryAt
    expect(retryAt({ type: 'scheduled', at: 7 })).toBe(7)
    expect(retryAt({ type: 'backoff', at: 8, end: exited() })).toBe(8)
    expect(retryAt({ type: 'cleanup', end: exited(), live: null, startAt: 9 })).toBe(9)
    const afterSetBack = retryAt({ type: 'backoff', at: 18_000_000, end: exited() })
    expect(afterSetBack).toBe(managedProcess().config.maxRestartDelay)
    expect(retryAt({ type: 'stopped', why: null })).toBe(null)
  })

  it('measures nothing that nobody measured, and no time below nothing', () => {
    expect(snapshot(running(up), paths, null, 500)).toMatchObject({
      pid: 33,
      cpu: null,
      memory: null,
      uptime: 0,
    })
  })

  it('tells all that is known of it', () => {
    const lastExit = runExit({ code: 3, signal: null })
    const facts = { lastExit, restarts: 4, failures: 2, port: 3000, adopted: true, wanted: 'up' } as const
    const settings = {
      name: 'web-1',
      instanceOf: 'web',
      dependsOn: { db: 'ready', cache: 'healthy' },
      healthCheck,
      watch,
    } as const
    const health: Health = { ...NO_RESULT, status: 'unhealthy' }
    const process = managedProcess({ ...upWith({ health }, true), ...facts, owner: identity(9) }, settings)
    expect(snapshot(process, paths, usage, 4500)).toEqual({
      name: 'web-1',
      group: null,
      instanceOf: 'web',
      status: 'running',
      phase: 'running',
      frozen: null,
      program: null,
      wanted: 'up',
      pid: 33,
      restarts: 4,
      uptime: 3.5,
      cpu: 12.5,
      memory: 80,
      exitCode: 3,
      exitSignal: null,
      run: 2,
      startedAt: 1000,
      retryAt: null,
      maxRestarts: 3,
      failures: 2,
      health: 'unhealthy',
      watch: true,
      suspendedBy: null,
      dependsOn: ['db', 'cache'],
      port: 3000,
      waitingFor: null,
      reason: 'rebuilt from its running process; start it from its config again to restore its settings',
      lastExit,
      adopted: true,
      owned: true,
      command: 'node server.mjs',
      cwd: '/srv',
      logFile: '/logs/web.out.log',
      errorFile: '/logs/web.err.log',
    })
    expect(snapshot(managedProcess(), paths, null, 0)).toMatchObject({ exitCode: null, exitSignal: null })
  })

  it('has named ports, and says which values of others it was given are old', () => {
    const web = managedProcess({ ...up, port: 3000, ports: { http: 3000, debug: 9229 }, given: { 'db.port': '5432' } })
    const db = managedProcess({ ...up, id: 'f00d:db:1', port: 5433 }, { name: 'db' })
    const state = snapshot(web, paths, null, 0, null, [web, db])
    expect(state).toMatchObject({
      ports: { http: 3000, debug: 9229 },
      outdated: [{ reference: 'db.port', given: '5432', now: '5433' }],
      reason: 'runs with an old value: db.port 5432, which is now 5433; restart it',
    })
    expect(snapshot(web, paths, null, 0, null, [web])).not.toHaveProperty('outdated')
  })

  it('has the health of what runs and has a health check: starting before the first result', () => {
    const health = (state: Parameters<typeof managedProcess>[0], check = healthCheck) =>
      snapshot(managedProcess(state, { healthCheck: check }), paths, null, 0).health
    expect(health(up)).toBe('starting')
    const healthy = { health: { ...NO_RESULT, status: 'healthy' } } as const
    expect(health(upWith(healthy))).toBe('healthy')
    expect(health(upWith(healthy), null)).toBe(null)
    expect(health({ phase: { type: 'cleanup', end: exited(), live: live(healthy), startAt: null } })).toBe(null)
  })

  it('says whether files are watched, and which one is ignored', () => {
    const of = (facts: Partial<ManagedProcess>, watched: typeof watch | null = watch) => {
      const { watch, suspendedBy } = snapshot(managedProcess({ ...up, ...facts }, { watch: watched }), paths, null, 0)
      return [watch, suspendedBy]
    }
    expect([of({}), of({ rewrites: [] }, null)]).toEqual([
      [true, null],
      [false, null],
    ])
    const rewrites = [{ file: 'a.txt', at: 0, delays: Array(10).fill(100) }]
    expect(of({ rewrites })).toEqual([true, 'a.txt'])
  })

  it('has no pid before there is one, nor after', () => {
    const withPid = Object.values(EVERY_PHASE).filter(
      (phase) => snapshot(managedProcess({ phase }), paths, usage, 4500).pid !== null,
    )
    expect(withPid.map(({ type }) => type)).toEqual(['starting', 'running', 'paused', 'stopping'])
  })
})

describe('detail', () => {
  const facts = { environment: 'start', metrics: { requests: 7 }, channelOpen: true } as const
  const of = (process: ReturnType<typeof managedProcess>, channelOpen = true) =>
    detail(process, snapshot(process, paths, null, 0), { ...facts, channelOpen })

  it('is the state, the config, and what was told of the run', () => {
    const history = [{ at: 5, ok: true, took: 1, detail: '200' }]
    const process = managedProcess({ ...upWith({ health: { ...NO_RESULT, history } }) })
    expect(of(process)).toEqual({
      ...snapshot(process, paths, null, 0),
      config: process.config,
      environment: 'start',
      healthHistory: history,
      metrics: { requests: 7 },
      channel: null,
    })
    expect(of(managedProcess()).healthHistory).toEqual([])
  })

  it('tells whether its channel is open, if it is to have one', () => {
    const process = managedProcess(up, { ipc: true })
    expect([of(process).channel, of(process, false).channel]).toEqual(['open', 'gone'])
  })
})
