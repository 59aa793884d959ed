import { execFileSync } from 'node:child_process'
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

  it('prints the config on stdout and differences on stderr, or writes a file, but replaces none without --force', async () => {
    const printed = await ps('import', 'ecosystem.config.cjs')
    expect(printed.json()).toEqual({
      processes: [
        {
          name: 'web',
          command: 'sleep 600',
          stopSignal: 'SIGINT',
          // As PM2: only short runs count, and every process has a number.
          maxRestarts: 16,
          stableAfter: 1000,
          instanceVariable: { name: 'NODE_APP_INSTANCE', from: 0 },
        },
      ],
    })
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
      stderr: 'error: tuix.config.ts already exists; use --force to replace it\n',
    })
    expect(project.read('tuix.config.ts')).toContain('// mine')
    expect((await ps('import', 'ecosystem.config.cjs', '--out', 'tuix.config.ts', '--force')).code).toBe(0)
    expect(project.read('tuix.config.ts')).not.toContain('// mine')
    expect(await ps('start', '--all')).toMatchObject({ code: 0, stderr: '' })
  })

  it.each([
    [[], 'import needs one file, such as: import ecosystem.config.js'],
    [['a', 'b'], 'import needs one file, such as: import ecosystem.config.js'],
    [['nowhere.json'], 'there is no config file nowhere.json'],
    [['ecosystem.config.cjs', '--out', 'x.ini'], '--out must end in one of .json, .jsonc'],
    [['ecosystem.config.cjs', '--out', 'no/where.json'], 'no/where.json cannot be written: its folder does not exist'],
    [['ecosystem.config.cjs', '--format', 'jsn'], '--format must be one of json, jsonc'],
  ])('%j is refused in one sentence', async (args, sentence) => {
    const refused = await ps('import', ...args)
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr.startsWith(`error: ${sentence}`)).toBe(true)
    expect(refused.stderr.trim().split('\n')).toHaveLength(1)
  })
})

describe('init', () => {
  it('writes a first config from existing files, but no second one without --force', async () => {
    project.write('Procfile', 'web: sleep 600\n')
    const dry = await ps('init', '--dry-run', '--format', 'yaml')
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringMatching(/^# From Procfile\.\n/), stderr: '' })
    expect(await ps('init')).toEqual(
      expect.objectContaining({
        code: 0,
        stdout: 'tuix.config.ts: web (taken from Procfile)\n',
        stderr: 'Next: check tuix.config.ts, then run: tuix-ps start --all\n',
      }),
    )
    expect(await ps('init', '--format', 'json')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'error: tuix.config.ts already exists; use --force to write anyway, or --dry-run to see the result\n',
    })
    const forced = await ps('init', '--format', 'json', '--force')
    expect(forced).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('warning: tuix.config.ts exists as well'),
    })
    expect(await ps('start', 'web')).toMatchObject({ code: 0, stderr: '' })
    expect((await ps('status', 'web', '--json')).json().config.origin).toMatch(/^tuix\.config\.ts: /)
  })

  it('writes an example in an empty folder', async () => {
    expect((await ps('init', '--json', '--format', 'toml')).json()).toMatchObject({
      file: 'processes.toml',
      source: null,
      names: ['web'],
    })
    expect(project.read('processes.toml')).toContain('command = "node server.js"')
  })

  it('does not wait for long for a FIFO, neither to read from it nor to write to it', async () => {
    for (const name of ['Procfile', 'tuix.config.ts', 'AGENTS.md']) execFileSync('mkfifo', [project.file(name)])
    const { code, stderr } = await ps('init', '--force')
    expect(code).toBe(1)
    expect(stderr).toBe(
      'error: tuix.config.ts cannot be written: it is a FIFO or a socket, and nobody is at its other end\n',
    )
    const { stderr: notes } = await ps('init', '--dry-run')
    expect(notes).toContain(
      'warning: Procfile: cannot be read: it is a FIFO, and nobody wrote to it within 5 s; the file was skipped\n',
    )
    expect(await ps('agents', 'init')).toMatchObject({ code: 2, stderr: 'error: AGENTS.md is not a file\n' })
  })
})
