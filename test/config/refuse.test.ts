import { describe, expect, it } from 'vitest'
import { baseOf } from '../../src/config/layer.ts'
import { resolveProcess } from '../../src/config/process.ts'
import { ProcessManagerError } from '../../src/model/errors.ts'

/** The sentence that `run` is refused with. */
function refusalOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof ProcessManagerError && error.code === 'config') return error.message
    throw error
  }
  throw new Error('it was accepted')
}

const web = { name: 'web', command: 'bun run server.ts' }
const tooSlow = 'a whole number of milliseconds from 0 to 2147483647'

describe('a process is rejected for', () => {
  const cases: [what: string, process: unknown, sentence: string][] = [
    ['an unknown key', { name: 'web', comand: 'bun' }, '`p[1].comand` is not a setting; did you mean `command`?'],
    [
      'a key in other case',
      { ...web, autoRestart: true },
      '`p[1].autoRestart` is not a setting; did you mean `autorestart`?',
    ],
    [
      'a word of another program',
      { ...web, restartPolicy: 'always' },
      '`p[1].restartPolicy` is not a setting; use `autorestart`: true for always, "on-failure", or false for never',
    ],
    ['a key like no other', { ...web, flavour: 'fork' }, '`p[1].flavour` is not a setting'],
    ['a key of other tools', { ...web, cmd: 'x' }, '`p[1].cmd` is not a setting; use `command`'],
    [
      'a switch of other tools',
      { ...web, restart: 'always' },
      '`p[1].restart` is not a setting; use `autorestart`: true for always, "on-failure", or false for never',
    ],
    ['no object', 'bun run server.ts', '`p[1]` must be an object of settings, not a string'],
    ['null', null, '`p[1]` must be an object of settings, not null'],
    ['a missing name', { command: 'bun' }, '`p[1].name` is missing: it must be a string'],
    [
      'a missing command',
      { name: 'web', command: undefined },
      '`p[1].command` is missing: it must be a program or a command line',
    ],
    ['a blank command', { ...web, command: ' ' }, '`p[1].command` must be a program or a command line, not " "'],
    [
      'an open quote',
      { ...web, command: "echo 'hi" },
      '`p[1].command` must be a program or a command line, and every quote must be closed',
    ],
    ['args in one string', { ...web, args: 'run server.ts' }, '`p[1].args` must be a list of strings, not a string'],
    [
      'null among args',
      { ...web, args: ['-p', null] },
      '`p[1].args[1]` must be a text, a number, true or false, not null',
    ],
    [
      'more digits than a number can hold',
      { ...web, env: { ID: 2 ** 64 } },
      '`p[1].env.ID` must be in quotes, since it has more digits than a number can hold',
    ],
    [
      'paths to watch as `watch`',
      { ...web, watch: ['src'] },
      '`p[1].watch` must be true or false (what is watched is `watchPaths`), not a list',
    ],
    ...['cwd', 'logFile', 'envFile', 'interpreter'].map((key): [string, object, string] => [
      `a path of a shell as ${key}`,
      { ...web, [key]: '~/x' },
      `\`p[1].${key}\` must not begin with \`~\` or \`$NAME\`, which only a shell replaces: write \`\${HOME}/…\`, or in code the whole path`,
    ]),
    ['null for a setting', { ...web, cwd: null }, '`p[1].cwd` must be a folder, not null'],
    ['an empty cwd', { ...web, cwd: '' }, '`p[1].cwd` must be a folder, not ""'],
    ['NUL', { ...web, cwd: 'a\0b' }, '`p[1].cwd` must not contain NUL'],
    [
      'a time in a string',
      { ...web, restartDelay: '5000' },
      `\`p[1].restartDelay\` must be ${tooSlow}, or a time such as "5s", not "5000"`,
    ],
    ['a negative time', { ...web, stopTimeout: -1 }, `\`p[1].stopTimeout\` must be ${tooSlow}, not -1`],
    [
      'a time no timer can wait',
      { ...web, minUptime: 2 ** 31 },
      `\`p[1].minUptime\` must be ${tooSlow}, not 2147483648`,
    ],
    [
      'a broken number',
      { ...web, maxRestarts: 1.5 },
      '`p[1].maxRestarts` must be a whole number from 0 to 1000000, or "unlimited", not 1.5',
    ],
    [
      'NaN',
      { ...web, maxRestarts: Number.NaN },
      '`p[1].maxRestarts` must be a whole number from 0 to 1000000, or "unlimited", not NaN',
    ],
    ['no limit', { ...web, maxMemory: 0 }, '`p[1].maxMemory` must be a whole number of MB from 1 to 1000000000, not 0'],
    [
      'a pid file without a daemon',
      { ...web, pidFile: 'a.pid' },
      '`p[1].pidFile` is for a program in the background, with `daemon: true`',
    ],
    [
      'a pid file of several',
      { ...web, daemon: true, pidFile: 'a.pid', instances: 2 },
      '`p[1].pidFile` must not be set for several instances, which cannot share it',
    ],
    ['an empty stop command', { ...web, stopCommand: ' ' }, '`p[1].stopCommand` must be a command line, not " "'],
    [
      'shell syntax without a shell',
      { ...web, command: 'a && b', shell: false },
      '`p[1].command` has "&&", which is for a shell, but `shell` is false: use `args`, `env` and `cwd`',
    ],
    [
      'a shell for a program with arguments',
      { ...web, args: ['x'], shell: true },
      '`p[1].shell` is for a whole command line, without `args`',
    ],
    [
      'options of an interpreter',
      { ...web, interpreter: 'bash -x' },
      '`p[1].interpreter` must be a program without options: options go into `args`, before the script, with the interpreter as `command`',
    ],
    ['a flag in a string', { ...web, autostart: 'yes' }, '`p[1].autostart` must be true or false, not a string'],
    [
      'no restart policy',
      { ...web, autorestart: 'always' },
      '`p[1].autorestart` must be true, false or "on-failure", not "always"',
    ],
    [
      'no signal',
      { ...web, stopSignal: 'TERM' },
      '`p[1].stopSignal` must be one of "SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGKILL", not "TERM"',
    ],
  ]
  it.each(cases)('%s', (_, process, sentence) => {
    expect(refusalOf(() => resolveProcess(process, { path: 'p[1]', cwd: '/app' }))).toBe(sentence)
  })
})

