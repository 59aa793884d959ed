// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what process-compose replaces looks like that.
import { describe, expect, it } from 'vitest'
import { importProcessCompose } from '../../../src/config/import/process-compose/index.ts'
import { told, type WorldFacts, world } from './world.ts'

/** One process: what it becomes, without what every process becomes, and what is told. */
function one(process: object, facts: WorldFacts = {}, project: object = {}) {
  const content = { ...project, processes: { web: { command: 'server', ...process } } }
  const { configs, notes } = told(importProcessCompose(content, world(facts)))
  const [{ name, stopTimeout, autorestart, ...config } = { name: '', command: '' }] = configs
  return { config, notes, configs, stopTimeout, autorestart }
}

const PLAIN = { command: 'server' }

describe('the shape of a file', () => {
  it('is an object of processes, each with its place', () => {
    const { processes } = importProcessCompose(
      { version: '0.5', processes: { web: { command: 'a', environment: null }, 'my db': { command: 'b' } } },
      world(),
    )
    expect(processes.map(({ path, config }) => [path, config.name])).toEqual([
      ['processes.web', 'web'],
      ['processes["my db"]', 'my-db'],
    ])
  })

  it.each([
    [null, 'source: the config must be an object of settings, not null'],
    [{}, 'source: `processes` is missing: it must be an object of processes'],
    [{ processes: { web: 'server' } }, 'source: `processes.web` must be an object of settings, not a string'],
    [{ processes: { web: {} } }, 'source: `processes.web.command` is missing: it must be a command line'],
    [{ processes: { web: { command: 1 } } }, 'source: `processes.web.command` must be a command line, not a number'],
    [
      { processes: { web: { command: 'a', availability: { restart: 'sometimes' } } } },
      'source: `processes.web.availability.restart` must be one of "always", "on_failure", "exit_on_failure", "no", not "sometimes"',
    ],
    [
      { processes: { web: { command: 'a', readiness_probe: { period_seconds: 'x' } } } },
      'source: `processes.web.readiness_probe.period_seconds` must be a whole number of seconds from 0 to 2000000, not a string',
    ],
    [
      { processes: { web: { command: 'a', depends_on: 'db' } } },
      'source: `processes.web.depends_on` must be an object of processes with a `condition` each, not a string',
    ],
  ])('%j is refused with its place', (content, sentence) => {
    let message = ''
    try {
      importProcessCompose(content, world())
    } catch (error) {
      message = (error as Error).message
    }
    expect(message).toBe(sentence)
  })

  it('tells of keys of the project', () => {
    const project = { log_level: 'debug', log_location: './all.log', env_cmds: { A: 'date' }, proccesses: {} }
    expect(one({}, {}, project).notes).toEqual([
      expect.stringMatching(/^`log_location` is not carried over: each process has logs of its own/),
      expect.stringMatching(/^`env_cmds` is not carried over/),
      expect.stringMatching(/^`proccesses` is not a key that is known.*; did you mean `processes`\?/),
    ])
  })
})

describe('the command', () => {
  it.each([
    [{ command: 'node server.js --port 80' }, { command: 'node server.js --port 80' }],
    [{ command: 'a && b' }, { command: 'bash', args: ['-c', 'a && b'] }],
    [{ command: 'echo $HOME' }, { command: 'bash', args: ['-c', 'echo $HOME'] }],
    [{ command: 'echo $${HOME}' }, { command: 'bash', args: ['-c', 'echo ${HOME}'] }],
    [
      { command: '', entrypoint: ['node', 'my server.js'] },
      { command: 'node', args: ['my server.js'] },
    ],
    [{ command: 'serve {{ .PORT }}', vars: { PORT: 80 } }, { command: 'serve 80' }],
    [{ command: 'serve {{.PC_PROC_NAME}}' }, { command: 'serve web' }],
  ])('%j becomes %j', (process, part) => {
    expect(one(process)).toMatchObject({ config: part, notes: [] })
  })

  it('keeps to the shell of the project', () => {
    expect(one({ command: 'a | b' }, {}, { shell: { shell_command: 'zsh' } }).config).toEqual({
      command: 'zsh',
      args: ['-c', 'a | b'],
    })
    const python = { shell: { shell_command: 'python3', shell_argument: '-c', elevated_shell_command: 'sudo' } }
    expect(one({ command: 'import app' }, {}, python)).toMatchObject({
      config: { command: 'python3', args: ['-c', 'import app'] },
      notes: [expect.stringMatching(/^`shell.elevated_shell_command` /)],
    })
    expect(one({ command: 'a | b' }, { programs: [] }).config).toMatchObject({ command: '/bin/sh' })
  })

  it('tells of templates that are more than a variable', () => {
    const command = 'serve {{ or .PORT 80 }}'
    expect(one({ command }).notes).toEqual([
      'web: `command` has a template that is more than a variable of `vars`, and is left as it is',
    ])
    expect(one({ command, disable_command_rendering: true }).notes).toEqual([])
  })
})

