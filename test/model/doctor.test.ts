import { describe, expect, it } from 'vitest'
import { diagnose, type Facts, type Finding, type FolderFacts } from '../../src/model/doctor.ts'
import { managedProcess } from './processes.ts'

const GB = 1_000_000_000
const identity = { pid: 7, startTime: 1, bootId: 'boot' }
const info = {
  identity,
  socket: '/app/.tuix/supervisor.sock',
  version: '1.0.0',
  runtime: 'node',
  mode: 'daemon',
  startedAt: 0,
} as const

const folder: FolderFacts = {
  mode: 0o700,
  isOwn: true,
  readable: [],
  corrupt: [],
  disk: { free: 50 * GB, total: 100 * GB },
  fileSystem: 'ext4',
  collapses: true,
}

const healthy: Facts = {
  runtime: { name: 'node', version: '20.19.0' },
  version: '1.0.0',
  platform: 'linux',
  tools: { ss: true, fallocate: true },
  tuixDir: '/app/.tuix',
  folder,
  supervisor: { recorded: info, lives: true, answers: true },
  processes: [],
  lastWords: {},
  orphans: [],
  openFiles: 1024,
}

const bad = (changes: Partial<Facts>): Pick<Finding, 'check' | 'level' | 'fix'>[] =>
  diagnose({ ...healthy, ...changes })
    .filter(({ level }) => level !== 'ok')
    .map(({ check, level, fix }) => ({ check, level, fix }))
const within = (changes: Partial<FolderFacts>) => bad({ folder: { ...folder, ...changes } })

describe('a diagnosis', () => {
  it('of what is well finds nothing, and neither does one of a folder that is not there yet', () => {
    expect(bad({})).toEqual([])
    expect(bad({ folder: null, supervisor: { recorded: null, lives: false, answers: false } })).toEqual([])
  })

  it.each([
    ['runtime', 'problem', null, { runtime: { name: 'node', version: '20.18.3' } }],
    ['runtime', 'problem', null, { runtime: { name: 'bun', version: '1.2.23' } }],
    ['platform', 'warning', null, { platform: 'darwin' }],
    ['ss', 'warning', null, { tools: { ss: false, fallocate: true } }],
    ['fallocate', 'warning', null, { tools: { ss: true, fallocate: false } }],
    ['open files', 'problem', null, { openFiles: 63 }],
    ['supervisor', 'problem', 'recover', { supervisor: { recorded: info, lives: false, answers: false } }],
    ['supervisor', 'problem', null, { supervisor: { recorded: info, lives: true, answers: false } }],
    ['supervisor', 'warning', null, { version: '1.1.0' }],
    ['orphans', 'problem', 'end-orphans', { orphans: [{ pid: 9, name: 'web', command: 'node' }] }],
  ] as [string, string, string | null, Partial<Facts>][])('finds: %s, a %s', (check, level, fix, changes) => {
    expect(bad(changes)).toEqual([{ check, level, fix }])
  })

  it.each([
    ['folder', 'problem', null, { isOwn: false }],
    ['folder', 'problem', 'modes', { mode: 0o755 }],
    ['folder', 'problem', 'modes', { readable: ['state.json'] }],
    ['disk', 'warning', null, { disk: { free: 4 * GB, total: 100 * GB } }],
    ['disk', 'problem', null, { disk: { free: GB / 20, total: 1 * GB } }],
    ['file system', 'problem', null, { fileSystem: 'nfs', collapses: false }],
    ['file system', 'warning', null, { fileSystem: 'tmpfs', collapses: false }],
    ['state', 'warning', null, { corrupt: ['state.json.corrupt-1'] }],
  ] as [string, string, string | null, Partial<FolderFacts>][])(
    'finds in the folder: %s, a %s',
    (check, level, fix, changes) => {
      expect(within(changes)).toEqual([{ check, level, fix }])
    },
  )

  it('has orphans taken over where no supervisor is there that knows better', () => {
    const orphans = [{ pid: 9, name: 'web', command: 'node' }]
    const found = bad({ orphans, supervisor: { recorded: null, lives: false, answers: false } })
    expect(found).toEqual([{ check: 'orphans', level: 'problem', fix: 'recover' }])
  })

  it('says why a process fails again and again, and what it said last', () => {
    const looping = {
      ...managedProcess(),
      wanted: 'up',
      status: 'restarting',
      failures: 4,
      reason: 'exited with 3',
    } as const
    const findings = diagnose({ ...healthy, processes: [looping], lastWords: { [looping.config.name]: 'no database' } })
    const { name } = looping.config
    expect(findings.at(-1)).toMatchObject({
      level: 'problem',
      message: `${name} failed 4 times in a row: exited with 3; it said: no database`,
      advice: `logs ${name}`,
    })
    expect(bad({ processes: [{ ...looping, failures: 1 }] })).toEqual([])
    expect(bad({ processes: [{ ...looping, status: 'error' }] })).toHaveLength(1)
  })

  it('minds processes that nobody supervises', () => {
    const supervisor = { recorded: null, lives: false, answers: false }
    const up = { ...managedProcess(), wanted: 'up', status: 'running' } as const
    expect(bad({ supervisor, processes: [up] })).toEqual([{ check: 'supervisor', level: 'problem', fix: 'recover' }])
  })
})