const rule = 'up to 64 letters, digits, ".", "_" and "-", starting with a letter or digit'

describe('a name that cannot be a file name is rejected:', () => {
  it.each(['', '.', '..', '../web', 'a/b', 'a b', '-f', 'wéb', 'web\n', 'x'.repeat(65)])('%j', (name) => {
    const shown = JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name)
    expect(refusalOf(() => resolveProcess({ ...web, name }, { path: '', cwd: '/' }))).toBe(
      `\`name\` must be ${rule}, not ${shown}`,
    )
    expect(refusalOf(() => resolveProcess({ ...web, group: name }, { path: '', cwd: '/' }))).toBe(
      `\`group\` must be ${rule}, not ${shown}`,
    )
  })

  it.each(['con', 'NUL', 'aux.log', 'COM1', 'lpt9'])('%s, a device', (name) => {
    expect(refusalOf(() => resolveProcess({ ...web, name }, { path: '', cwd: '/' }))).toBe(
      '`name` must not be the name of a Windows device, such as "con" or "nul"',
    )
  })

  it.each(['a', '0', 'web-1', 'api_v2.1', 'console', 'com', 'x'.repeat(64)])('but not %s', (name) => {
    expect(resolveProcess({ ...web, name }, { path: '', cwd: '/' }).name).toBe(name)
  })
})

describe('an environment is rejected for', () => {
  const cases: [what: string, env: unknown, sentence: string][] = [
    ['a number that is none', { PORT: Number.NaN }, '`env.PORT` must be a text, a number, true or false, not NaN'],
    ['a date', { D: new Date(0) }, '`env.D` must be a text, a number, true or false, not a date (a text needs quotes)'],
    ['null', { 'a.b': null }, '`env["a.b"]` must be a text, a number, true or false, not null'],
    ['a list', ['PORT=3000'], '`env` must be an object of texts, not a list'],
    ['an empty key', { '': 'x' }, '`env` must have names without "=" and NUL as keys, not ""'],
    ['a key with =', { 'A=B': 'x' }, '`env` must have names without "=" and NUL as keys, not "A=B"'],
    ['NUL in a value, without showing it', { TOKEN: 'secret\0' }, '`env.TOKEN` must not contain NUL'],
  ]
  it.each(cases)('%s', (_, env, sentence) => {
    expect(refusalOf(() => resolveProcess({ ...web, env }, { path: '', cwd: '/' }))).toBe(sentence)
  })
})

