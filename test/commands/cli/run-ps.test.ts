import { readdirSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commands } from '../../../commands/cli/catalog.ts'
import { parse } from '../../../commands/cli/parse.ts'
import { plainList } from '../../../commands/cli/run-ps.ts'
import { VERSION } from '../../../src/index.ts'
import { invoke } from '../../helpers/invocation.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let folder: TempFolder
beforeAll(() => {
  folder = tempFolder()
  writeFileSync(join(folder.path, 'processes.json'), '[{ "name": "web", "command": "node" }]')
  writeFileSync(join(folder.path, 'broken.json'), '[{ "name": "web", "comand": "node" }]')
})
afterAll(() => folder.remove())

const ps = (...argv: string[]) => invoke(argv, { cwd: folder.path })

describe('list without a parser', () => {
  it.each([{ argv: ['list'] }, { argv: ['ls'] }, { argv: ['ps', '--json'] }, { argv: ['list', '--json', '--json'] }])(
    'is what the parser makes of it: $argv',
    ({ argv }) => {
      expect(plainList(argv)).toEqual(parse(argv, commands))
    },
  )

  it.each([
    { argv: ['list', 'web'] },
    { argv: ['--json', 'list'] },
    { argv: ['list', '--json=1'] },
    { argv: ['list', '-w'] },
    { argv: ['status', '--json'] },
    { argv: [] as string[] },
  ])('is left to the parser: $argv', ({ argv }) => {
    expect(plainList(argv)).toBeUndefined()
  })
})

