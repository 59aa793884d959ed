import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readSaved, writeSaved } from '../../src/model/saved.ts'
import { config, identity, managedProcess, runExit } from './processes.ts'

const FROZEN = readFileSync(new URL('../fixtures/state-v1.json', import.meta.url), 'utf8')

describe('a state file of version 1, which never changes', () => {
  it('loads with every field', () => {
    const [web] = readSaved(FROZEN).processes
    expect(web).toMatchObject({
      id: '1a2b3c4d:web:9f8e7d6c',
      wanted: 'up',
      status: 'running',
      run: 4,
      identity: { pid: 4711, startTime: 123456 },
      startedAt: 1760000000000,
      restarts: 2,
      failures: 1,
      lastExit: { run: 3, code: null, signal: 'SIGKILL', lasted: 4200, early: false, asked: false },
      survivors: [{ pid: 4700, startTime: 123000 }],
      adopted: true,
      owner: null,
      changedAt: 1759999990000,
      config: { name: 'web', program: 'node', args: ['server.mjs'], autorestart: 'on-failure', group: 'api' },
    })
  })

  it('keeps fields that it does not know of, also when it is written again', () => {
    const saved = readSaved(FROZEN)
    const again = readSaved(writeSaved(saved.processes, saved.bootId))
    expect(again).toEqual(saved)
    expect(again.processes[0]).toHaveProperty('addedByALaterVersion', [1, 2, 3])
    expect(again.processes[0]?.config).toHaveProperty('addedByALaterVersion', 'kept')
  })

  it('gets defaults for fields that it does not have', () => {
    const [, never] = readSaved(FROZEN).processes
    expect(never).toMatchObject({
      wanted: 'down',
      status: 'stopped',
      run: 0,
      identity: null,
      survivors: [],
      owner: null,
    })
  })
})

describe('writeSaved', () => {
  it('goes there and back', () => {
    const process = managedProcess({ run: 2, status: 'crashed', identity: identity(5), lastExit: runExit() })
    expect(readSaved(writeSaved([process], 'boot'))).toEqual({ schema: 1, bootId: 'boot', processes: [process] })
  })
})

describe('what is no state', () => {
  const whole = { id: 'a', config: config() }
  const holding = (process: unknown) => JSON.stringify({ schema: 1, processes: [whole, process] })

  it.each([
    ['', /JSON/i],
    ['{"schema":1,"processes":[', /JSON/i],
    ['null', /no process list/],
    ['[]', /no process list/],
    ['{"schema":1}', /no process list/],
    ['{"processes":[]}', /no process list/],
    ['{"schema":2,"processes":[]}', /newer version \(schema 2, this one reads 1\)/],
    [holding(null), /processes\[1\] has no id, name or program/],
    [holding('web'), /processes\[1\] has no id/],
    [holding({ id: 'b' }), /processes\[1\] has no id, name or program/],
    [holding({ id: 'b', config: { name: 'b' } }), /processes\[1\] has no id, name or program/],
    [holding({ id: 'b', config: { name: 'b', program: 'c' } }), /processes\[1\] has no args/],
    [holding({ ...whole, status: 'dancing' }), /processes\[1\] has status "dancing"/],
    [holding({ ...whole, wanted: 'maybe' }), /processes\[1\] is wanted neither/],
  ])('%s is refused in words', (text, words) => {
    expect(() => readSaved(text)).toThrow(words)
  })
})
