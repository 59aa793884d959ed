import { describe, expect, it } from 'vitest'
import { diagnose, type Facts, type Finding, type FolderFacts } from '../../../src/model/diagnosis/facts.ts'
import type { ManagedProcess } from '../../../src/model/lifecycle/process.ts'
import { EVERY_PHASE, exited, managedProcess, running } from '../processes.ts'

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
  lostLogs: [],
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
    ['supervisor', 'warning', null, { supervisor: { recorded: info, lives: true, answers: true, lostProgram: true } }],
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

  it.each([
    [{ free: 0, total: 1_000_000 }, 'full: 0 KB of 1.0 MB free'],
    [{ free: 512_000, total: 20_000_000 }, 'full: 512 KB of 20.0 MB free'],
    [{ free: 50 * GB, total: 100 * GB }, '50.0 GB of 100.0 GB free'],
  ])('writes the size of a disk in a unit that fits: %j', (disk, message) => {
    const findings = diagnose({ ...healthy, folder: { ...(healthy.folder as FolderFacts), disk } })
    expect(findings.find(({ check }) => check === 'disk')?.message).toBe(message)
  })

  it('has orphans taken over where no supervisor is there that knows better', () => {
    const orphans = [{ pid: 9, name: 'web', command: 'node' }]
    const found = bad({ orphans, supervisor: { recorded: null, lives: false, answers: false } })
    expect(found).toEqual([{ check: 'orphans', level: 'problem', fix: 'recover' }])
  })

  it('says why a process fails again and again, and what it said last', () => {
    const end = { type: 'exited', code: 3, signal: null, lasted: 20 } as const
    const looping = managedProcess({ wanted: 'up', failures: 4, phase: { type: 'backoff', at: 9, end } })
    const findings = diagnose({ ...healthy, processes: [looping], lastWords: { [looping.config.name]: 'no database' } })
    const { name } = looping.config
    expect(findings.at(-1)).toMatchObject({
      level: 'problem',
      message: `${name} failed 4 times in a row: exited with 3 after 20 ms; it wrote: no database`,
      advice: `logs ${name}`,
    })
    expect(bad({ processes: [{ ...looping, failures: 1 }] })).toEqual([])
    const cause = { type: 'gave-up', restarts: 3 } as const
    expect(bad({ processes: [{ ...looping, phase: { type: 'failed', cause } }] })).toHaveLength(1)
    expect(bad({ processes: [running({ failures: 4 })] })).toEqual([])
  })

  it('minds processes that nobody supervises', () => {
    const supervisor = { recorded: null, lives: false, answers: false }
    expect(bad({ supervisor, processes: [running()] })).toEqual([
      { check: 'supervisor', level: 'problem', fix: 'recover' },
    ])
  })

  it('counts those alone that are to be up and were not given up', () => {
    const supervisor = { recorded: null, lives: false, answers: false }
    const is = (wanted: 'up' | 'down', type: 'running' | 'stopped' | 'failed') =>
      managedProcess({ wanted, phase: EVERY_PHASE[type], failures: 0 })
    const processes = [is('up', 'running'), is('up', 'stopped'), is('down', 'running'), is('up', 'failed')]
    expect(the('supervisor', { supervisor, processes }).message).toContain(' 2 ')
    expect(the('supervisor', { supervisor, processes: processes.slice(2) }).level).toBe('ok')
  })
})

/** What was found in one respect. */
function the(check: string, changes: Partial<Facts> = {}): Finding {
  const found = diagnose({ ...healthy, ...changes }).filter((finding) => finding.check === check)
  expect(found).toHaveLength(1)
  return found[0] as Finding
}

describe('what is well', () => {
  const CHECKS = ['runtime', 'ss', 'fallocate', 'open files', 'supervisor', 'folder', 'disk', 'file system', 'orphans']

  it('is told in an order for reading, with nothing to do', () => {
    const findings = diagnose(healthy)
    expect(findings.map(({ check }) => check)).toEqual([...CHECKS, 'crashes'])
    for (const finding of findings) {
      expect(finding).toEqual({ check: finding.check, level: 'ok', message: finding.message, advice: null, fix: null })
      expect(finding.message).not.toBe('')
    }
  })

  it('is that a folder is not there yet, or that nothing is to be supervised', () => {
    const supervisor = { recorded: null, lives: false, answers: false }
    expect(diagnose({ ...healthy, folder: null, supervisor }).map(({ check, level }) => [check, level])).toEqual(
      [...CHECKS.filter((check) => !['disk', 'file system'].includes(check)), 'crashes'].map((check) => [check, 'ok']),
    )
  })

  it('is told with its figures', () => {
    expect(the('runtime').message).toContain('node 20.19.0')
    expect(the('open files').message).toContain('1024')
    expect(the('open files', { openFiles: null })).toMatchObject({ level: 'ok' })
    expect(the('open files', { openFiles: null }).message).toBe('limit: unknown')
    expect(the('disk').message).toBe('50.0 GB of 100.0 GB free')
    expect(the('file system').message).toBe('ext4')
    expect(the('file system', { folder: { ...folder, fileSystem: null } }).message).toBe('local')
    expect(the('orphans').message).not.toBe('')
  })

  it('is a socket outside the folder, whose path was too long', () => {
    const at = (socket: string) => ({ supervisor: { recorded: { ...info, socket }, lives: true, answers: true } })
    for (const socket of ['/tmp/x.sock', '/run/app/.tuix']) {
      expect(the('socket', at(socket)).level).toBe('ok')
      expect(the('socket', at(socket)).message).toContain(socket)
    }
    const checks = (socket: string) => diagnose({ ...healthy, ...at(socket) }).map(({ check }) => check)
    for (const socket of [info.socket, '\\\\.\\pipe\\app']) expect(checks(socket)).not.toContain('socket')
  })
})

