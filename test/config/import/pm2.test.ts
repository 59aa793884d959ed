import { describe, expect, it } from 'vitest'
import { importPm2 } from '../../../src/config/import/pm2/index.ts'
import { told, type WorldFacts, world } from './world.ts'

const FILES = { 'app.js': '', 'bin/tool': true, 'bin/text': 'x', server: true } as const

/** One app: what it becomes, without what every app of PM2 becomes, and what is told of it. */
function one(app: object, facts: WorldFacts = {}) {
  const { configs, notes } = told(
    importPm2({ apps: [{ name: 'web', script: 'app.js', ...app }] }, world({ files: FILES, ...facts })),
  )
  const [{ name, stopSignal, ...config } = { name: '', command: '' }] = configs
  expect(stopSignal).toBe('SIGINT')
  return { config, configs, notes }
}

const PLAIN = { command: 'node app.js' }

describe('the shape of a file', () => {
  it.each([
    ['apps', { apps: [{ script: 'app.js' }, { script: 'b.js' }] }, ['apps[0]', 'apps[1]']],
    ['a bare list', [{ script: 'app.js' }, { script: 'b.js' }], ['[0]', '[1]']],
    ['one app', { script: 'app.js' }, ['']],
    ['one app under apps', { apps: { script: 'app.js' } }, ['apps']],
  ])('may be %s', (_, content, paths) => {
    const { processes, notes } = importPm2(content, world())
    expect(processes.map(({ path }) => path)).toEqual(paths)
    expect(processes[0]?.config).toMatchObject({ name: 'app', command: 'node app.js' })
    expect(notes).toEqual([])
  })

  it('tells of what stands beside apps', () => {
    const content = { apps: [], deploy: { production: {} }, app: [] }
    expect(told(importPm2(content, world())).notes).toEqual([
      '`deploy` is not carried over: it is for `pm2 deploy`, and there is no deployment here',
      '`app` is not a key that is known, so it has no effect; did you mean `apps`?',
    ])
  })

  it.each([
    [null, 'source: it must hold an object with `apps`, or a list of apps'],
    ['text', 'source: it must hold an object with `apps`, or a list of apps'],
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
    [[{ script: 'a.js', env: 'PORT=1' }], 'source: `[0].env` must be an object of variables, not a string'],
    [[{ script: 'a.js', exec_mode: 'thread' }], 'source: `[0].exec_mode` must be "fork" or "cluster", not "thread"'],
  ])('%j is refused with its place', (content, sentence) => {
    const message =
      typeof sentence === 'string' ? new RegExp(`^${sentence.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`) : sentence
    expect(() => importPm2(content, world())).toThrow(message)
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

  it('takes python3 and sh where there is nothing else', () => {
    expect(one({ script: 'job.py' }, { programs: ['python3'] }).config.command).toBe('python3 job.py')
    expect(one({ script: 'a && b' }, { programs: [] }).config.command).toBe('/bin/sh')
  })

  it('tells of args that PM2 ignores, of a version of node, and of arguments for no interpreter', () => {
    expect(one({ script: 'npm start', args: '--x' }).notes).toEqual([
      'web: `args` is not carried over: `script` is a whole command line, and PM2 ignores `args` then',
    ])
    expect(one({ interpreter: 'node@16.3.0' }).notes).toEqual([
      'web: `interpreter` is node, not node@16.3.0: have that version in `PATH`, or give its path',
    ])
    expect(one({ script: 'bin/tool', node_args: '--inspect' }).notes).toEqual([
      'web: `node_args` is not carried over: no interpreter runs this script',
    ])
  })
})

describe('names', () => {
  it('come from the script, are valid and unique', () => {
    const apps = [
      { script: 'src/app.js' },
      { script: 'app.js' },
      { name: 'My App', script: 'c.js' },
      { name: 7, script: 'd.js' },
    ]
    const { configs, notes } = told(importPm2({ apps }, world()))
    expect(configs.map(({ name }) => name)).toEqual(['app', 'app-2', 'My-App', '7'])
    expect(notes).toEqual([
      'app-2: `script` "app" becomes app-2: names are unique',
      'My-App: `name` "My App" becomes My-App: letters, digits, ".", "_" and "-" make a name',
    ])
  })
})

describe('the environment', () => {
  const app = { env: { PORT: 3000, DEBUG: true, LIST: { a: 1 } }, env_production: { PORT: 80 }, env_test: { PORT: 1 } }

  it('is env as text; those of other names are profiles', () => {
    expect(one(app)).toMatchObject({ config: { env: { PORT: '3000', DEBUG: 'true', LIST: '{"a":1}' } }, notes: [] })
    const [process] = importPm2({ apps: [{ script: 'app.js', ...app }] }, world()).processes
    expect(process?.profiles).toEqual({ production: { PORT: '80' }, test: { PORT: '1' } })
    expect(() => one({ env_production: 'PORT=1' })).toThrow(
      'source: `apps[0].env_production` must be an object of variables, not a string',
    )
  })

  it('of profiles has no fixed port in a cluster, and counts up with the instances', () => {
    const profiles = (more: object) =>
      importPm2([{ script: 'app.js', instances: 2, ...app, ...more }], world()).processes.map((each) => each.profiles)
    expect(profiles({})).toEqual([{ production: {}, test: {} }])
    expect(profiles({ increment_var: 'PORT' })).toEqual([
      { production: { PORT: '80' }, test: { PORT: '1' } },
      { production: { PORT: '81' }, test: { PORT: '2' } },
    ])
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
      { maxRestarts: 5, restartDelay: 4000, minUptime: 1500 },
    ],
    [{ min_uptime: '2s' }, { minUptime: 2000 }],
    [{ exp_backoff_restart_delay: 100 }, { restartDelay: 100 }],
    [{ stop_exit_codes: [0, 3] }, { stopExitCodes: [0, 3] }],
    [{ stop_exit_codes: 3 }, { stopExitCodes: [3] }],
    [{ kill_timeout: 3000 }, { stopTimeout: 3000 }],
    [{ max_memory_restart: '300M' }, { maxMemory: 300 }],
    [{ max_memory_restart: '1G' }, { maxMemory: 1024 }],
    [{ max_memory_restart: 209715200 }, { maxMemory: 200 }],
    [
      { wait_ready: true, listen_timeout: 8000 },
      { ipc: true, startTimeout: 8000 },
    ],
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
    [{ pid_file: 'x.pid' }, 'pid_file', /tells the pid/],
    [{ disable_logs: true }, 'disable_logs', /maxLogSize/],
    [{ time: true }, 'time', /logs -t/],
    [{ log_date_format: 'HH:mm' }, 'log_date_format', /logs -t/],
    [{ filter_env: ['A'] }, 'filter_env', /inherits/],
    [{ treekill: false }, 'treekill', /everything that the process has started/],
    [{ min_uptime: '60s' }, 'min_uptime', /`start` would wait/],
    [{ watch: true, watch_options: { usePolling: true } }, 'watch_options', /watchPaths/],
    [
      { watch: true, ignore_watch: ['\\.git'] },
      'ignore_watch',
      /^web: `ignore_watch` \\\.git is not carried over: write a glob/,
    ],
    [{ watch: true, ignore_watch: [/x/] }, 'ignore_watch', /\/x\/ is not carried over/],
    [{ out_file: '/dev/null' }, 'out_file', /a log is kept/],
    [{ out_file: 'a', error_file: 'b', log_file: 'c' }, 'log_file', /one file for each stream/],
    [{ cron_restart: '0 3 * * *' }, 'cron_restart', /"command": "tuix-ps restart web", "schedule": "0 3 \* \* \*"/],
    [{ shutdown_with_message: true }, 'shutdown_with_message', /give it `ipc: true`/],
    [{ shutdown_with_message: true, wait_ready: true }, 'shutdown_with_message', /comes as `\{ type: 'shutdown' \}`/],
    [{ namespace: 'my jobs' }, 'namespace', /becomes the group my-jobs/],
    [{ instances: 2, exec_mode: 'fork', port: 80 }, 'port', /becomes "auto"/],
    [{ instances: 2, exec_mode: 'fork', merge_logs: true }, 'merge_logs', /each instance has logs of its own/],
    [{ max_memory: '1G' }, 'max_memory', /is not a key that is known, so it has no effect$/],
    [{ kill_timout: 5 }, 'kill_timout', /did you mean `kill_timeout`\?/],
    [{ pmx: true }, 'pmx', /monitoring/],
    [{ append_env_to_name: true }, 'append_env_to_name', /the same name in every profile/],
  ])('%j is told of by its name', (app, key, text) => {
    const { notes } = one(app)
    expect(notes).toHaveLength(1)
    expect(notes[0]).toMatch(new RegExp(`^web: \`${key}\` `))
    expect(notes[0]).toMatch(text)
  })
})

describe('instances', () => {
  it('of a cluster have ports of their own, which is told', () => {
    const { config, notes } = one({ instances: 2, exec_mode: 'cluster', env: { PORT: 3000, A: 1 } })
    expect(config).toEqual({ ...PLAIN, env: { A: '1' }, instances: 2, port: 'auto' })
    expect(notes).toEqual([
      expect.stringMatching(/^web: `exec_mode` has no cluster here: the 2 instances do not share port 3000/),
    ])
    expect(one({ instances: 2 })).toMatchObject({
      config: { instances: 2 },
      notes: [expect.stringMatching(/^web: `instances` has no cluster here: the 2 instances share no port/)],
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
  ])('%j are counted', (instances, count) => {
    expect(one({ instances, exec_mode: 'fork' }).config.instances).toBe(count)
  })

  it('become a number when they are converted, which is told', () => {
    expect(one({ instances: 'max', exec_mode: 'fork' }, { purpose: 'convert' }).notes).toEqual([
      'web: `instances` "max" becomes 4, by the processors of this machine',
    ])
  })

  it('with variables of their own become processes', () => {
    const { configs, notes } = one({ instances: 2, increment_var: 'PORT', env: { PORT: 3000 }, out_file: 'o.log' })
    expect(configs).toMatchObject([
      { name: 'web-1', group: 'web', env: { PORT: '3000', NODE_APP_INSTANCE: '0' }, logFile: 'o-1.log' },
      { name: 'web-2', group: 'web', env: { PORT: '3001', NODE_APP_INSTANCE: '1' }, logFile: 'o-2.log' },
    ])
    expect(notes).toEqual([
      'web: `increment_var` makes 2 processes of it, web-1 to web-2; `--group web` names them all',
    ])
    const named = one({ instances: 2, instance_var: 'WORKER', namespace: 'all' })
    expect(named.configs).toMatchObject([
      { group: 'all', env: { WORKER: '0' } },
      { group: 'all', env: { WORKER: '1' } },
    ])
  })
})
