import { describe, expect, it } from 'vitest'
import { importPm2 } from '../../../src/config/import/pm2/index.ts'
import { resolveProcess } from '../../../src/config/process.ts'
import { expandAll, expandInstances } from '../../../src/model/config/instances.ts'
import { type ContextFacts, context, converted } from './context.ts'

const FILES = { 'app.js': '', 'bin/tool': true, 'bin/text': 'x', server: true } as const

/** What every app of PM2 has by default. */
const USUAL = { maxRestarts: 16, stableAfter: 1000, instanceVariable: { name: 'NODE_APP_INSTANCE', from: 0 } }

/** One app: what it becomes, without what every app of PM2 becomes, with its notes. */
function one(app: object, facts: ContextFacts = {}) {
  const { configs, notes } = converted(
    importPm2({ apps: [{ name: 'web', script: 'app.js', ...app }] }, context({ files: FILES, ...facts })),
  )
  const [{ name, stopSignal, ...config } = { name: '', command: '' }] = configs
  expect(stopSignal).toBe('SIGINT')
  const usual = Object.entries(USUAL)
  const own = Object.entries(config).filter(
    ([key, value]) => !usual.some((one) => JSON.stringify(one) === JSON.stringify([key, value])),
  )
  return { config: Object.fromEntries(own) as typeof config, configs, notes }
}

const PLAIN = { command: 'node app.js' }

describe('the shape of a file', () => {
  it.each([
    ['apps', { apps: [{ script: 'app.js' }, { script: 'b.js' }] }, ['apps[0]', 'apps[1]']],
    ['a bare list', [{ script: 'app.js' }, { script: 'b.js' }], ['[0]', '[1]']],
    ['one app', { script: 'app.js' }, ['']],
    ['one app under apps', { apps: { script: 'app.js' } }, ['apps']],
  ])('accepts %s', (_, content, paths) => {
    const { processes, notes } = importPm2(content, context())
    expect(processes.map(({ path }) => path)).toEqual(paths)
    expect(processes[0]?.config).toMatchObject({ name: 'app', command: 'node app.js' })
    expect(notes).toEqual([])
  })

  it('notes keys beside apps that have no effect', () => {
    const content = { apps: [], deploy: { production: {} }, app: [] }
    expect(converted(importPm2(content, context())).notes).toEqual([
      '`deploy` is not carried over: it is for `pm2 deploy`, and there is no deployment here',
      '`app` is an unknown key, which has no effect; did you mean `apps`?',
    ])
  })

  it.each([
    [null, 'source: must contain an object with `apps`, or a list of apps'],
    ['text', 'source: must contain an object with `apps`, or a list of apps'],
    [{ apps: 'app.js' }, 'source: `apps` must be an object of settings, not a string'],
    [{ apps: [1] }, 'source: `apps[0]` must be an object of settings, not a number'],
    [{ apps: [{ name: 'web' }] }, 'source: `apps[0].script` is missing: it must be a script or a command'],
    [[{ script: 'a.js', instances: 'many' }], 'source: `[0].instances` must be a whole number or "max", not "many"'],
    [
      [{ script: 'a.js', kill_timeout: 'soon' }],
      /^source: `\[0\]\.kill_timeout` must be a whole number of milliseconds/,
    ],
    [
      [{ script: 'a.js', max_memory_restart: '1T' }],
      /^source: `\[0\]\.max_memory_restart` must be a number of bytes, or a size/,
    ],
    [[{ script: 'a.js', cron_restart: '99 * * * *' }], /^source: `\[0\]\.cron_restart` must be /],
    [[{ script: 'a.js', args: 5 }], 'source: `[0].args` must be a string or a list of strings, not a number'],
    [[{ script: 'a.js', name: {} }], 'source: `[0].name` must be a name, not an object'],
    [[{ script: 'a.js', exec_mode: 'thread' }], 'source: `[0].exec_mode` must be "fork" or "cluster", not "thread"'],
  ])('rejects %j and names the place', (content, sentence) => {
    const message =
      typeof sentence === 'string' ? new RegExp(`^${sentence.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`) : sentence
    expect(() => importPm2(content, context())).toThrow(message)
  })
})

