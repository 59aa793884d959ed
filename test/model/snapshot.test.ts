import { describe, expect, it } from 'vitest'
import { snapshot } from '../../src/model/snapshot.ts'
import { identity, managedProcess, runExit } from './processes.ts'

const paths = { logFile: '/logs/web.out.log', errorFile: '/logs/web.err.log' }
const usage = { cpu: 12.5, memory: 80 }
const up = { status: 'running', wanted: 'up', run: 2, identity: identity(33), startedAt: 1000 } as const

describe('snapshot', () => {
  it('tells of a process that runs, uptime in seconds', () => {
    expect(snapshot(managedProcess(up, { group: 'api' }), paths, usage, 4500)).toMatchObject({
      name: 'web',
      group: 'api',
      status: 'running',
      pid: 33,
      uptime: 3.5,
      cpu: 12.5,
      memory: 80,
      exitCode: null,
      owned: false,
      logFile: '/logs/web.out.log',
    })
  })

  it('has no pid, uptime or usage of what does not run', () => {
    const nothing = { pid: null, uptime: 0, cpu: null, memory: null, startedAt: null }
    expect(snapshot(managedProcess(), paths, usage, 4500)).toMatchObject(nothing)
    expect(snapshot(managedProcess({ ...up, status: 'crashed' }), paths, usage, 4500)).toMatchObject(nothing)
  })

  it('says how the last run ended', () => {
    const lastExit = runExit({ code: null, signal: 'SIGSEGV' })
    const state = snapshot(managedProcess({ lastExit }), paths, null, 0)
    expect(state).toMatchObject({ exitCode: null, exitSignal: 'SIGSEGV', lastExit })
  })

  it('measures nothing that nobody measured, and no time below nothing', () => {
    expect(snapshot(managedProcess(up), paths, null, 500)).toMatchObject({
      pid: 33,
      cpu: null,
      memory: null,
      uptime: 0,
    })
  })
})