describe('the environment', () => {
  const files = { '.env': 'A=file\nB=file\nC=file', 'web.env': 'B=own' }

  it('is of .env, the project, its files and itself, in this order', () => {
    const process = { environment: ['C=1', 'D=a=b'], env_file: 'web.env' }
    expect(one(process, { files, env: { A: 'there' } }, { environment: { G: 7 } }).config.env).toEqual({
      B: 'own',
      C: '1',
      D: 'a=b',
      G: '7',
    })
    expect(one({ is_dotenv_disabled: true }, { files }).config.env).toBeUndefined()
    expect(one({ env_file: 'none.env' }).notes).toEqual([
      'web: `env_file` none.env cannot be read, so its variables are missing',
    ])
  })

  it('has the variables of the machine in it', () => {
    const environment = { HOST: '${NAME}.local', PRICE: '$$5', NONE: '$MISSING', ELSE: '${MISSING:-x}' }
    const facts = { env: { NAME: 'box' } }
    expect(one({ environment }, facts).config.env).toEqual({ HOST: 'box.local', PRICE: '$5', NONE: '', ELSE: 'x' })
    expect(one({ environment }, facts, { disable_env_expansion: true }).config.env).toEqual(environment)
  })

  it('goes into no other file with what may be secret: there variables and files stay what they are', () => {
    const environment = ['TOKEN=${TOKEN}', 'URL=http://$HOST/', 'PRICE=$$5', 'PLAIN=1']
    const facts = { files, env: { TOKEN: 'hush', HOST: 'box' }, purpose: 'convert' as const }
    const { processes } = importProcessCompose(
      { processes: { web: { command: 'a', environment, env_file: ['web.env'] } } },
      world(facts),
    )
    expect(processes[0]).toMatchObject({
      config: {
        envFile: ['.env', 'web.env'],
        env: { TOKEN: '${TOKEN:-}', URL: 'http://${HOST:-}/', PRICE: '$5', PLAIN: '1' },
      },
      live: ['TOKEN', 'URL'],
    })
    expect(one({ working_dir: '$HOST/x' }, { ...facts, files: {} })).toMatchObject({
      config: { cwd: 'box/x' },
      notes: ['web: `$HOST` is replaced by what it is now: in the config its value stands'],
    })
  })
})