describe('the script', () => {
  it.each([
    [{ script: './app.js' }, { command: 'node ./app.js' }],
    [{ script: 'app.mjs' }, { command: 'node app.mjs' }],
    [{ script: 'app.ts' }, { command: 'bun app.ts' }],
    [{ script: 'job.sh' }, { command: 'bash job.sh' }],
    [{ script: 'job.rb' }, { command: 'ruby job.rb' }],
    [{ script: 'job.py' }, { command: 'python job.py', env: { PYTHONUNBUFFERED: '1' } }],
    [{ script: 'npm', args: 'run start' }, { command: 'npm run start' }],
    [{ script: 'bin/tool' }, { command: 'bin/tool' }],
    [{ script: 'bin/text' }, { command: 'node bin/text' }],
    [{ script: 'server' }, { command: './server' }],
    [{ script: 'app.js', interpreter: 'bun' }, { command: 'bun app.js' }],
    [{ script: 'app.js', interpreter: 'none' }, { command: './app.js' }],
    [
      { script: 'app.js', node_args: '--inspect --max-old-space-size=512' },
      { command: 'node --inspect --max-old-space-size=512 app.js' },
    ],
    [{ script: 'app.js', interpreter_args: ['--inspect'] }, { command: 'node --inspect app.js' }],
    [{ script: 'app.js', source_map_support: true }, { command: 'node --enable-source-maps app.js' }],
    [
      { script: 'app.js', source_map_support: true, node_args: '--enable-source-maps' },
      { command: 'node --enable-source-maps app.js' },
    ],
    [
      { script: 'app.js', args: ['--title', 'two words'] },
      { command: 'node', args: ['app.js', '--title', 'two words'] },
    ],
    [
      { script: 'app.js', args: "--title 'two words'" },
      { command: 'node', args: ['app.js', '--title', 'two words'] },
    ],
    [{ script: 'npm run build && npm start' }, { command: 'bash', args: ['-c', 'npm run build && npm start'] }],
    [{ script: undefined, cmd: 'app.js' }, { command: 'node app.js' }],
  ])('%j becomes %j', (app, config) => {
    expect(one(app)).toMatchObject({ config, notes: [] })
    expect(one(app).config).toEqual(config)
  })

  it('uses python3 and sh if python and bash are missing', () => {
    expect(one({ script: 'job.py' }, { programs: ['python3'] }).config.command).toBe('python3 job.py')
    expect(one({ script: 'a && b' }, { programs: [] }).config.command).toBe('/bin/sh')
  })

  it('may be a folder, which node runs', () => {
    const fileKind = (path: string) => (path === '/app/service-worker' ? 'folder' : 'missing') as 'folder' | 'missing'
    expect(one({ script: './service-worker/' }, { fileKind }).config.command).toBe('node ./service-worker/')
  })

  it('notes the server of PM2 itself', () => {
    const env = { PM2_SERVE_PATH: './dist', PM2_SERVE_PORT: 3000, PM2_SERVE_SPA: 'true' }
    expect(one({ script: 'serve', env }).notes).toEqual([
      "web: `script` is PM2's own server for static files, which is not here; install one, such as with `npx serve -s -l 3000 ./dist`",
    ])
    expect(one({ script: 'serve', args: '-s dist' }).notes).toEqual([])
  })

  it('notes args that PM2 ignores, a version of node, and arguments without an interpreter', () => {
    expect(one({ script: 'npm start', args: '--x' }).notes).toEqual([
      'web: `args` is not carried over: PM2 ignores `args` if `script` is a whole command line',
    ])
    for (const key of ['node_args', 'interpreter_args']) {
      expect(one({ script: 'node a.js', [key]: '--max-old-space-size=512' }).notes).toEqual([
        `web: \`${key}\` is not carried over: PM2 ignores it if \`script\` is a whole command line; write it there`,
      ])
    }
    expect(one({ interpreter: 'node@16.3.0' }).notes).toEqual([
      'web: `interpreter` is node, not node@16.3.0: put that version into `PATH`, or set its path',
    ])
    expect(one({ script: 'bin/tool', node_args: '--inspect' }).notes).toEqual([
      'web: `node_args` is not carried over: no interpreter runs this script',
    ])
  })
})

