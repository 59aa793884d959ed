// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what process-compose replaces looks like that.
import { describe, expect, it } from 'vitest'
import { importProcessCompose } from '../../../src/config/import/process-compose/index.ts'
import { type ContextFacts, context, converted } from './context.ts'

/** One process: what it becomes, without what every process becomes, with its notes. */
function one(process: object, facts: ContextFacts = {}, project: object = {}) {
  const content = { ...project, processes: { web: { command: 'server', ...process } } }
  const { configs, notes } = converted(importProcessCompose(content, context(facts)))
  const [{ name, stopTimeout, autorestart, ...config } = { name: '', command: '' }] = configs
  return { config, notes, configs, stopTimeout, autorestart }
}

const PLAIN = { command: 'server' }

describe('the shape of a file', () => {
  it('is an object of processes, each with its place', () => {
    const { processes } = importProcessCompose(
      { version: '0.5', processes: { web: { command: 'a', environment: null }, 'my db': { command: 'b' } } },
      context(),
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
    [{ processes: { web: { command: [] } } }, 'source: `processes.web.command` must be a command line, not a list'],
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
  ])('rejects %j and names the place', (content, sentence) => {
    let message = ''
    try {
      importProcessCompose(content, context())
    } catch (error) {
      message = (error as Error).message
    }
    expect(message).toBe(sentence)
  })

  it('notes keys of the project that have no effect', () => {
    const project = { log_level: 'debug', log_location: './all.log', env_cmds: { A: 'date' }, proccesses: {} }
    expect(one({}, {}, project).notes).toEqual([
      expect.stringMatching(/^`log_location` is not carried over: each process has its own logs/),
      expect.stringMatching(/^`env_cmds` is not carried over/),
      expect.stringMatching(/^`proccesses` is an unknown key.*; did you mean `processes`\?/),
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

  it('uses the shell of the project', () => {
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

  it('notes templates that are not plain variables', () => {
    const command = 'serve {{ or .PORT 80 }}'
    expect(one({ command }).notes).toEqual([
      'web: `command` has a template other than a variable of `vars`, which is left as it is',
    ])
    expect(one({ command, is_template_disabled: true }).notes).toEqual([])
  })
})

describe('the environment', () => {
  const files = { '.env': 'A=file\nB=file\nC=file', 'web.env': 'B=own' }

  it('merges .env, the project, env files and the process, in order', () => {
    const process = { environment: ['C=1', 'D=a=b'], env_file: 'web.env' }
    expect(one(process, { files, env: { A: 'there' } }, { environment: { G: 7, B: 'global' } }).config.env).toEqual({
      A: 'file',
      B: 'own',
      C: '1',
      D: 'a=b',
      G: '7',
    })
    expect(one({ is_dotenv_disabled: true }, { files }).config.env).toBeUndefined()
    expect(one({}, { files }, { is_dotenv_disabled: true }).config.env).toBeUndefined()
    expect(one({ env_file: 'none.env' }).notes).toEqual([
      'web: `env_file` none.env cannot be read, so its variables are missing',
    ])
  })

  it('reads env files in the working directory, over the shell and the project', () => {
    const here = {
      files: {
        '.env.local': 'LEVEL=file\nMODE=file\nWHICH=root',
        'api/.env.local': 'LEVEL=file\nMODE=file\nWHICH=api',
      },
      env: { MODE: 'shell' },
    }
    const process = { command: 'echo $LEVEL $MODE $WHICH', working_dir: './api', env_file: '.env.local' }
    const project = { environment: ['LEVEL=global', 'OTHER=1'] }
    const expected = { LEVEL: 'file', MODE: 'file', WHICH: 'api', OTHER: '1' }
    expect(one(process, here, project).config.env).toEqual(expected)
    // In a written config, `env` comes over its files.
    const content = { ...project, processes: { web: process } }
    const [written] = importProcessCompose(content, context({ ...here, purpose: 'convert' })).processes
    expect(written?.config).toMatchObject({ env: { OTHER: '1' }, envFile: 'api/.env.local' })
  })

  it('replaces variables of the machine', () => {
    const environment = { HOST: '${NAME}.local', PRICE: '$$5', NONE: '$MISSING', ELSE: '${MISSING:-x}' }
    const facts = { env: { NAME: 'box' } }
    expect(one({ environment }, facts)).toMatchObject({
      config: { env: { HOST: 'box.local', PRICE: '$5', NONE: '', ELSE: 'x' } },
      notes: ['web: `$MISSING` is not set, so it is replaced by nothing'],
    })
    expect(one({ environment }, facts, { disable_env_expansion: true }).config.env).toEqual(environment)
    expect(one({ environment, disable_env_expansion: true }, facts).config.env).toEqual(environment)
  })

  it('replaces variables everywhere, with values of any type, and with those of .env first', () => {
    const facts = { env: { N: '3', ON: 'true', NS: 'shell', DB: 'my-db' }, files: { '.env': 'NS=dotenv' } }
    const process = {
      namespace: '${NS:-dev}',
      replicas: '${N:-2}',
      is_dotenv_disabled: '${ON}',
      availability: { restart: '${SERVER_RESTART:-on_failure}', max_restarts: '$N' },
      shutdown: { timeout_seconds: '${WAIT:-7}' },
      depends_on: { '${DB:-db}': { condition: '${COND:-process_healthy}' } },
    }
    const { config, notes, stopTimeout, autorestart } = one(process, facts)
    expect({ ...config, stopTimeout, autorestart }).toMatchObject({
      group: 'dotenv',
      instances: 3,
      maxRestarts: 3,
      autorestart: 'on-failure',
      stopTimeout: 7000,
      dependsOn: { 'my-db': 'healthy' },
    })
    expect(notes).toEqual([])
    expect(one({ ...process, disabled: '${OFF:-true}' }, facts).config).toMatchObject({ startWithAll: false })
  })

  it('keeps variables and file names in a converted file, since values may be secret', () => {
    const environment = ['TOKEN=${TOKEN}', 'URL=http://$HOST/', 'PRICE=$$5', 'PLAIN=1']
    const facts = { files, env: { TOKEN: 'hush', HOST: 'box' }, purpose: 'convert' as const }
    const around = context(facts)
    const { processes } = importProcessCompose(
      { processes: { web: { command: 'a', environment, env_file: ['web.env'] } } },
      around,
    )
    const { env, envFile } = processes[0]?.config ?? {}
    expect(envFile).toEqual(['.env', 'web.env'])
    expect(env).toMatchObject({ PRICE: '$5', PLAIN: '1' })
    expect(JSON.stringify(env)).not.toMatch(/hush|box/)
    expect(around.placeholders.revealAll(env, around.env)).toMatchObject({ TOKEN: 'hush', URL: 'http://box/' })
  })

  it('has notes on values of now in a converted file, and on variables that are not set', () => {
    const facts = { env: { N: '3' }, purpose: 'convert' as const }
    expect(one({ replicas: '$N', log_location: '$PC_DIR/logs' }, facts)).toMatchObject({
      config: { instances: 3 },
      notes: ['web: `$N` is replaced by its current value', 'web: `$PC_DIR` is not set, so it is replaced by nothing'],
    })
    expect(one({ working_dir: '${ROOT:-.}' }, facts).notes).toEqual([])
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
    const always = { ...process, availability: { restart: 'always' } }
    const facts = { env: { PORT: '99' } }
    const { maxRestarts: _, maxRestartDelay: __, ...config } = one(always, facts).config
    const { notes } = one(always, facts)
    expect(config).toEqual({ ...PLAIN, healthCheck })
    expect(notes).toEqual([])
  })

  it('restarts an unhealthy process only if it is restarted when it exits', () => {
    const readiness_probe = { exec: { command: 'true' } }
    expect(one({ readiness_probe }).config.onUnhealthy).toBe('none')
    expect(one({ readiness_probe, availability: { restart: 'on_failure' } }).config.onUnhealthy).toBeUndefined()
  })

  it('becomes one check, with notes on the other checks and on unsupported keys', () => {
    const readiness_probe = { exec: { command: 'true' }, success_threshold: 2, grpc: {} }
    const liveness_probe = { http_get: { port: 1, method: 'PUT' } }
    expect(one({ readiness_probe, liveness_probe, ready_log_line: 'x' }).notes).toEqual([
      'web: `liveness_probe` is not carried over: a process has only one health check, which is `readiness_probe`',
      'web: `ready_log_line` is not carried over: a process has only one health check, which is `readiness_probe`',
      expect.stringMatching(/^web: `readiness_probe.grpc` is an unknown key/),
      'web: `readiness_probe.success_threshold` is not carried over: one success is enough',
    ])
    expect(one({ liveness_probe }).notes).toEqual([
      'web: `liveness_probe.http_get.method` is not carried over: a check can only send GET, POST or HEAD',
    ])
    expect(one({ liveness_probe: { period_seconds: 1 } }).notes).toEqual([
      'web: `liveness_probe` is not carried over: it has neither `exec` nor `http_get`',
    ])
  })
})

describe('a process', () => {
  it.each([{ disabled: true }, { is_disabled: 'true' }, { is_disabled: true }])(
    'of %j starts only by its name',
    (process) => {
      expect(one(process)).toMatchObject({ config: { startWithAll: false }, notes: [] })
    },
  )

  it('may extend another one, which may extend others', () => {
    const processes = {
      base: { command: 'x', working_dir: 'api', environment: ['A=1', 'B=1'], disabled: true },
      child: { extends: 'base', environment: { B: 2 }, availability: { restart: 'always' } },
      last: { extends: 'child', command: 'y' },
    }
    const { configs, notes } = converted(importProcessCompose({ processes }, context()))
    expect(configs).toMatchObject([
      { name: 'base', startWithAll: false },
      { name: 'child', command: 'x', cwd: 'api', env: { A: '1', B: '2' } },
      { name: 'last', command: 'y', cwd: 'api', env: { A: '1', B: '2' } },
    ])
    expect(configs[1]).not.toHaveProperty('startWithAll')
    expect(notes).toEqual([])
  })

  it.each([
    [{ a: { extends: 'b' }, b: { extends: 'a' } }, 'source: `processes.b.extends` forms a cycle: a → b → a'],
    [{ a: { extends: 'toString' } }, 'source: `processes.a.extends` must be the name of a process, not "toString"'],
  ])('is refused if it extends what cannot be: %j', (processes, sentence) => {
    const all = Object.fromEntries(Object.entries(processes).map(([name, one]) => [name, { command: 'x', ...one }]))
    expect(() => importProcessCompose({ processes: all }, context())).toThrow(sentence)
  })

  it('is in the first of several namespaces', () => {
    expect(one({ namespace: ['a', 'b'] })).toMatchObject({
      config: { group: 'a' },
      notes: ['web: `namespace` gives the group a: a process is in one group only'],
    })
  })

  it('may have texts that YAML takes for something else', () => {
    const process = {
      command: true,
      readiness_probe: { exec: { command: true } },
      namespace: 5,
      environment: ['A=1'],
      is_tty: false,
    }
    expect(one(process)).toMatchObject({
      config: { command: 'true', healthCheck: { command: 'true' }, group: '5' },
      notes: [],
    })
  })

  it('and the project may have extensions of their own, without a note', () => {
    expect(one({ 'x-mine': { a: 1 } }, {}, { 'x-common': { b: 1 } }).notes).toEqual([])
  })
})

describe('a setting', () => {
  it.each([
    [{ working_dir: '$ROOT/api' }, { cwd: '/srv/api' }],
    [{ namespace: 'back' }, { group: 'back' }],
    [{ namespace: 'default' }, {}],
    [{ replicas: 3 }, { instances: 3, instanceVariable: { name: 'PC_REPLICA_NUM', from: 0 } }],
    [{ log_location: './web.log' }, { logFile: './web.log', mergeLogs: true }],
    [
      { log_configuration: { rotation: { max_size_mb: 5, max_backups: 2, compress: true } } },
      { maxLogSize: 5, maxLogFiles: 2, compressLogs: true },
    ],
    [{ shutdown: { signal: 2 } }, { stopSignal: 'SIGINT' }],
    [{ shutdown: { command: 'stop $$IT {{.PC_PROC_NAME}}' } }, { stopCommand: 'stop $IT web' }],
    [{ is_daemon: true }, { daemon: true }],
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
    expect(notes).toEqual([])
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

  it('converts delays, the limit of restarts and the stop timeout', () => {
    const availability = { restart: 'always', backoff_seconds: '2', max_restarts: 5 }
    expect(one({ availability }).config).toMatchObject({ restartDelay: 2000, maxRestartDelay: 2000, maxRestarts: 5 })
    const endless = { maxRestartDelay: 1000, maxRestarts: 'unlimited' }
    expect(one({ availability: { restart: 'always' } }).config).toMatchObject(endless)
    expect(one({ availability: { restart: 'on_failure', max_restarts: 0 } }).config).toMatchObject(endless)
    expect(one({}).config.maxRestarts).toBeUndefined()
    expect(one({}).stopTimeout).toBe(10_000)
    expect(one({ shutdown: { timeout_seconds: 3 } }).stopTimeout).toBe(3000)
  })

  it.each([
    [{ is_tty: true }, 'is_tty'],
    [{ is_elevated: true }, 'is_elevated'],
    [{ launch_timeout_seconds: 5 }, 'launch_timeout_seconds'],
    [{ availability: { restart: 'exit_on_failure' } }, 'availability.restart'],
    [{ availability: { exit_on_end: true } }, 'availability.exit_on_end'],
    [{ availability: { restart: 'always' }, success_exit_codes: [3] }, 'success_exit_codes'],
    [{ shutdown: { parent_only: true } }, 'shutdown.parent_only'],
    [{ shutdown: { signal: 30 } }, 'shutdown.signal'],
    [{ namespace: 'a b' }, 'namespace'],
    [{ schedule: { interval: '5m' } }, 'schedule.interval'],
    [{ watch: { paths: [{ path: '.' }], cascade: true } }, 'watch.cascade'],
    [{ log_configuration: { no_color: true } }, 'log_configuration.no_color'],
    [{ log_configuration: { rotation: { max_age_days: 3 } } }, 'log_configuration.rotation.max_age_days'],
    [{ avalability: {} }, 'avalability'],
  ])('names the key %j in a note', (process, key) => {
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
    const { configs, notes } = converted(importProcessCompose({ processes }, context()))
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

  it('may be a list, without a condition, and use names that are changed here', () => {
    expect(project(['db']).dependsOn).toEqual({ db: 'started' })
    expect(project({ db: null }).dependsOn).toEqual({ db: 'started' })
    expect(project({ 'my cache': {} }).dependsOn).toEqual({ 'my-cache': 'started' })
  })

  it('add notes on conditions that differ', () => {
    expect(project({ db: { condition: 'process_completed' } }).notes).toContain(
      'web: `depends_on.db` waits for exit code 0, not for any exit',
    )
    expect(project({ db: { condition: 'process_up' } })).toMatchObject({ dependsOn: { db: 'ready' } })
  })

  it('take a condition named like a property of every object for an unknown one', () => {
    for (const condition of ['constructor', '__proto__', 'toString']) {
      expect(project({ db: { condition } })).toMatchObject({
        dependsOn: { db: 'ready' },
        notes: expect.arrayContaining([expect.stringContaining(`"${condition}" is an unknown condition`)]),
      })
    }
  })

  it('name every replica', () => {
    const replicas = { api: { command: 'api -p 80{{.PC_REPLICA_NUM}}', replicas: 2 } }
    const numbered = project({ api: { condition: 'process_healthy' } }, replicas)
    expect(numbered.names).toEqual(['db', 'my-cache', 'api-0', 'api-1', 'web'])
    expect(numbered.dependsOn).toEqual({ 'api-0': 'healthy', 'api-1': 'healthy' })
  })

  it('include replicas that use their number as separate processes', () => {
    const process = { command: 'api -p 80{{ .PC_REPLICA_NUM }}', replicas: 2, environment: ['N=$PC_REPLICA_NUM'] }
    const { configs, notes } = one(process)
    expect(configs).toMatchObject([
      { name: 'web-0', group: 'web', command: 'api -p 800', env: { N: '0', PC_REPLICA_NUM: '0' } },
      { name: 'web-1', group: 'web', command: 'api -p 801', env: { N: '1', PC_REPLICA_NUM: '1' } },
    ])
    expect(notes).toEqual(['web: `replicas` becomes 2 processes, since each uses its PC_REPLICA_NUM'])
  })
})
