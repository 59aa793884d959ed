import { describe, expect, it } from 'vitest'
import type { ResolvedProcess } from '../../../src/model/config/config.ts'
import { invalidSetting } from '../../../src/model/config/config-shape.ts'
import { config } from '../processes.ts'

const NO_TEXT = [undefined, null, 7, ['x']]
const NO_TEXTS = [undefined, null, 'x', { 0: 'x' }, [7], ['x', null]]
const NO_RECORD_OF_TEXTS = [undefined, null, 'x', 7, [], ['x'], { a: 1 }, { a: 'x', b: null }]
const NO_RECORD = [undefined, 'x', 7, [], true]
const NO_NUMBER = [undefined, null, '1', Number.NaN, Number.POSITIVE_INFINITY]
const NO_NUMBER_OR_NULL = NO_NUMBER.filter((value) => value !== null)
const NO_FLAG = [undefined, null, 0, 'true']

const WATCH = { paths: ['.'], ignore: [], debounce: 100, cwd: '/srv' }
const RULES = { interval: 1000, timeout: 500, retries: 3, startPeriod: 0 }
const HTTP = { type: 'http', url: 'x://y', method: 'GET', expectedStatus: [200], headers: {}, ...RULES }
const CHECKS = [
  HTTP,
  { type: 'tcp', host: 'localhost', port: 80, ...RULES },
  { type: 'script', script: 'true', ...RULES },
  { type: 'exec', command: 'true', ...RULES },
  { type: 'output', outputPattern: 'up', repeat: false, ...RULES },
  { type: 'output', outputPattern: { source: 'up', flags: 'i' }, repeat: true, ...RULES },
]

/** One copy for each key, with a value there that no key takes. */
const eachWrong = (record: object): Record<string, unknown>[] =>
  Object.keys(record).map((key) => ({ ...record, [key]: null }))

const WRONG: { [Setting in keyof ResolvedProcess]-?: unknown[] } = {
  name: [...NO_TEXT, '', '../web'],
  command: NO_TEXT,
  program: NO_TEXT,
  args: NO_TEXTS,
  cwd: NO_TEXT,
  env: NO_RECORD_OF_TEXTS,
  autostart: NO_FLAG,
  startWithAll: [null, 'false', true],
  autorestart: [...NO_FLAG, 'on-success'],
  restartDelay: NO_NUMBER,
  maxRestartDelay: NO_NUMBER,
  stableAfter: NO_NUMBER,
  maxRestarts: NO_NUMBER,
  stopSignal: [undefined, null, 15, 'SIGNONE', 'sigterm'],
  stopTimeout: NO_NUMBER,
  stopCommand: [null, 7],
  daemon: [null, false, 'true'],
  pidFile: [null, 7],
  minUptime: NO_NUMBER,
  stopExitCodes: [undefined, null, 0, ['1'], [0, Number.NaN]],
  watch: [...NO_RECORD, {}, ...eachWrong(WATCH)],
  maxMemory: NO_NUMBER_OR_NULL,
  maxCpu: NO_NUMBER_OR_NULL,
  heapSnapshot: NO_FLAG,
  port: [...NO_NUMBER_OR_NULL, 'any'],
  share: [null, 'proxy', {}, ...eachWrong({ port: 3000, part: 'proxy' }), { port: 3000, part: 'web' }],
  preferredPort: [null, '80'],
  ports: [null, { http: '80' }, { http: { prefer: 'x' } }, { http: null }],
  references: [null, 'db.port', [7]],
  ipc: NO_FLAG,
  otlp: [null, false, 'all', 'true'],
  instances: [...NO_NUMBER, 0, 1001],
  instanceVariable: ['ID', { name: 'ID' }, { name: 1, from: 0 }, { name: 'ID', from: '0' }],
  instanceOf: [undefined, 7, '', '../web'],
  dependsOn: [...NO_RECORD_OF_TEXTS, { db: 'up' }],
  schedule: [undefined, 7],
  timezone: [undefined, 7],
  hooks: NO_RECORD_OF_TEXTS,
  logFile: [null, 7],
  errorFile: [null, 7],
  maxLogSize: NO_NUMBER,
  maxLogFiles: NO_NUMBER,
  compressLogs: NO_FLAG,
  mergeLogs: NO_FLAG,
  group: [null, 7, '', '../web'],
  healthCheck: [
    ...NO_RECORD,
    {},
    ...CHECKS.flatMap((check) => eachWrong(check).filter(({ type, port }) => type !== 'tcp' || port !== null)),
    { ...HTTP, type: 'constructor' },
    { ...HTTP, expectedStatus: ['200'] },
    { ...HTTP, headers: { accept: 7 } },
    { type: 'output', outputPattern: { source: 'up' }, repeat: true, ...RULES },
    RULES,
  ],
  onUnhealthy: [undefined, null, 'stop'],
  startTimeout: NO_NUMBER,
  onStartTimeout: ['never', true],
  persist: [null, 'true'],
  origin: [null, 7],
  source: [null, 7],
}

const having = (settings: object) => invalidSetting({ ...config(), ...settings } as ResolvedProcess)

const RIGHT: Partial<Record<keyof ResolvedProcess, unknown[]>> = {
  args: [[], ['x']],
  env: [{}, { A: 'x' }],
  autorestart: [true, false, 'on-failure'],
  stopExitCodes: [[], [0, 3]],
  watch: [null, WATCH],
  maxMemory: [null, 5],
  port: [null, 80, 'auto'],
  preferredPort: [undefined, 80],
  ports: [undefined, { http: 80, debug: 'auto', admin: { prefer: 81 } }],
  references: [undefined, ['db.port']],
  instances: [1, 1000],
  instanceOf: [null, 'web'],
  dependsOn: [{}, { db: 'ready', cache: 'healthy', job: 'completed' }],
  schedule: [null, '* * * * *'],
  group: [undefined, 'api'],
  healthCheck: [null, ...CHECKS],
  onUnhealthy: ['restart', 'none'],
  persist: [undefined, true, false],
  otlp: [undefined, true, 'metrics', 'logs'],
  source: [undefined, '/srv/processes.json'],
}

describe('what says that it is a config', () => {
  it('is right with every default', () => {
    expect(having({})).toBeUndefined()
  })

  it.each(Object.entries(RIGHT))('is right in %s', (key, values) => {
    expect(values.map((value) => having({ [key]: value }))).toEqual(values.map(() => undefined))
  })

  it.each(Object.entries(WRONG))('is wrong in %s', (key, values) => {
    expect(values.map((value) => having({ [key]: value }))).toEqual(values.map(() => key))
  })

  it('is wrong in the first of several', () => {
    expect(having({ instances: null, cwd: 7, env: null })).toBe('cwd')
  })
})
