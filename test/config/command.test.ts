import { describe, expect, it } from 'vitest'
import { invocation, splitLine } from '../../src/config/command.ts'

describe('invocation', () => {
  const name = 'web'

  it('splits a whole line', () => {
    expect(invocation({ name, command: ' bun  run "my server.ts" --flag=\'a b\' ""' })).toEqual({
      program: 'bun',
      args: ['run', 'my server.ts', '--flag=a b', ''],
    })
  })

  it('starts a shell for a line with shell syntax, or that is said to need one', () => {
    const inShell = (command: string) => ({ program: '/bin/sh', args: ['-c', command] })
    expect(invocation({ name, command: 'a && b' })).toEqual(inShell('a && b'))
    expect(invocation({ name, command: 'echo *', shell: true })).toEqual(inShell('echo *'))
    expect(invocation({ name, command: 'a && b', shell: false })).toEqual({ program: 'a', args: ['&&', 'b'] })
    expect(invocation({ name, command: 'a && b', args: [] })).toEqual({ program: 'a && b', args: [] })
    expect(invocation({ name, command: 'a.py > x', interpreter: 'python3' }).program).toBe('python3')
  })

  it('takes a command with args as it is, blanks and quotes included', () => {
    expect(invocation({ name, command: '/opt/my app/run', args: ['a b', '"c"'] })).toEqual({
      program: '/opt/my app/run',
      args: ['a b', '"c"'],
    })
    expect(invocation({ name, command: "it's", args: [] })).toEqual({ program: "it's", args: [] })
  })

  it('puts the interpreter first', () => {
    expect(invocation({ name, command: 'app.py --fast', interpreter: 'python3' })).toEqual({
      program: 'python3',
      args: ['app.py', '--fast'],
    })
    expect(invocation({ name, command: 'my app.py', args: ['x'], interpreter: '/usr/bin/my python' })).toEqual({
      program: '/usr/bin/my python',
      args: ['my app.py', 'x'],
    })
  })
})

describe('splitLine', () => {
  it('leaves what a shell would expand', () => {
    expect(splitLine('echo $HOME ~ *.ts C:\\bin')).toEqual(['echo', '$HOME', '~', '*.ts', 'C:\\bin'])
  })

  it.each(["echo 'hi", 'node "a', '"\'"\'', ' \t', '""'])('refuses %j', (line) => {
    expect(splitLine(line)).toBeUndefined()
  })
})
