import { describe, expect, it } from 'vitest'
import { commands } from '../../../commands/cli/catalog.ts'
import { parse } from '../../../commands/cli/parse.ts'
import { configOf, freeName, wordsOf } from '../../../commands/run/run-program.ts'

function asked(...argv: string[]) {
  const parsed = parse(['run', ...argv], commands)
  const { name, words } = wordsOf(parsed)
  return { name, ...configOf(words, parsed.flags, '/app') }
}

describe('run', () => {
  it('keeps the program and its arguments as they are, apart from its own name and options', () => {
    expect(asked('--', 'node', 'a.js', '--json', '--env', '7', '--', 'x y')).toEqual({
      name: undefined,
      command: 'node',
      args: ['a.js', '--json', '--env', '7', '--', 'x y'],
      cwd: '/app',
    })
    const options = ['--env', 'A=1', '--env', 'B=x=y', '--port', '3000', '--watch', '--no-autorestart']
    expect(asked('web', ...options, '--group', 'g', '--cwd', 'sub', '--', 'sleep')).toEqual({
      name: 'web',
      command: 'sleep',
      args: [],
      cwd: '/app/sub',
      env: { A: '1', B: 'x=y' },
      group: 'g',
      port: 3000,
      watch: true,
      autorestart: false,
    })
    expect(asked('--port', 'auto', '--', 'node a.js')).toEqual({
      name: undefined,
      command: 'node a.js',
      cwd: '/app',
      port: 'auto',
    })
  })

  it('refuses a wrong command line in one sentence', () => {
    expect(() => asked('sleep', '5')).toThrow('missing -- before the program')
    expect(() => asked('web', '--')).toThrow('missing program after --')
    expect(() => asked('web', 'api', '--', 'sleep', '5')).toThrow('run takes one name before --, but got web api')
    expect(() => asked('--env', 'hunter2', '--', 'x')).toThrow(/^--env must be NAME=VALUE, such as/)
    expect(() => asked('--port', 'x', '--', 'x')).toThrow('--port must be a whole number, not x')
  })

  it('names the process after its program, with a number if that name is taken', () => {
    expect(freeName(['/usr/bin/sleep', '5'], [])).toBe('sleep')
    expect(freeName(['sleep', '5'], ['sleep', 'sleep-2'])).toBe('sleep-3')
    expect(freeName(['./my tool', '5'], [])).toBe('my-tool')
    expect(freeName(['node server.js'], [])).toBe('node')
    expect(freeName(['_'], ['process'])).toBe('process-2')
  })
})
