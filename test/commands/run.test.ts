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
    for (const { name, summary } of commands) expect(help.stdout).toMatch(new RegExp(`^  ${name}.*${summary}$`, 'm'))
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
    [['lst'], 'lst is not a command; did you mean list?'],
    [['frobnicate'], 'frobnicate is not a command; myapp ps --help shows what there is'],
    [['help', 'stat'], 'stat is not a command; did you mean start?'],
    [['list', 'web'], 'list takes no names, but got web'],
    [['status', 'a', 'b'], 'status takes one name, but got a b'],
    [['start'], 'say what to start: names (there is web), --group <name> or --all'],
    [['stop'], 'say what to stop: names, --group <name> or --all'],
    [['start', 'web', '--all'], 'give names, --group or --all, but only one of them'],
    [['logs', '-n', 'many'], '--lines must be a whole number, not many'],
    [['logs', '--lines=-1'], '--lines must be a whole number, not -1'],
  ])('%j is refused in one sentence with exit code 2', async (argv, sentence) => {
    expect(await ps(...argv)).toEqual({ code: 2, stdout: '', stderr: `${sentence}\n` })
  })

  it('and a wrong config as well, with a stack only for who asks', async () => {
    const { code, stdout, stderr } = await ps('start', '--all', '--config', 'broken.json')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^broken\.json: .*comand.*\n$/)

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
      stderr: 'there is no process named wbe; did you mean web?\n',
    })
  })

  it('logs names what it does not know', async () => {
    expect(await ps('logs', 'web')).toEqual({ code: 4, stdout: '', stderr: 'there is no process named web\n' })
    expect(await ps('logs')).toEqual({ code: 0, stdout: '', stderr: 'no processes yet, so no logs\n' })
  })
})