describe('the limits', () => {
  const processes = [managedProcess(), managedProcess()]

  it('of open files are 64, and four for each process', () => {
    expect(the('open files', { processes, openFiles: 72 }).level).toBe('ok')
    const short = the('open files', { processes, openFiles: 71 })
    expect(short.level).toBe('problem')
    for (const figure of [71, 2, 72]) expect(short.message).toMatch(new RegExp(`\\b${figure}\\b`))
  })

  it.each([
    ['problem', 0.095, 1],
    ['warning', 0.1, 1],
    ['warning', 0.105, 1],
    ['problem', 0.995, 100],
    ['warning', 1, 100],
    ['warning', 1.005, 100],
    ['warning', 0.9, 10],
    ['warning', 0.999999999, 10],
    ['ok', 1, 10],
    ['warning', 4.9, 100],
    ['ok', 5, 100],
    ['ok', 5.1, 100],
  ])('of a disk: it is a %s that %d of %d GB are free', (level, free, total) => {
    expect(the('disk', { folder: { ...folder, disk: { free: free * GB, total: total * GB } } }).level).toBe(level)
  })

  it('of privacy are all rights of others, told as they are written', () => {
    expect(within({ mode: 0o701 })).toEqual([{ check: 'folder', level: 'problem', fix: 'modes' }])
    expect(the('folder', { folder: { ...folder, mode: 0o755, readable: ['state.json'] } }).message).toContain('755')
    const readable = the('folder', { folder: { ...folder, readable: ['state.json', 'events.jsonl'] } }).message
    expect(readable).toContain('state.json, events.jsonl')
    expect(readable).not.toContain('700')
  })

  it.each(['nfs', 'cifs', 'smb', '9p', 'ceph', 'fuse'])('of file systems are those of a network: %s', (fileSystem) => {
    expect(within({ fileSystem })).toEqual([{ check: 'file system', level: 'problem', fix: null }])
  })

  it('of a file system that cannot cut matter where something could', () => {
    const cannot = { ...folder, collapses: false, fileSystem: null }
    expect(bad({ folder: cannot, tools: { ss: true, fallocate: false } })).toEqual([
      { check: 'fallocate', level: 'warning', fix: null },
    ])
    expect(the('file system', { folder: cannot }).message).toMatch(/^the file system /)
    expect(the('file system', { folder: { ...cannot, fileSystem: 'tmpfs' } }).message).toMatch(/^tmpfs /)
  })
})

describe('a supervisor of another version', () => {
  it.each([
    ['daemon', /^supervisor restart$/],
    ['embedded', /program/],
    ['foreground', /program/],
  ] as const)('is restarted as its mode is: %s', (mode, advice) => {
    const recorded = { ...info, mode, version: '0.9.0' }
    const found = the('supervisor', { supervisor: { recorded, lives: true, answers: true } })
    expect(found).toMatchObject({ level: 'warning', fix: null })
    expect(found.advice).toMatch(advice)
    for (const version of ['0.9.0', '1.0.0']) expect(found.message).toContain(version)
  })
})

describe('what fails', () => {
  const is = (state: Parameters<typeof managedProcess>[0]) => [
    managedProcess({ wanted: 'up', phase: { type: 'backoff', at: 9, end: exited() }, failures: 3, ...state }),
  ]
  const { crashed, failed } = EVERY_PHASE

  it.each([
    [1, {}],
    [0, { failures: 2 }],
    [0, { phase: EVERY_PHASE.running }],
    [0, { wanted: 'down', phase: crashed }],
    [1, { wanted: 'down', phase: failed, failures: 0 }],
  ] as [number, Partial<ManagedProcess>][])('is %d process for %j', (count, state) => {
    expect(bad({ processes: is(state) })).toHaveLength(count)
  })

  it('is told without what nobody knows', () => {
    const message = (state: Parameters<typeof managedProcess>[0]) => the('crashes', { processes: is(state) }).message
    expect(message({})).toBe('web failed 3 times in a row: exited with 1 after 500 ms')
    // It has begun once more, so that no reason is known.
    expect(message({ phase: EVERY_PHASE.starting })).toBe('web failed 3 times in a row')
    const refused = { type: 'failed', cause: { type: 'refused', detail: 'no such folder' } } as const
    expect(message({ phase: refused, failures: 1 })).toBe('web failed once and was given up: no such folder')
    expect(message({ phase: refused, failures: 0 })).not.toMatch(/\d/)
    // That it was given up.
    expect(message({ phase: refused })).toMatch(/given up: no such folder$/)
  })
})