describe('a health check is rejected for', () => {
  const cases: [what: string, healthCheck: unknown, sentence: string][] = [
    ['no type', {}, '`healthCheck.type` is missing: it must be one of "output", "http", "tcp", "script", "exec"'],
    [
      'another type',
      { type: 'https' },
      '`healthCheck.type` must be one of "output", "http", "tcp", "script", "exec", not "https"',
    ],
    ['an unknown key', { type: 'tcp', prot: 80 }, '`healthCheck.prot` is not a setting; did you mean `port`?'],
    [
      'a delay of another program',
      { type: 'tcp', port: 80, startupDelay: 5 },
      '`healthCheck.startupDelay` is not a setting; use `startPeriod`',
    ],
    [
      'a pattern without a type',
      { pattern: 'ready', timeout: 5000 },
      '`healthCheck.pattern` is not a setting; use `type: "output"` with `outputPattern`',
    ],
    ['no port', { type: 'tcp' }, '`healthCheck.port` is missing: a health check of type "tcp" needs it'],
    ['no URL', { type: 'http' }, '`healthCheck.url` is missing: a health check of type "http" needs it'],
    ['no script', { type: 'script' }, '`healthCheck.script` is missing: a health check of type "script" needs it'],
    [
      'no pattern',
      { type: 'output' },
      '`healthCheck.outputPattern` is missing: a health check of type "output" needs it',
    ],
    [
      'a port above all',
      { type: 'tcp', port: 65_536 },
      '`healthCheck.port` must be a whole number from 1 to 65535, not 65536',
    ],
    [
      'half a URL',
      { type: 'http', url: 'localhost:80' },
      '`healthCheck.url` must be an http:// or https:// address, not "localhost:80"',
    ],
    [
      'a method',
      { type: 'http', url: 'http://x', method: 'PUT' },
      '`healthCheck.method` must be one of "GET", "POST", "HEAD", not "PUT"',
    ],
    [
      'no pause',
      { type: 'tcp', port: 80, interval: 0 },
      '`healthCheck.interval` must be a whole number of milliseconds from 1 to 2147483647, not 0',
    ],
    [
      'a broken pattern',
      { type: 'output', outputPattern: { source: '(', flags: '' } },
      '`healthCheck.outputPattern` must be a string or a regular expression, not an object',
    ],
  ]
  it.each(cases)('%s', (_, healthCheck, sentence) => {
    expect(refusalOf(() => resolveProcess({ ...web, healthCheck }, { path: '', cwd: '/' }))).toBe(sentence)
  })
})