describe('help', () => {
  it('is shown by ps alone, help, -h and --help', async () => {
    const help = await ps()
    expect(help).toMatchObject({ code: 0, stderr: '' })
    // Without the breaks in long lines.
    const text = help.stdout.replace(/\s+/g, ' ')
    for (const { name, aliases, summary } of commands)
      expect(text).toContain(`${[name, ...aliases].join(', ')} ${summary} `)
    expect(await ps('--help')).toEqual(help)
    expect(await ps('-h')).toEqual(help)
    expect(await ps('help')).toEqual(help)
  })

  it.each(commands.map(({ name }) => name))('of %s has examples and fits 80 columns', async (name) => {
    const help = await ps(name, '--help')
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect(help.stdout).toContain(`Examples:\n`)
    expect(help.stdout).toContain(`  myapp ps ${name}`)
    expect(help.stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect(await ps('help', name)).toEqual(help)
  })

  it('of a command lists its subcommands, and each subcommand has help of its own', async () => {
    const { stdout: all } = await ps('supervisor', '--help')
    expect(all).toContain('Usage: myapp ps supervisor [status|stop|restart|run] [options]')
    expect(all).toMatch(/^Subcommands:\n {2}status +\S/m)
    const help = await ps('supervisor', 'stop', '--help')
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect(help.stdout).toContain('Usage: myapp ps supervisor stop [options]')
    expect(help.stdout).toMatch(/^Options:\n {2}--all +Stop every process first$/m)
    expect(help.stdout).not.toContain('--logs')
    expect(await ps('help', 'supervisor', 'stop')).toEqual(help)
  })

  it('is not shown if the user asks for the version', async () => {
    expect(await ps('--version')).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' })
    expect(await ps('list', '-v')).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' })
    expect(await ps('down', '--version')).toMatchObject({ code: 0 })
  })

  it('of a command with -v says what is right where docker compose has volumes', async () => {
    for (const command of ['down', 'stop', 'restart', 'rm']) {
      const { code, stdout, stderr } = await ps(command, '-v')
      expect([code, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(
        /^error: `-v` is not an option of \w+; there are no volumes here; myapp ps remove NAME --logs/,
      )
    }
  })
})

describe('a wrong command line', () => {
  it.each([
    [['lst'], '`lst` is not a command; did you mean `list`?'],
    [['frobnicate'], '`frobnicate` is not a command; myapp ps --help lists all commands'],
    [['dashboard'], '`dashboard` is not a command; myapp ps monitor shows all processes on a full screen'],
    [
      ['config', '--show'],
      '`config` is not a command; myapp ps status NAME shows what a process was declared with, myapp ps apply --dry-run what has changed since',
    ],
    [
      ['start', 'api', '--command', 'node x.js', '--group', 'g'],
      '`--command` is not an option of start; myapp ps run NAME -- COMMAND starts what no config declares',
    ],
    [['start', '--name', 'api'], '`--name` is not an option of start; names need no option: myapp ps start NAME'],
    [
      ['stop', 'api', '--force'],
      '`--force` is not an option of stop; a process that has not ended after its `stopTimeout` is killed without it',
    ],
    [['up', '-d'], '`-d` is not an option of apply; leave it out: processes run in the background'],
    [
      ['up', '--scale', 'web=3'],
      '`--scale` is not an option of apply; myapp ps scale NAME=COUNT sets the number of instances',
    ],
    [['up', 'web'], 'apply takes no names; to start one process: myapp ps start web'],
    [
      ['logs', '--nostream'],
      '`--nostream` is not an option of logs; leave it out: lines are only followed with --follow',
    ],
    [
      ['start', 'web', '-i', '4'],
      '`-i` is not an option of start; myapp ps scale NAME=COUNT sets the number of instances',
    ],
    [
      ['down', '--remove-orphans'],
      '`--remove-orphans` is not an option of down; myapp ps apply stops what the config no longer declares',
    ],
    [
      ['tail', '-f', 'web'],
      '`tail` is not a command; myapp ps logs NAME shows the output of a process, and with --follow goes on',
    ],
    [['frobnicate', '--fast'], '`frobnicate` is not a command; myapp ps --help lists all commands'],
    [['scale', 'web', '+3'], 'write NAME=COUNT, such as web=3'],
    [['signal', '-9', 'web'], 'the signal comes last: signal web SIGKILL'],
    [
      ['signal', 'web', '99'],
      '99 is not a signal; available: SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGSTOP, SIGCONT, SIGKILL, and the others that kill -l lists',
    ],
    [['help', 'stat'], '`stat` is not a command; did you mean `start`?'],
    [['list', 'web'], 'list takes no names, but got web'],
    [['list', '--folow'], '`--folow` is not an option of list; see myapp ps list --help'],
    [['ls', '-f'], '`-f` is not an option of list, but of events, logs; see myapp ps list --help'],
    [['status', 'a', 'b'], 'status takes one name, but got a b'],
    [['start'], 'name the processes to start, or use --group <name> or --all; available: web'],
    [['stop'], 'name the processes to stop, or use --group <name> or --all'],
    [['start', 'web', '--all'], 'give only one of names, --group and --all'],
    [['logs', '-n', 'many'], '--lines must be a whole number, not many'],
    [['logs', '--lines=-1'], '--lines must be a whole number, not -1'],
    [['logs', '--since', 'then'], '--since must be a time such as 10m (ago), 14:05 or 2031-05-04T09:08, not then'],
    [['logs', '--level', 'loud'], '--level must be one of debug, info, warn, error, not loud'],
    [['logs', '-f', '--until', '5m'], '--follow cannot be combined with --until: it runs until Ctrl-C'],
    [['logs', '-f', '--cursor', 'end'], '--follow cannot be combined with --cursor'],
    [['logs', '-C', '5s', '-f'], '--context cannot be combined with --follow: it needs the lines after a match'],
    [['logs', '--raw', '--json'], '--raw cannot be combined with --json'],
    [['logs', '-i'], '--ignore-case needs --grep'],
    [['wait'], 'wait needs the name of a process, such as: wait web'],
    [['wait', 'web', '--for', 'ever'], '--for must be one of ready, healthy, running, stopped, completed, not ever'],
    [['wait', 'web', '--timeout', 'long'], '--timeout must be a time such as 30s, 5m, 1h30m or 5000 (ms), not long'],
    [['scale'], 'missing NAME=COUNT, such as web=4'],
    [['scale', 'web'], 'web: missing =COUNT, such as web=2'],
    [['scale', 'web=0'], 'web needs at least 1 instance; to run none, stop it'],
    [['scale', 'web=two'], 'web=two must be NAME=COUNT, such as web=4'],
    [['scale', 'web=1001'], 'web can have at most 1000 instances'],
    [['scale', 'web=2', 'web=3'], 'web is given more than once'],
    [['start', 'web', '--timeout', 'soon'], '--timeout must be a time such as 30s, 5m, 1h30m or 5000 (ms), not soon'],
    [['why'], 'why needs the name of a process, such as: why web'],
    [['supervisor', 'stpo'], 'supervisor stpo is not a command; did you mean stop?'],
    [['supervisor', 'x'], 'supervisor x is not a command; available: status, stop, restart, run'],
    [['supervisor', 'stop', 'web'], 'supervisor stop takes no names, but got web'],
    [['supervisor', 'run', '--all'], '--all is only an option of supervisor stop'],
    [['completion'], 'completion needs a subcommand; available: bash, zsh, fish'],
    [['completion', 'bash', 'zsh'], 'completion bash takes no names, but got zsh'],
    [['reload'], 'name the processes to reload, or use --group <name> or --all; available: web'],
    [['flush', 'web', '--group', 'x'], 'give only one of names, --group and --all'],
  ])('%j is refused in one sentence with exit code 2', async (argv, sentence) => {
    expect(await ps(...argv)).toEqual({ code: 2, stdout: '', stderr: `error: ${sentence}\n` })
  })

  it('is refused like a wrong config, whose stack is shown only with TUIX_DEBUG', async () => {
    const { code, stdout, stderr } = await ps('start', '--all', '--config', 'broken.json')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^error: broken\.json: .*comand.*\n$/)

    const debugged = await invoke(['start', '--all', '--config', 'broken.json'], {
      cwd: folder.path,
      env: { TUIX_DEBUG: '1' },
    })
    expect(debugged.stderr).toMatch(/\n {4}at /)
  })
})

describe('before anything was started', () => {
  it('list is empty and prints a hint on stderr', async () => {
    expect(await ps('list')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'no processes yet; start those in the config with: myapp ps start --all\n',
    })
    expect(await ps('list', '--json')).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
  })

  it('status distinguishes a declared process from an unknown one', async () => {
    expect(await ps('status', 'web')).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('start it with: myapp ps start web'),
    })
    expect(await ps('status', 'wbe')).toEqual({
      code: 4,
      stdout: '',
      stderr: 'error: no process is named `wbe`; did you mean `web`?\n',
    })
  })

  it('commands name the folder without a config, and the command that writes one, and leave nothing behind', async () => {
    const empty = tempFolder()
    const run = (...argv: string[]) => invoke(argv, { cwd: empty.path })
    const reason = `no config file found in ${realpathSync(empty.path)}; write one with: myapp ps init`
    try {
      const start = await run('start', '--all', '--dry-run')
      expect(start).toEqual({ code: 0, stdout: '', stderr: `nothing to start: ${reason}\n` })
      expect(await run('apply')).toEqual({ code: 2, stdout: '', stderr: `error: ${reason}\n` })
      expect(await run('start', '--all')).toEqual(start)
      for (const command of ['list', 'logs', 'tree', 'flush'])
        expect(await run(command)).toEqual({ code: 0, stdout: '', stderr: `no processes yet: ${reason}\n` })
      expect(await run('graph')).toEqual({ code: 0, stdout: '', stderr: `no processes are declared: ${reason}\n` })
      for (const [words, what] of [
        [['start', 'api'], 'no process is named `api`'],
        [['restart', '--group', 'jobs'], 'no process is in group `jobs`'],
        [['ensure', 'api'], 'no process is named `api`'],
        [['scale', 'api=2'], 'no process is named `api`'],
      ] as const) {
        expect(await run(...words)).toEqual({ code: 4, stdout: '', stderr: `error: ${what}; ${reason}\n` })
      }
      for (const command of ['stop', 'remove']) {
        expect(await run(command, 'api')).toMatchObject({ code: 4, stderr: 'error: no process is named `api`\n' })
        expect(await run(command, '--all')).toMatchObject({ code: 0, stderr: `nothing to ${command}\n` })
      }
      expect(await run('down')).toMatchObject({ code: 0, stderr: 'nothing to stop\n' })
      expect(readdirSync(empty.path)).toEqual([])
    } finally {
      empty.remove()
    }
  })

  it.each([
    [['start', 'worker.mjs'], 'to start a program that no config declares: myapp ps run -- node worker.mjs'],
    [['start', 'node x.js'], "to start a program that no config declares: myapp ps run -- 'node x.js'"],
    [['start', './bin/app'], 'to start a program that no config declares: myapp ps run -- ./bin/app'],
    [['restart', 'all'], 'myapp ps restart --all is for every process'],
    [['stop', '0'], 'processes have no numbers: myapp ps list shows their names'],
    [['stop', 'a.js'], 'myapp ps list shows the names of all processes'],
    [['start', 'processes.yaml'], 'to name a config file: myapp ps start --all --config processes.yaml'],
    [['restart', 'pm2.config.js'], 'to name a config file: myapp ps start --all --config pm2.config.js'],
    [['stop', 'web,db'], 'names have blanks between them: myapp ps stop web db'],
    [['stop', 'group:jobs'], 'myapp ps stop --group jobs is for every process of a group'],
    [['remove', 'all'], 'myapp ps remove --all is for every process'],
    [['pause', 'all'], 'myapp ps pause --all is for every process'],
    [['status', 'all'], 'myapp ps status is for every process'],
    [['logs', 'all'], 'myapp ps logs is for every process'],
    [['flush', 'all'], 'myapp ps flush is for every process'],
    [['env', 'all'], 'myapp ps list shows the names of all processes'],
    [['logs', '0'], 'processes have no numbers: myapp ps list shows their names'],
    [['why', '0'], 'processes have no numbers: myapp ps list shows their names'],
    [['wait', '0'], 'processes have no numbers: myapp ps list shows their names'],
  ])('words of other process managers in the place of a name are named: %j', async (words, hint) => {
    expect(await ps(...words)).toEqual({
      code: 4,
      stdout: '',
      stderr: `error: no process is named \`${words[1]}\`; ${hint}\n`,
    })
  })

  it.each([
    ['delete', 'myapp ps remove NAME stops a process and forgets it'],
    ['describe', 'myapp ps status NAME shows everything about a process'],
    ['save', 'it is not needed: every change is saved'],
    ['startup', 'myapp ps boot enable brings processes back after a reboot, myapp ps boot disable takes it back'],
    ['reread', 'myapp ps apply --dry-run shows what has changed in the config'],
    ['unpause', 'myapp ps resume NAME lets a paused process go on'],
    ['reloadLogs', 'it is not needed: logs are rotated by themselves'],
    ['toString', 'myapp ps --help lists all commands'],
  ])('words of other process managers in the place of a command are named: %s', async (word, hint) => {
    expect(await ps(word)).toMatchObject({ code: 2, stderr: `error: \`${word}\` is not a command; ${hint}\n` })
  })

  it('list says why the config cannot be read', async () => {
    const broken = tempFolder()
    try {
      writeFileSync(join(broken.path, 'processes.yaml'), '{{')
      const { stderr } = await invoke(['list'], { cwd: broken.path })
      expect(stderr).toMatch(/^no processes yet, and the config cannot be read: processes\.yaml: not YAML/)
    } finally {
      broken.remove()
    }
  })

  it('commands name the file of another tool, with what to do', async () => {
    const other = tempFolder()
    try {
      writeFileSync(join(other.path, 'Procfile'), 'web: sleep 1000')
      const { stderr } = await invoke(['list'], { cwd: other.path })
      expect(stderr).toContain(
        ', but Procfile: use it with --config Procfile, or make a config of it with: myapp ps init',
      )
      const named = await invoke(['list', '--config', 'Procfile'], { cwd: other.path })
      expect(named.stderr).toBe(
        'no processes yet; start those in the config with: myapp ps start --all --config Procfile\n',
      )
    } finally {
      other.remove()
    }
  })

  it('logs, flush and wait report unknown processes', async () => {
    expect(await ps('logs', 'web')).toEqual({ code: 4, stdout: '', stderr: 'error: no process is named `web`\n' })
    for (const command of ['logs', 'flush']) {
      expect(await ps(command)).toEqual({
        code: 0,
        stdout: '',
        stderr: 'no processes yet; start those in the config with: myapp ps start --all\n',
      })
    }
    expect(await ps('wait', 'web')).toMatchObject({ code: 4, stdout: '' })
  })
})
