import { describe, expect, it } from 'vitest'
import { listText } from '../../../commands/format/list.ts'
import { statusPage } from '../../../commands/format/page.ts'
import { painter } from '../../../commands/format/paint.ts'
import { symbolsOf } from '../../../commands/format/symbols.ts'
import type { ProcessDetail, ProcessState, ProcessTree } from '../../../src/index.ts'
import { NOW, processDetail, processState } from '../states.ts'

const paint = painter(false)
const symbols = symbolsOf({})
const nothing: ProcessTree = { name: 'web', pid: null, members: [], port: null, holder: null }
const page = (detail: ProcessDetail, others: ProcessState[] = [], tree = nothing, width?: number) =>
  statusPage(detail, { paint, symbols, now: NOW, others, lastLines: [], tree, sizeOf: () => 1234, width })

describe('the status page', () => {
  it('shows the health, the last checks, and the output of a failed check', () => {
    const detail = processDetail(
      { healthCheck: { type: 'http', url: 'http://localhost:3000/health', interval: 10_000, retries: 2 } },
      {
        health: 'unhealthy',
        healthHistory: [
          { at: NOW - 20_000, ok: true, took: 12, detail: 'HTTP 200' },
          { at: NOW - 10_000, ok: false, took: 5000, detail: 'HTTP 503\nno database\x1b[2J' },
        ],
      },
    )
    const text = page(detail)
    expect(text).toMatch(/^web {2}running \(unhealthy\) for 1m$/m)
    expect(text).toMatch(/^ +health +unhealthy; http check every 10s, unhealthy after 2 failures in a row$/m)
    expect(text).toContain(
      [
        'Health checks',
        '  2031-05-04 13:59:40  ok      12ms  HTTP 200',
        '  2031-05-04 13:59:50  failed    5s  HTTP 503',
        `${' '.repeat(37)}no database`,
      ].join('\n'),
    )
  })

  it('shows why the last run ended, and the number of failures in a row', () => {
    const lastExit = { run: 1, code: null, signal: null, at: NOW - 5000, lasted: 3100, early: false, asked: false }
    const ended = { type: 'over-limit', of: 'memory', used: 611.2, limit: 512, snapshot: null } as const
    const why = 'memory 612 MB over the limit of 512 MB'
    const detail = processDetail(
      { maxMemory: 512, maxCpu: 80, heapSnapshot: true },
      { status: 'restarting', pid: null, startedAt: null, retryAt: NOW + 4000, failures: 2, restarts: 1, reason: why },
    )
    const text = page({ ...detail, lastExit: { ...lastExit, ended, why } })
    expect(text).toMatch(/^web {2}restarting in 4s \(2\/10\)$/m)
    expect(text).toMatch(/^ +reason +memory 612 MB over the limit of 512 MB$/m)
    expect(text).toMatch(
      /^ +last exit +memory 612 MB over the limit of 512 MB after 3\.1s, 2031-05-04 13:59:55 \(5s ago\)$/m,
    )
    expect(text).toMatch(/^ +restarts +1, failures in a row: 2 of 10$/m)
    expect(text).toMatch(/^ +limits +memory 512\.0 MB with a heap snapshot, cpu 80\.0% of one core$/m)
  })

  it('says of a signal that ended it what events say', () => {
    const lastExit = { run: 1, code: null, signal: 'SIGKILL', at: NOW - 5000, lasted: 3100, early: false, asked: false }
    const text = page({ ...processDetail(), lastExit: { ...lastExit, ended: null } })
    expect(text).toMatch(/^ +last exit +killed by SIGKILL after 3\.1s/m)
  })

  it('shows dependencies with their status, and dependents', () => {
    const others = [
      processState({ name: 'db', health: 'healthy' }),
      processState({ name: 'cache-1', instanceOf: 'cache' }),
      processState({ name: 'cache-2', instanceOf: 'cache', status: 'stopped' }),
      processState({ name: 'proxy', dependsOn: ['web'] }),
    ]
    const text = page(processDetail({ dependsOn: { db: 'ready', cache: 'started' } }), others)
    expect(text).toMatch(/^ +depends on +db: running \(healthy\), cache \(started\): running, stopped$/m)
    expect(text).toMatch(/^ +needed by +proxy$/m)
    const instance = page(processDetail({}, { name: 'web-2', instanceOf: 'web' }), others)
    expect(instance).toMatch(/^ +needed by +proxy$/m)
    expect(instance).toMatch(/^ +instance of +web$/m)
  })

  it('shows what is watched, and which file is ignored', () => {
    const config = { watch: true, watchPaths: ['src/**', 'etc/*.json'], ignoreWatch: ['**/*.tmp'] }
    expect(page(processDetail(config))).toMatch(/^ +watching +src\/\*\* etc\/\*\.json, except \*\*\/\*\.tmp$/m)
    expect(page(processDetail(config, { suspendedBy: 'src/built.js' }))).toMatch(
      /^ +watching +src.*\.tmp; suspended for src\/built\.js, which it seems to change itself$/m,
    )
  })

  it('shows the port, the next scheduled run, the ipc channel and metrics', () => {
    expect(page(processDetail({ port: 3000 }, { port: 3000 }))).toMatch(/^ +port +3000$/m)
    expect(page(processDetail({ port: 'auto' }, { port: 41_234 }))).toMatch(/^ +port +41234, chosen automatically$/m)
    const scheduled = {
      status: 'restarting',
      phase: 'scheduled',
      reason: 'scheduled',
      pid: null,
      retryAt: NOW + 300_000,
    } as const
    expect(page(processDetail({ schedule: '*/5 * * * *' }, scheduled))).toMatch(
      /^ +schedule +\*\/5 \* \* \* \*, next 2031-05-04 14:05:00 \(in 5m\)$/m,
    )
    const metrics = { requests: 12, mode: 'fast' }
    const open = page(processDetail({ ipc: true }, { channel: 'open', metrics }))
    expect(open).toMatch(/^ +ipc +open\n +metrics +requests 12\n +mode fast$/m)
    const gone = page(processDetail({ ipc: true }, { channel: 'gone', adopted: true }))
    expect(gone).toMatch(/^ +ipc +lost when the process was adopted; restart it to reconnect$/m)
  })

  it('shows the process tree, its ports and the sizes of its logs', () => {
    const member = { command: ['node', 'server.mjs'], cpu: 1, memory: 40, uptime: 60, strayed: false }
    const tree: ProcessTree = {
      ...nothing,
      members: [
        { ...member, pid: 4711, ppid: 1, ports: [{ protocol: 'tcp', address: '127.0.0.1', port: 3000 }] },
        { ...member, pid: 4712, ppid: 4711, ports: [], command: ['sh', '-c', 'sleep'] },
      ],
    }
    const text = page(processDetail(), [], tree)
    expect(text).toMatch(/^ +listens on +127\.0\.0\.1:3000$/m)
    expect(text).toMatch(/^ +stdout +\S+web\.out\.log \(1\.2 kB\)$/m)
    expect(text).toMatch(/^Processes\n.*\n.* web {2}running, 2 processes\n +4711 .* node server\.mjs {2}127/m)
    expect(page(processDetail())).not.toMatch(/^Processes|listens on/m)
  })

  it('shows words of the command with blanks in quotes', () => {
    const detail = processDetail({ args: ['show it.mjs', '--topic=My Favorite Script', "it's", ''] })
    expect(page(detail)).toMatch(/ 'show it\.mjs' '--topic=My Favorite Script' "it's" ''$/m)
  })

  it('wraps long values to the width of the terminal', () => {
    const long = processDetail({ args: ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'] })
    const lines = page(long, [], nothing, 50).split('\n')
    expect(lines[0]).toBe('● web  running for 1m')
    expect(lines.filter((line) => line.length > 50)).toEqual([])
    expect(lines.find((line) => line.includes('command'))).toMatch(/ node server\.mjs one/)
  })

  it('leaves out facts that a process does not have', () => {
    const labels = /^ +(?:health|port|depends on|needed by|watching|limits|schedule|ipc|metrics|instance of) /m
    expect(page(processDetail(), [processState()])).not.toMatch(labels)
  })
})

describe('the list', () => {
  it('has columns for ports and watching if some process uses them', async () => {
    const states = [processState(), processState({ name: 'api', watch: true, port: 3000 })]
    expect(await listText([processState()], { paint, symbols, now: NOW })).not.toMatch(/PORT|WATCH/)
    const [titles, web, api] = (await listText(states, { paint, symbols, now: NOW })).split('\n')
    expect(titles).toMatch(/ PORT {2}WATCH$/)
    expect(web).toMatch(/ - {2}-$/)
    expect(api).toMatch(/ 3000 {2}yes$/)
  })
})
