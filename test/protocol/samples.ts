import type { AlertRule } from '../../src/model/config/alerts.ts'
import type { ProcessEvent } from '../../src/model/lifecycle/events.ts'
import type { ProcessTree } from '../../src/model/tree/tree.ts'
import type { AlertsInfo } from '../../src/model/views/alerts-info.ts'
import type { CrashBrief } from '../../src/model/views/crash-report.ts'
import type { Outcome } from '../../src/model/views/outcome.ts'
import type { Control, InputOf, Operation } from '../../src/protocol/operations.ts'
import { processDetail, processState } from '../commands/states.ts'

/** Every operation that is answered once. */
export type Asked = Exclude<Operation, 'events' | 'followHistory' | 'followLogs'>

const start = {
  names: ['web'],
  processes: [{ name: 'web', command: 'node server.mjs', cwd: '/srv' }],
  checkedBy: '1.0.0',
  origins: { web: 'processes.json: processes[0]' },
  source: '/srv/processes.json',
  defaults: { autoRestart: 'on-failure', maxRestarts: 3, restartDelay: 100 },
  environment: { LETTERS: 'äöü 漢字 🙂', LINES: 'one\ntwo', EMPTY: '' },
  scale: { web: 2 },
  owner: { pid: 1, startTime: 2, bootId: 'boot' },
  automatic: true,
  wait: false,
  timeout: 500,
} satisfies InputOf<'start'>

const rule: AlertRule = {
  ...{ on: ['crash', 'oom'], processes: ['web'], to: { webhook: 'https://example.org/' } },
  ...{ after: 0, repeat: 60_000, resolve: true },
}

/** An input of each operation that has everything that it can have. */
export const INPUTS: { [Name in Asked]: InputOf<Name> } = {
  info: {},
  list: { reveal: true },
  status: { name: 'a/b c?d', reveal: true },
  stats: { name: 'web' },
  tree: { name: 'web', reveal: true },
  trees: { reveal: true },
  start,
  stop: { names: ['web'], timeout: 500, comesBack: true },
  restart: start,
  reload: start,
  apply: { ...start, all: true },
  scale: start,
  remove: { group: 'api', logs: true },
  flush: { all: true },
  pause: { names: ['web'] },
  resume: { group: 'api' },
  signal: { names: ['web'], signal: 'SIGHUP', tree: true },
  send: { name: 'web', message: { deep: [1, null] } },
  release: {},
  history: { names: ['web'], types: ['crash'], lines: 5, since: 1 },
  plan: { ...start, action: 'restart' },
  logs: {
    names: ['web'],
    cursor: 'start',
    lines: 5,
    level: 'warn',
    grep: 'a&b',
    pattern: '/a\\/b|c/i',
    fields: 'a.b=c%26d&a.b=e',
    since: 1,
    until: 2,
    streams: ['stderr'],
  },
  web: {},
  openWeb: {
    port: 7420,
    host: '0.0.0.0',
    hosts: ['box.lan'],
    tls: { cert: '/c.pem', key: '/k.pem' },
    insecure: false,
    allowRun: true,
    token: 'a-long-enough-token',
    openMetrics: true,
    source: '/srv/processes.json',
  },
  closeWeb: { source: '/srv/processes.json' },
  crashes: { name: 'web' },
  crash: { id: 'web-1' },
  alerts: {},
  setAlerts: { rules: [rule], source: '/srv/processes.json', cwd: '/srv' },
  testAlerts: { rule: 1 },
}

const tree: ProcessTree = {
  name: 'web',
  pid: 4711,
  members: [
    { pid: 4711, ppid: 1, command: ['node'], cpu: 1, memory: 80, uptime: 60, strayed: false, ports: [] },
    {
      pid: 4712,
      ppid: 4711,
      command: ['sh', '-c', 'true'],
      cpu: 0,
      memory: 1,
      uptime: 1,
      strayed: true,
      ports: [{ protocol: 'tcp', address: '::1', port: 80 }],
    },
  ],
  port: 80,
  holder: null,
}

const alerts: AlertsInfo = {
  rules: [{ on: ['crash'], processes: null, target: 'webhook at example.org', after: 0, repeat: null, resolve: true }],
  open: [{ rule: 1, process: 'web', kind: 'crash', message: 'web crashed', since: 1, last: 2, count: 2, told: null }],
  waiting: 0,
}

const crash: CrashBrief = {
  ...{ id: 'web-1', name: 'web', run: 1, time: 1, message: 'exited with 1', exitCode: 1, signal: null, failures: 2 },
  cause: { type: 'exited', code: 1, signal: null, lasted: 5 },
}

const outcomes: Outcome[] = [
  { name: 'web', ok: true, result: 'started', message: 'started', warnings: [], state: processState() },
  {
    name: 'db',
    ok: false,
    result: 'failed',
    message: 'exited with 1',
    code: 'start-failed',
    lastLines: ['x'],
    warnings: ['careful'],
  },
]

/** An answer of each operation. */
export const ANSWERS: { [Name in Asked]: Awaited<ReturnType<Control[Name]>> } = {
  info: {
    identity: { pid: 1, startTime: 2, bootId: 'boot' },
    socket: '/run/x.sock',
    version: '1.0.0',
    runtime: 'node',
    mode: 'daemon',
    startedAt: 1,
  },
  list: [processState(), processState({ status: 'stopped', wanted: 'down', pid: null, cpu: null, memory: null })],
  status: processDetail(),
  stats: { memory: 80, cpu: 1.5, uptime: 60, processes: 2, network: { bytesIn: 1, bytesOut: 2 } },
  tree,
  trees: [tree, { ...tree, pid: null, members: [], port: null }],
  start: outcomes,
  stop: outcomes,
  restart: outcomes,
  reload: outcomes,
  apply: outcomes,
  scale: outcomes,
  remove: outcomes,
  flush: outcomes,
  pause: outcomes,
  resume: outcomes,
  signal: outcomes,
  send: { sent: true },
  release: { released: true },
  history: [event(1), { ...event(2), name: '' }],
  plan: [{ name: 'web', action: 'restart', changes: ['env.PORT'] }],
  logs: {
    logs: [{ timestamp: '2026-01-01T00:00:00.000Z', level: 'info', message: 'up', source: 'stdout', name: 'web' }],
    cursor: 'e30',
    more: false,
  },
  web: { url: null, token: null },
  openWeb: { url: 'http://127.0.0.1:7420/', token: 'a-long-enough-token' },
  closeWeb: { url: null, token: null },
  alerts,
  setAlerts: alerts,
  testAlerts: [{ rule: 1, target: 'webhook at example.org', ok: true, answer: 'HTTP 200' }],
  crashes: [crash],
  crash: {
    ...crash,
    ...{ startedAt: 1, lasted: 5, pid: 4711, first: null, supervisor: '1.0.0 on Node 20', tree: null, git: null },
    ...{ causes: [], stdout: [], stderr: [], environment: {}, config: processDetail().config, since: null },
  },
}

export function event(run: number, message = 'started'): ProcessEvent {
  return { time: 1, name: 'web', type: 'start', run, message }
}