describe('names', () => {
  it('come from the script, and are made valid and unique', () => {
    const apps = [
      { script: 'src/app.js' },
      { script: 'app.js' },
      { name: 'My App', script: 'c.js' },
      { name: 7, script: 'd.js' },
    ]
    const { configs, notes } = converted(importPm2({ apps }, context()))
    expect(configs.map(({ name }) => name)).toEqual(['app', 'app-2', 'My-App', '7'])
    expect(notes).toEqual([
      'app-2: `script` "app" becomes app-2: names must be unique',
      'My-App: `name` "My App" becomes My-App: a name has only letters, digits, ".", "_" and "-"',
    ])
  })
})

describe('the environment', () => {
  const app = { env: { PORT: 3000, DEBUG: true, LIST: { a: 1 } }, env_production: { PORT: 80 }, env_test: { PORT: 1 } }

  it('converts env to text, and env_NAME to profiles', () => {
    expect(one(app)).toMatchObject({ config: { env: { PORT: '3000', DEBUG: 'true', LIST: '{"a":1}' } }, notes: [] })
    const [process] = importPm2({ apps: [{ script: 'app.js', ...app }] }, context()).processes
    expect(process?.profiles).toEqual({ production: { PORT: '80' }, test: { PORT: '1' } })
    expect(one({ env: 'production', env_test: 'PORT=1' }).notes).toEqual([
      'web: `env` has no effect: it is not an object of variables',
      'web: `env_test` has no effect: it is not an object of variables',
    ])
  })

  it('reads env_file, which PM2 ignores', () => {
    const { processes, notes } = importPm2(
      { script: 'app.js', env_file: '.env', cwd: 'api' },
      context({ files: { 'api/.env': 'A=1' } }),
    )
    expect(processes).toMatchObject([{ config: { envFile: 'api/.env' } }])
    expect(notes).toMatchObject([{ key: 'env_file', text: 'is read here as `envFile`; PM2 ignores it' }])
    expect(one({ env_file: '.env' })).toMatchObject({
      config: { command: 'node app.js' },
      notes: ['web: `env_file` .env cannot be read, so its variables are missing'],
    })
  })

  it('drops fixed ports of profiles in a cluster, and increments them with the instances', () => {
    const profiles = (more: object) =>
      importPm2([{ script: 'app.js', instances: 2, ...app, ...more }], context()).processes.map((each) => each.profiles)
    expect(profiles({})).toEqual([{ production: {}, test: {} }])
    expect(profiles({ increment_var: 'PORT' })).toEqual([
      { production: { PORT: '80' }, test: { PORT: '1' } },
      { production: { PORT: '81' }, test: { PORT: '2' } },
    ])
  })
})

describe('a value that PM2 takes', () => {
  it.each([
    ...['args', 'interpreter', 'cwd', 'instances', 'error_file', 'namespace', 'exec_mode', 'max_memory_restart'],
    ...['env', 'watch', 'instance_var', 'cron_restart', 'kill_timeout', 'stop_exit_codes', 'port', 'max_restarts'],
  ])('is absent where %s is null, undefined or an empty text', (key) => {
    for (const value of [null, undefined, '']) {
      expect(one({ [key]: value })).toMatchObject({ config: PLAIN, notes: [] })
      expect(one({ [key]: value }).config).toEqual(PLAIN)
    }
  })

  it.each([
    [{ args: ['-p', 3000, null] }, { command: 'node app.js -p 3000' }],
    [{ kill_timeout: 1500.5 }, { stopTimeout: 1501 }],
    [{ stop_exit_codes: ['0', 3] }, { stopExitCodes: [0, 3] }],
    [{ instances: Number.NaN, interpreter: false, out_file: false, cron_restart: false }, {}],
  ])('may be in another form: %j', (app, config) => {
    expect(one(app).config).toEqual({ ...PLAIN, ...config })
    expect(one(app).notes).toEqual([])
  })

  it('leaves a name to the script if it is empty or has no valid character', () => {
    const apps = ['', null, 'бот', '机器人'].map((name, index) => ({ name, script: `s${index}.js` }))
    expect(converted(importPm2(apps, context())).configs.map(({ name }) => name)).toEqual(['s0', 's1', 's2', 's3'])
  })
})