describe('health', () => {
  const RULES = { interval: 10_000, timeout: 1000, retries: 3 }
  it.each([
    [
      {
        readiness_probe: {
          exec: { command: 'pg_isready' },
          initial_delay_seconds: 2,
          period_seconds: 5,
          timeout_seconds: 3,
          failure_threshold: 4,
        },
      },
      { type: 'exec', command: 'pg_isready', interval: 5000, timeout: 3000, retries: 4, startPeriod: 2000 },
    ],
    [
      { liveness_probe: { exec: { command: 'test -f $$A', working_dir: 'my data' } } },
      { type: 'exec', command: "cd 'my data' && { test -f $A\n}", ...RULES },
    ],
    [
      { readiness_probe: { http_get: { host: 'localhost', scheme: 'http', path: '/health', port: 8080 } } },
      { type: 'http', url: 'http://localhost:8080/health', expectedStatus: 200, ...RULES },
    ],
    [
      {
        readiness_probe: {
          http_get: { path: 'up', port: '${PORT}', method: 'head', status_code: 204, headers: { A: 1 } },
        },
      },
      {
        type: 'http',
        url: 'http://127.0.0.1:99/up',
        method: 'HEAD',
        expectedStatus: 204,
        headers: { A: '1' },
        ...RULES,
      },
    ],
    [{ ready_log_line: 'ready to serve' }, { type: 'output', outputPattern: 'ready to serve' }],
  ])('%j becomes %j', (process, healthCheck) => {
    const { config, notes } = one({ ...process, availability: { restart: 'always' } }, { env: { PORT: '99' } })
    expect(config).toEqual({ ...PLAIN, healthCheck })
    expect(notes).toEqual([])
  })

  it('restarts only what is to be restarted', () => {
    const readiness_probe = { exec: { command: 'true' } }
    expect(one({ readiness_probe }).config.onUnhealthy).toBe('none')
    expect(one({ readiness_probe, availability: { restart: 'on_failure' } }).config.onUnhealthy).toBeUndefined()
  })

  it('is one check: the others are told of, and what no check can do', () => {
    const readiness_probe = { exec: { command: 'true' }, success_threshold: 2, grpc: {} }
    const liveness_probe = { http_get: { port: 1, method: 'PUT' } }
    expect(one({ readiness_probe, liveness_probe, ready_log_line: 'x' }).notes).toEqual([
      'web: `liveness_probe` is not carried over: a process has one health check, and `readiness_probe` is it',
      'web: `ready_log_line` is not carried over: a process has one health check, and `readiness_probe` is it',
      expect.stringMatching(/^web: `readiness_probe.grpc` is not a key/),
      'web: `readiness_probe.success_threshold` is not carried over: one success is enough',
    ])
    expect(one({ liveness_probe }).notes).toEqual([
      'web: `liveness_probe.http_get.method` is not carried over: a check is GET, POST or HEAD',
    ])
    expect(one({ liveness_probe: { period_seconds: 1 } }).notes).toEqual([
      'web: `liveness_probe` is not carried over: it has neither `exec` nor `http_get`',
    ])
  })
})

describe('a setting', () => {
  it.each([
    [{ working_dir: '$ROOT/api' }, { cwd: '/srv/api' }],
    [{ namespace: 'back' }, { group: 'back' }],
    [{ namespace: 'default' }, {}],
    [{ replicas: 3 }, { instances: 3 }],
    [{ log_location: './web.log' }, { logFile: './web.log', mergeLogs: true }],
    [
      { log_configuration: { rotation: { max_size_mb: 5, max_backups: 2, compress: true } } },
      { maxLogSize: 5, maxLogFiles: 2, compressLogs: true },
    ],
    [{ shutdown: { signal: 2 } }, { stopSignal: 'SIGINT' }],
    [{ success_exit_codes: [0, 3] }, { stopExitCodes: [0, 3] }],
    [{ schedule: { cron: '0 2 * * *' } }, { schedule: '0 2 * * *' }],
    [
      {
        watch: {
          paths: [{ path: 'src', include: ['*.go', 'a/*.md'], exclude: ['gen'] }, { path: 'lib' }],
          debounce: '1.5s',
        },
      },
      {
        watch: true,
        watchPaths: ['src/**/*.go', 'src/a/*.md', 'lib'],
        ignoreWatch: ['src/**/gen'],
        watchDebounce: 1500,
      },
    ],
    [{ description: 'x', disable_ansi_colors: true }, {}],
  ])('%j becomes %j', (process, settings) => {
    const { config, notes } = one(process, { env: { ROOT: '/srv' } })
    expect(config).toEqual({ ...PLAIN, ...settings })
    expect(notes.filter((note) => !note.includes('`replicas`'))).toEqual([])
  })

  it.each([
    [{}, false],
    [{ restart: 'no' }, false],
    [{ restart: 'always' }, undefined],
    [{ restart: 'on_failure' }, 'on-failure'],
    [{ restart: 'exit_on_failure' }, false],
  ])('availability %j becomes autorestart %j', (availability, autorestart) => {
    expect(one({ availability }).autorestart).toBe(autorestart)
  })

  it('availability has delays and a limit; a stop takes as long as there', () => {
    const availability = { restart: 'always', backoff_seconds: '2', max_restarts: 5 }
    expect(one({ availability }).config).toMatchObject({ restartDelay: 2000, maxRestarts: 5 })
    expect(one({ availability: { max_restarts: 0 } }).config.maxRestarts).toBeUndefined()
    expect(one({}).stopTimeout).toBe(10_000)
    expect(one({ shutdown: { timeout_seconds: 3 } }).stopTimeout).toBe(3000)
  })

  it.each([
    [{ is_daemon: true }, 'is_daemon'],
    [{ is_tty: true }, 'is_tty'],
    [{ is_elevated: true }, 'is_elevated'],
    [{ launch_timeout_seconds: 5 }, 'launch_timeout_seconds'],
    [{ availability: { restart: 'exit_on_failure' } }, 'availability.restart'],
    [{ availability: { exit_on_end: true } }, 'availability.exit_on_end'],
    [{ availability: { restart: 'always' }, success_exit_codes: [3] }, 'success_exit_codes'],
    [{ shutdown: { command: 'stop it' } }, 'shutdown.command'],
    [{ shutdown: { parent_only: true } }, 'shutdown.parent_only'],
    [{ shutdown: { signal: 30 } }, 'shutdown.signal'],
    [{ namespace: 'a b' }, 'namespace'],
    [{ replicas: 2 }, 'replicas'],
    [{ schedule: { interval: '5m' } }, 'schedule.interval'],
    [{ watch: { paths: [{ path: '.' }], cascade: true } }, 'watch.cascade'],
    [{ log_configuration: { no_color: true } }, 'log_configuration.no_color'],
    [{ log_configuration: { rotation: { max_age_days: 3 } } }, 'log_configuration.rotation.max_age_days'],
    [{ avalability: {} }, 'avalability'],
  ])('%j is told of by its name', (process, key) => {
    expect(one(process).notes).toEqual([expect.stringContaining(`web: \`${key}\` `)])
  })
})