describe('a setting of supervision is rejected for', () => {
  const waits = 'one of "ready", "started", "healthy", "completed"'
  const name = 'up to 64 letters, digits, ".", "_" and "-", starting with a letter or digit'
  const cron = 'a cron expression of five or six fields such as "*/5 * * * *", or a nickname such as "@hourly"'
  const cases: [what: string, settings: object, sentence: string][] = [
    ['nothing to watch', { watchPaths: [] }, '`watchPaths` must be a list of at least one glob, not a list'],
    [
      'a polling interval in seconds',
      { watchPolling: 5 },
      '`watchPolling` must be a whole number of milliseconds from 50 to 2147483647, not 5',
    ],
    [
      'a polling interval in words',
      { watchPolling: 'often' },
      '`watchPolling` must be true, false or a whole number of milliseconds from 50 to 2147483647, not "often"',
    ],
    ['an exit code', { stopExitCodes: [0, 256] }, '`stopExitCodes[1]` must be a whole number from 0 to 255, not 256'],
    ['an exit code alone', { stopExitCodes: 3 }, '`stopExitCodes` must be a list of exit codes, not a number'],
    ['port 0', { port: 0 }, '`port` must be a whole number from 1 to 65535, not 0'],
    [
      'a port in words',
      { port: 'any' },
      '`port` must be a port from 1 to 65535, "auto", or an object such as { "prefer": 3000 }, not "any"',
    ],
    ['no instance', { instances: 0 }, '`instances` must be a whole number from 1 to 1000, not 0'],
    ['a condition', { dependsOn: { db: 'up' } }, `\`dependsOn.db\` must be ${waits}, not "up"`],
    ['a number for a name', { dependsOn: ['db', 5] }, '`dependsOn[1]` must be a string, not a number'],
    ['no name', { dependsOn: ['my db'] }, `\`dependsOn[0]\` must be ${name}, not "my db"`],
    ['no name as a key', { dependsOn: { 'a b': 'ready' } }, `\`dependsOn\` must have ${name} as keys, not "a b"`],
    ['itself, listed', { dependsOn: ['web'] }, '`dependsOn` must name other processes, not "web" itself'],
    [
      'no port to share',
      { port: 'auto', share: 'proxy' },
      '`share` needs the `port` that is shared, such as `port: 3000`',
    ],
    [
      'a schedule of instances that share a port',
      { port: 3000, instances: 2, schedule: '* * * * *' },
      '`schedule` must not be set for instances that share a port',
    ],
    ['itself, as a key', { dependsOn: { web: 'ready' } }, '`dependsOn` must name other processes, not "web" itself'],
    [
      'neither list nor object',
      { dependsOn: 'db' },
      '`dependsOn` must be a list of process names, or an object of names with what to wait for, such as { "db": "healthy" }, not a string',
    ],
    [
      'a minute',
      { schedule: '61 * * * *' },
      `\`schedule\` must be ${cron}, not "61 * * * *": Invalid value for minute: 61`,
    ],
    ['a schedule in words', { schedule: 'hourly' }, `\`schedule\` must be ${cron}, not "hourly": it is a single word`],
    ['a number for a schedule', { schedule: 5 }, `\`schedule\` must be ${cron}, not a number`],
    ['a hook', { hooks: { onRedy: 'x' } }, '`hooks.onRedy` is not a setting; did you mean `onReady`?'],
    ['a blank hook', { hooks: { onStop: ' ' } }, '`hooks.onStop` must be a command line, not " "'],
  ]
  it.each(cases)('%s', (_, settings, sentence) => {
    expect(refusalOf(() => resolveProcess({ ...web, ...settings }, { path: '', cwd: '/' }))).toBe(sentence)
  })
})

describe('`deploy` is rejected for', () => {
  const cases: [what: string, deploy: unknown, sentence: string][] = [
    ['no object', 'web:1', '`deploy` must be an object of settings, not a string'],
    ['no image', {}, '`deploy.image` is missing: it must be the name of an image'],
    ['a blank in the image', { image: 'my web' }, '`deploy.image` must be the name of an image, not "my web"'],
    ['no replica', { image: 'web', replicas: 0 }, '`deploy.replicas` must be a whole number from 1 to 1000, not 0'],
    ['a word of compose', { image: 'web', update_config: {} }, '`deploy.update_config` is not a setting; use `update`'],
    [
      'memory in bytes',
      { image: 'web', resources: { memory: '5 apples' } },
      '`deploy.resources.memory` must be a whole number of MB from 1 to 1000000000, or a size such as "512M", not "5 apples"',
    ],
    [
      'no CPU',
      { image: 'web', resources: { cpus: 0 } },
      '`deploy.resources.cpus` must be a number of cores from 0.01 to 1000, such as 0.5, not 0',
    ],
    [
      'a rule that is none',
      { image: 'web', constraints: ['ssd'] },
      '`deploy.constraints[0]` must be a rule such as "node.role == worker" or "node.labels.disk != hdd", not "ssd"',
    ],
    [
      'an order',
      { image: 'web', update: { order: 'new-first' } },
      '`deploy.update.order` must be one of "start-first", "stop-first", not "new-first"',
    ],
    [
      'a secret with its value',
      { image: 'web', secrets: [{ name: 'token', value: 's3cret' }] },
      '`deploy.secrets[0].value` is not a setting',
    ],
    [
      'a blank health command',
      { image: 'web', healthCommand: ' ' },
      '`deploy.healthCommand` must be a command line, or a list with a program and its arguments, not " "',
    ],
  ]
  it.each(cases)('%s', (_, deploy, sentence) => {
    expect(refusalOf(() => resolveProcess({ ...web, deploy }, { path: '', cwd: '/' }))).toBe(sentence)
  })
})

