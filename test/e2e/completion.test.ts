import { spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { invoke } from '../helpers/invocation.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'

const PROCESSES = [
  { name: 'web', command: 'sleep 600', group: 'front' },
  { name: 'worker', command: 'sleep 600', group: 'back' },
]

let project: Project
beforeEach(() => {
  project = tempProject({ config: { processes: PROCESSES }, files: { 'more.json': '[]' } })
  const entry = JSON.stringify(join(REPOSITORY, 'dist/tuix-ps.js'))
  for (const [name, skip] of Object.entries({ 'tuix-ps': '', myapp: 'shift;' })) {
    const shim = project.write(name, `#!/bin/sh\n${skip} exec "${process.execPath}" ${entry} "$@"\n`)
    chmodSync(shim, 0o755)
  }
})
afterEach(() => project.dispose())

async function script(shell: string, program = 'tuix-ps'): Promise<string> {
  const { code, stdout } = await invoke(['completion', shell], { program, cwd: project.path })
  expect(code).toBe(0)
  return stdout
}

/** What bash offers for a line, split as bash splits it; the last word is the one that is completed. */
function offered(source: string, words: string[], name = '_tuix_ps'): string[] {
  const quoted = words.map((word) => `'${word}'`).join(' ')
  const line = `compopt() { :; }\n${source}\nCOMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}\n${name}\nprintf '%s\\n' "\${COMPREPLY[@]}"`
  // Where its stdin is a socket, bash takes itself for a remote shell and reads the startup files of one.
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-u', '-c', line], {
    cwd: project.path,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${project.path}:${process.env.PATH}` },
  })
  expect([stderr, status]).toEqual(['', 0])
  return stdout.split('\n').filter(Boolean)
}

describe('completion in bash', () => {
  it('offers commands, options, names, groups, values and files', async () => {
    const source = await script('bash')
    const offer = (...words: string[]) => offered(source, ['tuix-ps', ...words])
    expect(offer('')).toEqual(expect.arrayContaining(['list', 'ls', 'start', 'completion']))
    expect(offer('sta')).toEqual(['status', 'start'])
    expect(offer('start', 'w')).toEqual(['web', 'worker'])
    expect(offer('start', 'web', 'wo')).toEqual(['worker'])
    expect(offer('--config', 'more.json', 'start', '')).toEqual(['web', 'worker'])
    expect(offer('start', '--g')).toEqual(['--group'])
    expect(offer('list', '--')).toEqual(expect.arrayContaining(['--json', '--config']))
    expect(offer('list', '--')).not.toContain('--group')
    expect(offer('stop', '--group', '')).toEqual(['front', 'back'])
    // bash makes three words of --group=f.
    expect(offer('stop', '--group', '=', 'f')).toEqual(['front'])
    expect(offer('stop', '--group', '=')).toEqual(['front', 'back'])
    expect(offer('signal', 'we')).toEqual(['web'])
    expect(offer('signal', 'web', 'SIGU')).toEqual(['SIGUSR1', 'SIGUSR2'])
    expect(offer('scale', 'we')).toEqual(['web='])
    expect(offer('logs', '--level', 'w')).toEqual(['warn'])
    expect(offer('logs', '--since', '')).toEqual([])
    expect(offer('list', '--config', 'mo')).toEqual(['more.json'])
    expect(offer('completion', '')).toEqual(['bash', 'zsh', 'fish'])
    expect(offer('list', '')).toEqual([])
  })

  it('works for a program that mounts the commands, and leaves its other commands alone', async () => {
    const source = await script('bash', 'myapp ps')
    const offer = (...words: string[]) => offered(source, ['myapp', ...words], '_myapp_ps')
    expect(offer('ps', 'sta')).toEqual(['status', 'start'])
    expect(offer('ps', 'stop', 'wo')).toEqual(['worker'])
    expect(offer('serve', 'sta')).toEqual([])
    expect(offer('')).toEqual([])
  })
})

describe.each(['bash', 'zsh', 'fish'])('the script for %s', (shell) => {
  const isInstalled = spawnSync(shell, ['-c', 'true']).status === 0
  it.skipIf(!isInstalled)('is accepted by that shell (skipped if it is not installed)', async () => {
    for (const program of ['tuix-ps', 'myapp ps']) {
      const file = project.write('script', await script(shell, program))
      const { status, stderr } = spawnSync(shell, ['-n', file], { encoding: 'utf8' })
      expect([stderr, status]).toEqual(['', 0])
    }
  })
})

it('refuses other shells, and prints no names and no errors for a broken config', async () => {
  expect(await invoke(['completion', 'tcsh'])).toMatchObject({
    code: 2,
    stderr: 'error: completion tcsh is not a command; available: bash, zsh, fish\n',
  })
  project.write('processes.json', '[')
  expect(await project.ps('completion', 'names')).toMatchObject({ code: 0, stdout: '', stderr: '' })
})