describe('dependencies', () => {
  const project = (depends_on: object, others: object = {}) => {
    const processes = {
      db: { command: 'db' },
      'my cache': { command: 'c' },
      ...others,
      web: { command: 'w', depends_on },
    }
    const { configs, notes } = told(importProcessCompose({ processes }, world()))
    return { dependsOn: configs.at(-1)?.dependsOn, notes, names: configs.map(({ name }) => name) }
  }

  it.each([
    ['process_healthy', 'healthy'],
    ['process_started', 'started'],
    ['process_completed_successfully', 'completed'],
    ['process_log_ready', 'ready'],
  ])('%s becomes %s', (condition, own) => {
    expect(project({ db: { condition } }).dependsOn).toEqual({ db: own })
  })

  it('may be a list, may have no condition, and name what is called otherwise here', () => {
    expect(project(['db']).dependsOn).toEqual({ db: 'started' })
    expect(project({ db: null }).dependsOn).toEqual({ db: 'started' })
    expect(project({ 'my cache': {} }).dependsOn).toEqual({ 'my-cache': 'started' })
  })

  it('tell of conditions that are not the same', () => {
    expect(project({ db: { condition: 'process_completed' } }).notes).toContain(
      'web: `depends_on.db` waits for exit code 0, not for any',
    )
    expect(project({ db: { condition: 'process_up' } })).toMatchObject({ dependsOn: { db: 'ready' } })
  })

  it('do not name what is disabled, and name every replica', () => {
    const disabled = project({ tool: {} }, { tool: { command: 'rm', disabled: true } })
    expect(disabled).toMatchObject({ names: ['db', 'my-cache', 'web'], dependsOn: undefined })
    expect(disabled.notes).toContain('web: `depends_on.tool` is not carried over: that process is left out')
    const replicas = { api: { command: 'api -p 80{{.PC_REPLICA_NUM}}', replicas: 2 } }
    const numbered = project({ api: { condition: 'process_healthy' } }, replicas)
    expect(numbered.names).toEqual(['db', 'my-cache', 'api-0', 'api-1', 'web'])
    expect(numbered.dependsOn).toEqual({ 'api-0': 'healthy', 'api-1': 'healthy' })
  })

  it('replicas that use their number become processes', () => {
    const process = { command: 'api -p 80{{ .PC_REPLICA_NUM }}', replicas: 2, environment: ['N=$PC_REPLICA_NUM'] }
    const { configs, notes } = one(process)
    expect(configs).toMatchObject([
      { name: 'web-0', group: 'web', command: 'api -p 800', env: { N: '0', PC_REPLICA_NUM: '0' } },
      { name: 'web-1', group: 'web', command: 'api -p 801', env: { N: '1', PC_REPLICA_NUM: '1' } },
    ])
    expect(notes).toEqual(['web: `replicas` makes 2 processes of it, since each uses its PC_REPLICA_NUM'])
  })
})