describe('a setting', () => {
  it.each([
    [{ cwd: 'api' }, { cwd: 'api' }],
    [{ cwd: '~/api' }, { cwd: '/home/me/api' }],
    [{ namespace: 'jobs' }, { group: 'jobs' }],
    [{ namespace: 'default' }, {}],
    [{ port: 3000 }, { port: 3000 }],
    [{ port: '3000' }, { port: 3000 }],
    [{ autorestart: false }, { autorestart: false }],
    [{ autorestart: true }, {}],
    [
      { max_restarts: 5, restart_delay: 4000, min_uptime: 1500 },
      { maxRestarts: 5, restartDelay: 4000, maxRestartDelay: 4000, stableAfter: 1500 },
    ],
    [{ min_uptime: '60s' }, { stableAfter: 60_000 }],
    [{ exp_backoff_restart_delay: 100 }, { maxRestarts: 'unlimited', restartDelay: 100, maxRestartDelay: 15_000 }],
    [
      { exp_backoff_restart_delay: 100, max_restarts: 3 },
      { maxRestarts: 3, restartDelay: 100, maxRestartDelay: 15_000 },
    ],
    [{ max_restarts: Number.POSITIVE_INFINITY }, { maxRestarts: 'unlimited' }],
    [{ stop_exit_codes: [0, 3] }, { stopExitCodes: [0, 3] }],
    [{ stop_exit_codes: 3 }, { stopExitCodes: [3] }],
    [{ kill_timeout: 3000 }, { stopTimeout: 3000 }],
    [{ max_memory_restart: '300M' }, { maxMemory: 300 }],
    [{ max_memory_restart: '1G' }, { maxMemory: 1024 }],
    [{ max_memory_restart: 209715200 }, { maxMemory: 200 }],
    [
      { wait_ready: true, listen_timeout: 8000 },
      { ipc: true, startTimeout: 8000, onStartTimeout: 'ready' },
    ],
    [{ wait_ready: true }, { ipc: true, startTimeout: 3000, onStartTimeout: 'ready' }],
    [{ listen_timeout: 8000 }, {}],
    [{ watch: true }, { watch: true }],
    [{ watch: false, ignore_watch: ['x'] }, {}],
    [
      { watch: ['src', 'lib'], ignore_watch: ['node_modules', 'logs'], watch_delay: 1000 },
      { watch: true, watchPaths: ['src', 'lib'], ignoreWatch: ['node_modules', 'logs'], watchDebounce: 1000 },
    ],
    [{ watch: 'src' }, { watch: true, watchPaths: ['src'] }],
    [
      { cron_restart: '0 3 * * *', autorestart: false },
      { schedule: '0 3 * * *', autorestart: false },
    ],
    [{ cron_restart: 0 }, {}],
    [
      { out_file: 'out.log', error_file: './err.log' },
      { logFile: 'out.log', errorFile: './err.log' },
    ],
    [
      { output: 'all.log', error: 'all.log' },
      { logFile: 'all.log', mergeLogs: true },
    ],
    [{ log_file: '/var/log/web.log' }, { logFile: '/var/log/web.log', mergeLogs: true }],
    [
      { cwd: 'api', out_file: 'out.log' },
      { cwd: 'api', logFile: 'api/out.log' },
    ],
    [{ instances: 1, exec_mode: 'fork' }, {}],
    [{ instances: 3, exec_mode: 'fork' }, { instances: 3 }],
    [{ vizion: false, pmx: false, automation: false, windowsHide: true, treekill: true, merge_logs: true }, {}],
  ])('%j becomes %j', (app, config) => {
    const result = one(app)
    expect(result.config).toEqual({ ...PLAIN, ...config })
    expect(result.notes).toEqual([])
  })

  it.each([
    [{ uid: 'www' }, 'uid', /run `tuix-ps` as that user/],
    [{ pid_file: 'x.pid' }, 'pid_file', /shows the pid/],
    [{ disable_logs: true }, 'disable_logs', /maxLogSize/],
    [{ time: true }, 'time', /logs -t/],
    [{ log_date_format: 'HH:mm' }, 'log_date_format', /logs -t/],
    [{ filter_env: ['A'] }, 'filter_env', /inherits/],
    [{ treekill: false }, 'treekill', /everything that the process has started/],
    [{ restart_delay: 5, exp_backoff_restart_delay: 100 }, 'restart_delay', /PM2 ignores it beside/],
    [{ watch: true, watch_options: { usePolling: true } }, 'watch_options', /watchPaths/],
    [
      { watch: true, ignore_watch: ['\\.git'] },
      'ignore_watch',
      /^web: `ignore_watch` \\\.git is not carried over: write a glob/,
    ],
    [{ watch: true, ignore_watch: [/x/] }, 'ignore_watch', /\/x\/ is not carried over/],
    [{ out_file: '/dev/null' }, 'out_file', /logs are always kept/],
    [{ out_file: 'a', error_file: 'b', log_file: 'c' }, 'log_file', /one file for each stream/],
    [{ cron_restart: '0 3 * * *' }, 'cron_restart', /"command": "tuix-ps restart web", "schedule": "0 3 \* \* \*"/],
    [{ shutdown_with_message: true }, 'shutdown_with_message', /set `ipc: true`/],
    [{ shutdown_with_message: true, wait_ready: true }, 'shutdown_with_message', /is sent as `\{ type: 'shutdown' \}`/],
    [{ namespace: 'my jobs' }, 'namespace', /becomes the group my-jobs/],
    [{ instances: 2, exec_mode: 'fork', port: 80 }, 'port', /becomes "auto"/],
    [{ instances: 2, exec_mode: 'fork', merge_logs: true }, 'merge_logs', /each instance has its own logs/],
    [{ watch: 'true' }, 'watch', /is the path `true`, as in PM2; write true without quotes$/],
    [{ max_memory: '1G' }, 'max_memory', /is an unknown key, which has no effect$/],
    [{ kill_timout: 5 }, 'kill_timout', /did you mean `kill_timeout`\?/],
    [{ pmx: true }, 'pmx', /monitoring/],
    [{ append_env_to_name: true }, 'append_env_to_name', /the same name in every profile/],
  ])('names the key %j in a note', (app, key, text) => {
    const { notes } = one(app)
    expect(notes).toHaveLength(1)
    expect(notes[0]).toMatch(new RegExp(`^web: \`${key}\` `))
    expect(notes[0]).toMatch(text)
  })
})