describe('an error begins with', () => {
  const process = { ...web, colour: 'red' }

  it('the file and the path inside it', () => {
    const context = { file: 'processes.json', path: 'processes[2]', cwd: '/app' }
    expect(refusalOf(() => resolveProcess(process, context))).toBe(
      'processes.json: `processes[2].colour` is not a setting',
    )
  })

  it('the origin, if the file is unknown', () => {
    const context = { path: '', cwd: '/app', origin: 'processes.json: processes[2]' }
    expect(refusalOf(() => resolveProcess(process, context))).toBe(
      'processes.json: processes[2]: `colour` is not a setting',
    )
  })
})

describe('a block is rejected for', () => {
  const source = { file: 'tuix.config.ts', folder: '/app', path: 'processManager', variables: false }
  const cases: [what: string, block: unknown, sentence: string][] = [
    ['no object', 'x', '`processManager` must be an object of settings, not a string'],
    ['an unknown key', { tuixdir: 'x' }, '`processManager.tuixdir` is not a setting; did you mean `tuixDir`?'],
    [
      'a key of a process',
      { autorestart: true },
      '`processManager.autorestart` is not a setting; did you mean `autoRestart`?',
    ],
    [
      'a key of all processes',
      { envFile: 'x' },
      '`processManager.envFile` is not a setting; did you mean `defaults.envFile`?',
    ],
    [
      'a process outside of processes',
      { web: { command: 'bun' }, tuixDi: 'x' },
      '`processManager.web.command` is not a setting; a process named "web" belongs under `processes`',
    ],
    [
      'a word of another program',
      { globalEnv: { A: '1' } },
      '`processManager.globalEnv` is not a setting; use `defaults.env`',
    ],
    [
      'both words for processes',
      { processes: [], services: {} },
      '`services` is another word for `processes`: use only one of them',
    ],
    [
      'a key of a process among services',
      { services: { web: { comand: 'bun' } } },
      '`processManager.services.web.comand` is not a setting; did you mean `command`?',
    ],
    [
      'a word of another program in a profile',
      { profiles: { production: { services: { web: { uid: 1 } } } } },
      '`processManager.profiles.production.services.web.uid` is not a setting; a process has the user of its supervisor; use a command such as setpriv or sudo',
    ],
    ['an empty folder', { tuixDir: '' }, '`processManager.tuixDir` must be a folder, not ""'],
    [
      'processes in words',
      { processes: 'web' },
      '`processManager.processes` must be a list of processes, or an object with their names as keys, not a string',
    ],
    [
      'a name that cannot be one',
      { processes: { 'my app': web } },
      `\`processManager.processes\` must have ${rule} as keys, not "my app"`,
    ],
    [
      'a key of a process that has its name as key',
      { processes: { web: { comand: 'bun' } } },
      '`processManager.processes.web.comand` is not a setting; did you mean `command`?',
    ],
    ['a name in defaults', { defaults: { name: 'web' } }, '`processManager.defaults.name` is not a setting'],
    [
      'a key of a profile that is not selected',
      { profiles: { production: { processes: [{ name: 'web', comand: 'bun' }] } } },
      '`processManager.profiles.production.processes[0].comand` is not a setting; did you mean `command`?',
    ],
    [
      'an address to extend',
      { extends: ['base.json', 'https://example.com/base.json'] },
      '`processManager.extends[1]` must be the path of a config file: nothing is fetched',
    ],
    [
      'a key of one process',
      { processes: [web, { name: 'api', comand: 'x' }] },
      '`processManager.processes[1].comand` is not a setting; did you mean `command`?',
    ],
    [
      'two processes of one name',
      { processes: [web, { name: 'api', command: 'x' }, web] },
      '`processManager.processes[2].name` must be unique, but `processManager.processes[0]` is named "web" too',
    ],
  ]
  it.each(cases)('%s', (_, block, sentence) => {
    expect(refusalOf(() => baseOf(block, source, {}))).toBe(`tuix.config.ts: ${sentence}`)
  })

  it('a list given in code, without a file', () => {
    const code = { folder: '/app', path: '', variables: false }
    expect(refusalOf(() => baseOf([{}], code, {}))).toBe('`[0].name` is missing: it must be a string')
    expect(refusalOf(() => baseOf(5, code, {}))).toBe('the config must be an object of settings, not a number')
  })
})
