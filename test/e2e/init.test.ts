import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Project, tempProject } from '../helpers/project.ts'

let project: Project
beforeEach(() => {
  project = tempProject()
})
afterEach(() => project.dispose())
const ps = (...args: string[]) => project.ps(...args)

describe('import', () => {
  beforeEach(() => {
    project.write(
      'ecosystem.config.cjs',
      'module.exports = [{ name: "web", script: "sleep", args: "600", uid: "www" }]',
    )
  })

  it('prints a config on stdout and what is not the same on stderr, writes it, and replaces nothing unasked', async () => {
    const printed = await ps('import', 'ecosystem.config.cjs')
    expect(printed.json()).toEqual({ processes: [{ name: 'web', command: 'sleep 600', stopSignal: 'SIGINT' }] })
    expect(printed.stderr).toMatch(/^warning: web: `uid` is not carried over: [^\n]*\n$/)
    expect((await ps('import', 'ecosystem.config.cjs', '--json')).json()).toMatchObject({
      kind: 'pm2',
      names: ['web'],
      notes: [expect.stringContaining('`uid`')],
      file: null,
    })

    const written = await ps('import', 'ecosystem.config.cjs', '--out=tuix.config.ts')
    expect(written).toMatchObject({ code: 0, stdout: 'tuix.config.ts: web\n' })
    expect(written.stderr).toMatch(/Next: tuix-ps start --all --config tuix\.config\.ts\n$/)
    project.write('tuix.config.ts', `${project.read('tuix.config.ts')}// mine\n`)
    expect(await ps('import', 'ecosystem.config.cjs', '--out', 'tuix.config.ts')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'error: tuix.config.ts is there already; --force replaces it\n',
    })
    expect(project.read('tuix.config.ts')).toContain('// mine')
    expect((await ps('import', 'ecosystem.config.cjs', '--out', 'tuix.config.ts', '--force')).code).toBe(0)
    expect(project.read('tuix.config.ts')).not.toContain('// mine')
    expect(await ps('start', '--all')).toMatchObject({ code: 0, stderr: '' })
  })

  it.each([
    [[], 'say which file to import, one at a time'],
    [['a', 'b'], 'say which file to import, one at a time'],
    [['nowhere.json'], 'there is no config file nowhere.json'],
    [['ecosystem.config.cjs', '--out', 'x.ini'], '--out must end in one of .json, .jsonc'],
    [['ecosystem.config.cjs', '--out', 'no/where.json'], 'no/where.json is in a folder that does not exist'],
    [['ecosystem.config.cjs', '--format', 'jsn'], '--format must be one of json, jsonc'],
  ])('%j is refused in one sentence', async (args, sentence) => {
    const refused = await ps('import', ...args)
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr.startsWith(`error: ${sentence}`)).toBe(true)
    expect(refused.stderr.trim().split('\n')).toHaveLength(1)
  })
})

describe('init', () => {
  it('writes a first config of what is there, and never a second one unasked', async () => {
    project.write('Procfile', 'web: sleep 600\n')
    const dry = await ps('init', '--dry-run', '--format', 'yaml')
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringMatching(/^# From Procfile\.\n/), stderr: '' })
    expect(await ps('init')).toEqual(
      expect.objectContaining({
        code: 0,
        stdout: 'tuix.config.ts: web (taken from Procfile)\n',
        stderr: 'Next: look at tuix.config.ts, then tuix-ps start --all\n',
      }),
    )
    expect(await ps('init', '--format', 'json')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'error: tuix.config.ts is there already; --force writes anyway, --dry-run shows what\n',
    })
    const forced = await ps('init', '--format', 'json', '--force')
    expect(forced).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('warning: tuix.config.ts is there as well'),
    })
    expect(await ps('start', 'web')).toMatchObject({ code: 0, stderr: '' })
    expect((await ps('status', 'web', '--json')).json().config.origin).toMatch(/^tuix\.config\.ts: /)
  })

  it('writes an example where nothing is', async () => {
    expect((await ps('init', '--json', '--format', 'toml')).json()).toMatchObject({
      file: 'processes.toml',
      source: null,
      names: ['web'],
    })
    expect(project.read('processes.toml')).toContain('command = "node server.js"')
  })
})
