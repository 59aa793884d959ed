import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commands } from '../../commands/catalog.ts'
import { VERSION } from '../../src/index.ts'
import { invoke } from '../helpers/invocation.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'

let folder: TempFolder
beforeAll(() => {
  folder = tempFolder()
  writeFileSync(join(folder.path, 'processes.json'), '[{ "name": "web", "command": "node" }]')
  writeFileSync(join(folder.path, 'broken.json'), '[{ "name": "web", "comand": "node" }]')
})
afterAll(() => folder.remove())

const ps = (...argv: string[]) => invoke(argv, { cwd: folder.path })

describe('help', () => {
  it('is what ps alone, help, -h and --help show', async () => {
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

  it('gives the version', async () => {
    expect(await ps('--version')).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' })
    expect(await ps('list', '-v')).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' })
  })
})

describe('a wrong command line', () => {
  it.each([
    [['lst'], '`lst` is not a command; did you mean `list`?'],
    [['frobnicate'], '`frobnicate` is not a command; myapp ps --help shows what there is'],
    [['help', 'stat'], '`stat` is not a command; did you mean `start`?'],
    [['list', 'web'], 'list takes no names, but got web'],
    [['list', '--folow'], '`--folow` is not an option of list; see list --help'],
    [['ls', '-f'], '`-f` is not an option of list; it is one of events, logs; see list --help'],
    [['status', 'a', 'b'], 'status takes one name, but got a b'],
    [['start'], 'say what to start: names (there is web), --group <name> or --all'],
    [['stop'], 'say what to stop: names, --group <name> or --all'],
    [['start', 'web', '--all'], 'give names, --group or --all, but only one of them'],
    [['logs', '-n', 'many'], '--lines must be a whole number, not many'],
    [['logs', '--lines=-1'], '--lines must be a whole number, not -1'],
    [['logs', '--since', 'then'], '--since must be a time such as 10m (ago), 14:05 or 2031-05-04T09:08, not then'],
    [['logs', '--level', 'loud'], '--level must be one of debug, info, warn, error, not loud'],
    [['logs', '-f', '--until', '5m'], '--follow has no end, so it takes no --until'],
    [['logs', '-f', '--cursor', 'end'], 'give --follow or --cursor, not both'],
    [['logs', '-C', '5s', '-f'], '--context is about what was said already, so it does not go with --follow'],
    [['logs', '--raw', '--json'], 'give --raw or --json, not both'],
    [['logs', '-i'], '--ignore-case is about --grep, which is not given'],
    [['wait'], 'say what to wait for: names of processes'],
    [['wait', 'web', '--for', 'ever'], '--for must be one of ready, healthy, running, stopped, completed, not ever'],
    [['wait', 'web', '--timeout', 'long'], '--timeout must be a time such as 30s, 5m, 1h30m or 5000 (ms), not long'],
    [['scale'], 'say what to scale to how many, such as web=4'],
    [['scale', 'web'], 'web is no name with a number of instances, such as web=4'],
    [['scale', 'web=0'], 'web needs at least 1 instance; to have none, stop it'],
    [['scale', 'web=1001'], 'web can have at most 1000 instances'],
    [['scale', 'web=2', 'web=3'], 'web is given more than once'],
    [['start', 'web', '--timeout', 'soon'], '--timeout must be a time such as 30s, 5m, 1h30m or 5000 (ms), not soon'],
    [['why'], 'why takes one name'],
    [['reload'], 'say what to reload: names (there is web), --group <name> or --all'],
    [['flush', 'web', '--group', 'x'], 'give names, --group or --all, but only one of them'],
  ])('%j is refused in one sentence with exit code 2', async (argv, sentence) => {
    expect(await ps(...argv)).toEqual({ code: 2, stdout: '', stderr: `error: ${sentence}\n` })
  })

  it('and a wrong config as well, with a stack only for who asks', async () => {
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
  it('list is empty, with a hint on stderr', async () => {
    expect(await ps('list')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'no processes yet; start those of the config with: myapp ps start --all\n',
    })
    expect(await ps('list', '--json')).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
  })

  it('status tells a process that is only declared from one that nobody knows', async () => {
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

  it('logs names what it does not know', async () => {
    expect(await ps('logs', 'web')).toEqual({ code: 4, stdout: '', stderr: 'error: no process is named `web`\n' })
    for (const command of ['logs', 'flush']) {
      expect(await ps(command)).toEqual({ code: 0, stdout: '', stderr: 'no processes yet, so no logs\n' })
    }
    expect(await ps('wait', 'web')).toMatchObject({ code: 4, stdout: '' })
  })
})