describe('instances', () => {
  it('share the port of a cluster behind a forwarder, which a note says', () => {
    const { config, notes } = one({ instances: 2, exec_mode: 'cluster', env: { PORT: 3000, A: 1 } })
    expect(config).toEqual({ ...PLAIN, env: { A: '1' }, instances: 2, port: 3000 })
    expect(notes).toEqual([
      expect.stringMatching(
        /^web: `exec_mode` does not make a cluster here: the 2 instances share port 3000 behind `web-proxy`/,
      ),
    ])
    expect(one({ instances: 2, exec_mode: 'cluster', env: { PORT: 'x' } }).config).toMatchObject({ port: 'auto' })
    expect(one({ instances: 2 })).toMatchObject({
      config: { instances: 2 },
      notes: [expect.stringMatching(/^web: `instances` does not make a cluster here: the 2 instances share no port/)],
    })
    expect(one({ instances: 2, script: 'bin/tool' })).toMatchObject({ config: { instances: 2 }, notes: [] })
  })

  it.each([
    ['max', 4],
    [0, 4],
    [-1, 3],
    ['-1', 3],
    [-9, undefined],
    ['2', 2],
  ])('%j gives the right number of instances', (instances, count) => {
    expect(one({ instances, exec_mode: 'fork' }).config.instances).toBe(count)
  })

  it('become a fixed number in a converted file, which a note says', () => {
    expect(one({ instances: 'max', exec_mode: 'fork' }, { purpose: 'convert' }).notes).toEqual([
      'web: `instances` "max" becomes 4, from the number of processors of this machine',
    ])
  })

  it('become separate processes if they have different variables', () => {
    const { configs, notes } = one({ instances: 2, increment_var: 'PORT', env: { PORT: 3000 }, out_file: 'o.log' })
    expect(configs).toMatchObject([
      { name: 'web-1', group: 'web', env: { PORT: '3000', NODE_APP_INSTANCE: '0' }, logFile: 'o-1.log' },
      { name: 'web-2', group: 'web', env: { PORT: '3001', NODE_APP_INSTANCE: '1' }, logFile: 'o-2.log' },
    ])
    expect(notes).toEqual(['web: `increment_var` makes 2 processes, web-1 to web-2; `--group web` selects them all'])
    const named = one({ instances: 2, increment_var: 'PORT', instance_var: 'WORKER', namespace: 'all' })
    expect(named.configs).toMatchObject([
      { group: 'all', env: { WORKER: '0', PORT: '0' } },
      { group: 'all', env: { WORKER: '1', PORT: '1' } },
    ])
  })

  it('have their number in the variable of PM2, from 0, also a single one', () => {
    const numbers = (app: object) => {
      const [config] = importPm2([{ script: 'app.js', ...app }], context()).processes.map((each) => each.config)
      return expandInstances(resolveProcess(config, { path: 'process', cwd: '/app' })).map(({ env }) => env)
    }
    expect(numbers({})).toEqual([{ NODE_APP_INSTANCE: '0' }])
    expect(numbers({ instances: 2, exec_mode: 'fork' })).toMatchObject([
      { NODE_APP_INSTANCE: '0' },
      { NODE_APP_INSTANCE: '1' },
    ])
    expect(numbers({ instances: 2, instance_var: 'WORKER' })).toMatchObject([{ WORKER: '0' }, { WORKER: '1' }])
  })

  it.each([
    [
      [
        { name: 'w', instances: 2, increment_var: 'ID', env: { ID: 0 } },
        { name: 'w', namespace: 'admin' },
      ],
      ['w-1', 'w-2', 'w-3'],
    ],
    [
      [{ name: 'w', instances: 2, increment_var: 'ID' }, { name: 'w-2' }],
      ['w-1', 'w-2', 'w-2-2'],
    ],
    [
      [{ name: 'w-2' }, { name: 'w', instances: 2 }],
      ['w-2', 'w-3-1', 'w-3-2'],
    ],
    [
      [1, 2, 3].map((id) => ({ name: 'm', instances: 2, increment_var: 'ID', namespace: `n${id}` })),
      ['m-1', 'm-2', 'm-3-1', 'm-3-2', 'm-4-1', 'm-4-2'],
    ],
    [[{ name: 'x'.repeat(70), instances: 2 }], [`${'x'.repeat(59)}-1`, `${'x'.repeat(59)}-2`]],
  ])('never share a name with another process: %j', (apps, names) => {
    const { configs } = converted(
      importPm2(
        apps.map((app) => ({ script: 'app.js', ...app })),
        context(),
      ),
    )
    const all = configs.map((config) => resolveProcess(config, { path: 'process', cwd: '/app' }))
    expect(expandAll(all).map(({ name }) => name)).toEqual(names)
  })
})
