import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Identity } from '../../../src/model/lifecycle/identity.ts'
import type { ManagedProcess } from '../../../src/model/lifecycle/process.ts'
import { TreeService } from '../../../src/supervisor/inspect/tree-service.ts'
import { identify, self } from '../../../src/system/process/identity.ts'
import { readTable } from '../../../src/system/process/proc.ts'
import { Sweeper } from '../../../src/system/process/sweep.ts'
import { endSpawned, spawnFixture } from '../../helpers/spawned.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'
import { live, managedProcess } from '../../model/processes.ts'

let temp: TempFolder

beforeEach(() => {
  temp = tempFolder('target')
  for (const name of ['own.log', 'errors.log', 'shared.log']) writeFileSync(join(temp.path, name), '')
})
afterEach(() => temp.remove())

const sourceOf = ({ config: { name, logFile, errorFile } }: ManagedProcess) => ({
  name,
  logFile: logFile ?? '',
  errorFile: errorFile ?? '',
  indexFile: join(temp.path, 'logs', `${name}.index`),
  eventsFile: '',
})
const writing = (name: string, out: string, err: string) =>
  managedProcess({ id: `f00d:${name}:1` }, { name, logFile: join(temp.path, out), errorFile: join(temp.path, err) })
const logsOf = (process: ManagedProcess, all: ManagedProcess[]) =>
  new TreeService({ processes: { snapshot: () => all }, logs: { sourceOf }, sweeper: new Sweeper() }).targetOf(process)
    .logs
const inode = (name: string) => {
  const { dev, ino } = statSync(join(temp.path, name))
  return `${dev}:${ino}`
}

describe('the logs that a process is recognised by', () => {
  it('are its own, a merged one once', () => {
    const web = writing('web', 'own.log', 'errors.log')
    expect(logsOf(web, [web])).toEqual([inode('own.log'), inode('errors.log')])
    const merged = writing('web', 'own.log', 'own.log')
    expect(logsOf(merged, [merged])).toEqual([inode('own.log')])
  })

  it('are none that another writes too, as its output or its errors', () => {
    const web = writing('web', 'own.log', 'shared.log')
    for (const other of [writing('api', 'shared.log', 'none'), writing('api', 'none', 'shared.log')])
      expect(logsOf(web, [web, other])).toEqual([inode('own.log')])
  })

  it('are none outside the state folder, to which anybody may write', () => {
    const outside = tempFolder('outside')
    try {
      const file = join(outside.path, 'app.log')
      writeFileSync(file, '')
      const web = managedProcess({}, { name: 'web', logFile: file, errorFile: join(temp.path, 'errors.log') })
      expect(logsOf(web, [web])).toEqual([inode('errors.log')])
    } finally {
      outside.remove()
    }
  })

  it('are found anew when a process is added, removed or configured', () => {
    let all: ManagedProcess[] = []
    const service = new TreeService({
      processes: { snapshot: () => [...all] },
      logs: { sourceOf },
      sweeper: new Sweeper(),
    })
    const web = writing('web', 'own.log', 'shared.log')
    const other = writing('api', 'shared.log', 'none')
    const logs = () => service.targetOf(web).logs
    all = [web]
    expect(logs()).toEqual([inode('own.log'), inode('shared.log')])
    all = [web, other]
    expect(logs()).toEqual([inode('own.log')])
    all = [web, { ...other, config: writing('api', 'none', 'none').config }]
    expect(logs()).toEqual([inode('own.log'), inode('shared.log')])
    all = [web, { ...other, run: 7 }]
    expect(logs()).toEqual([inode('own.log')])
    all = [web]
    expect(logs()).toEqual([inode('own.log'), inode('shared.log')])
  })

  it('are found for a thousand processes with a few looks at each', () => {
    let looks = 0
    const counted = (process: ManagedProcess) => {
      looks++
      return sourceOf(process)
    }
    const all = Array.from({ length: 1000 }, (_, i) => writing(`web-${i}`, `none-${i}`, 'none'))
    for (const snapshot of [() => all, () => [...all]]) {
      const service = new TreeService({ processes: { snapshot }, logs: { sourceOf: counted }, sweeper: new Sweeper() })
      looks = 0
      for (const process of all) service.targetOf(process)
      expect(looks).toBeLessThan(5 * all.length)
    }
  })

  it('are none that is not there', () => {
    const web = writing('web', 'none.log', 'none.log')
    expect(logsOf(web, [web])).toEqual([])
  })
})

describe('the members that a process is recognised by', () => {
  afterEach(endSpawned)

  it('are those that a sample has found, after they have left, as long as they live and the leader is the same', async () => {
    const { pid } = spawnFixture('sleeper')
    const [member, leader] = [identify(pid), self()] as [Identity, Identity]
    const phase = { type: 'running', live: live({ leader }), rebuilt: false } as const
    const web = managedProcess({ phase })
    const trees = new TreeService({ processes: { snapshot: () => [web] }, logs: { sourceOf }, sweeper: new Sweeper() })
    const entries = readTable()
    const sample = (...pids: number[]) =>
      trees.remember(new Map([[leader.pid, entries.filter((entry) => pids.includes(entry.pid))]]))
    sample(leader.pid, pid)
    sample(leader.pid)
    expect(trees.targetOf(web).known).toEqual([leader, member])
    expect(trees.targetOf({ ...web, phase: { ...phase, live: live({ leader: member }) } }).known).toEqual([])
    await endSpawned()
    // The system may show it for a moment after its end was reported.
    await until(() => {
      sample(leader.pid)
      return trees.targetOf(web).known.length === 1
    })
    expect(trees.targetOf(web).known).toEqual([leader])
  })
})
