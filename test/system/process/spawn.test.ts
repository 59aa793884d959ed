import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { identify } from '../../../src/system/process/identity.ts'
import { signalGroup, signalProcess } from '../../../src/system/process/kill.ts'
import { readEntry } from '../../../src/system/process/proc.ts'
import { spawnChild } from '../../../src/system/process/spawn.ts'
import { alive } from '../../helpers/processes.ts'
import { endSpawned, spawnFixture } from '../../helpers/spawned.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'

let temp: TempFolder
let log: number
beforeEach(() => {
  temp = tempFolder('spawn')
  log = openSync(join(temp.path, 'log'), 'a')
})
afterEach(async () => {
  closeSync(log)
  await endSpawned()
  temp.remove()
})

type Told = { exited: [number | null, string | null] } | { failed: string | undefined }

/** Starts a program and collects everything that is told about it. */
function start(program: string, args: string[] = []): { told: Told[]; ended: Promise<Told> } {
  const told: Told[] = []
  const ended = new Promise<Told>((resolve) => {
    const tell = (news: Told) => {
      told.push(news)
      resolve(news)
    }
    const request = { program, args, cwd: temp.path, env: { MINE: 'yes' }, stdout: log, stderr: log, ipc: false }
    spawnChild(request, {
      exited: (code, signal) => tell({ exited: [code, signal] }),
      failed: ({ code }) => tell({ failed: code }),
      message() {},
    })
  })
  return { told, ended }
}

function script(content: string, mode = 0o755): string {
  const file = join(mkdtempSync(join(temp.path, 'script-')), 'script')
  writeFileSync(file, content)
  chmodSync(file, mode)
  return file
}

describe('spawnChild', () => {
  it.each([
    ['a code', 'exit 7', [7, null]],
    ['success', 'exit 0', [0, null]],
    ['a signal', 'kill -KILL $$', [null, 'SIGKILL']],
  ])('reports an exit with %s once', async (_, code, exited) => {
    const { told, ended } = start('/bin/sh', ['-c', code])
    expect(await ended).toEqual({ exited })
    expect(told).toHaveLength(1)
  })

  it('gives the child its own session, its folder, only its environment, and the logs as output', async () => {
    const { ended } = start('/bin/sh', ['-c', 'echo "$$ $(pwd) $MINE $HOME."; ps -o sess= -o pgid= -p $$ >&2'])
    await ended
    const [first = '', second = ''] = readFileSync(join(temp.path, 'log'), 'utf8').split('\n')
    const [pid, ...rest] = first.split(' ')
    expect(rest).toEqual([temp.path, 'yes', '.'])
    expect(second.trim().split(/\s+/)).toEqual([pid, pid])
  })

  it.each([
    ['a program that does not exist', () => '/no/such/program', 'ENOENT'],
    ['a file that may not be executed', () => script('#!/bin/sh\n', 0o644), 'EACCES'],
    ['an interpreter that does not exist', () => script('#!/no/such/interpreter\n'), 'ENOENT'],
    ['a folder', () => temp.path, 'EACCES'],
  ])('reports why %s was not started', async (_, program, code) => {
    const { told, ended } = start(program())
    expect(await ended).toEqual({ failed: code })
    expect(told).toHaveLength(1)
  })

  it('runs or rejects a script without `#!`, depending on the runtime, and reports either once', async () => {
    const { told, ended } = start(script('exit 0\n'))
    expect([{ exited: [0, null] }, { failed: 'ENOEXEC' }]).toContainEqual(await ended)
    expect(told).toHaveLength(1)
  })
})

describe('signals', () => {
  it('reach one process if it is still the same', async () => {
    const { pid } = spawnFixture('sleeper')
    const identity = identify(pid)
    if (!identity) throw new Error('the sleeper is gone')
    expect(signalProcess({ ...identity, startTime: identity.startTime - 1 }, 'SIGKILL')).toBe(false)
    expect(alive(pid)).toBe(true)
    expect(signalProcess(identity, 'SIGKILL')).toBe(true)
    await until(() => !alive(pid))
    expect(signalProcess(identity, 'SIGKILL')).toBe(false)
  })

  it('reach a whole group', async () => {
    const { pid, stdout } = spawnFixture('family')
    const members = await until(() => {
      if (!stdout().includes('family complete')) return undefined
      return new Map([...stdout().matchAll(/^(\w+) (\d+)$/gm)].map(([, name, number]) => [name, Number(number)]))
    })
    await until(() => readEntry(members.get('stubborn') ?? 0)?.pgid === pid)
    expect(signalGroup(pid, 'SIGKILL')).toBe(true)
    await until(() => !['leader', 'child', 'stubborn'].some((name) => alive(members.get(name))))
    for (const name of ['session', 'orphan']) expect(alive(members.get(name))).toBe(true)
  })

  it('never go to our own group or to all processes', () => {
    expect(signalGroup(0, 'SIGTERM')).toBe(false)
    expect(signalGroup(1, 'SIGTERM')).toBe(false)
    expect(signalProcess({ pid: 0, startTime: 0, bootId: '' }, 'SIGTERM')).toBe(false)
  })
})
