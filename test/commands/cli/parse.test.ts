import { describe, expect, it } from 'vitest'
import { commands } from '../../../commands/cli/catalog.ts'
import { parse } from '../../../commands/cli/parse.ts'
import { ProcessManagerError } from '../../../src/index.ts'

function parsed(...argv: string[]) {
  const { command, word, names, flags } = parse(argv, commands)
  return { command: command?.name, word, names, flags }
}

function usageError(...argv: string[]): string {
  try {
    parse(argv, commands)
  } catch (error) {
    if (error instanceof ProcessManagerError && error.code === 'usage') return error.message
    throw error
  }
  throw new Error(`${argv.join(' ')} is accepted`)
}

describe('the command line', () => {
  it('accepts flags before and after the command and the names', () => {
    const expected = {
      command: 'logs',
      word: 'logs',
      names: ['web', 'api'],
      flags: { lines: '5', follow: true, json: true },
    }
    expect(parsed('logs', 'web', 'api', '-n', '5', '-f', '--json')).toEqual(expected)
    expect(parsed('--json', 'logs', '--lines=5', 'web', '--follow', 'api')).toEqual(expected)
    expect(parsed('-fn', '5', 'logs', 'web', '--json', 'api')).toEqual(expected)
    expect(parsed('logs', '-n5', '--json', 'web', '-f', 'api')).toEqual(expected)
  })

  it('does not take a name for the value of a switch of several words', () => {
    for (const argv of [
      ['start', '--dry-run', 'web'],
      ['start', 'web', '--dry-run'],
      ['--dry-run', 'start', 'web'],
    ])
      expect(parsed(...argv)).toMatchObject({ names: ['web'], flags: { dryRun: true } })
    expect(parsed('logs', '--ignore-case', 'web')).toMatchObject({ names: ['web'], flags: { ignoreCase: true } })
    expect(usageError('start', '--dry-run=web')).toBe('--dry-run takes no value')
  })

  it('knows the flags of logs', () => {
    const { names, flags } = parsed(
      'logs',
      '-t',
      '--tail',
      '5',
      '-C',
      '5s',
      '-ig',
      'time ?out',
      '--err',
      'web',
      '--since=10m',
    )
    expect(names).toEqual(['web'])
    expect(flags).toEqual({
      timestamps: true,
      lines: '5',
      context: '5s',
      ignoreCase: true,
      grep: 'time ?out',
      err: true,
      since: '10m',
    })
  })

  it('leaves NAME=VALUE words alone', () => {
    expect(parsed('scale', 'web=4', '--no-wait')).toMatchObject({ names: ['web=4'], flags: { wait: false } })
  })

  it('knows commands by their aliases', () => {
    expect(parsed('ls').command).toBe('list')
    expect(parsed('--config', 'list', 'show', 'web')).toEqual({
      command: 'status',
      word: 'status',
      names: ['web'],
      flags: { config: 'list' },
    })
  })

  it('keeps names and values as typed, even if they look like numbers', () => {
    expect(parsed('start', '--json', '007', '1e3', 'true', '--group', '0x10')).toEqual({
      command: 'start',
      word: 'start',
      names: ['007', '1e3', 'true'],
      flags: { json: true, group: '0x10' },
    })
  })

  it('treats everything after -- as names', () => {
    expect(parsed('stop', '--json', '--', '--all', '7').names).toEqual(['--all', '7'])
    expect(parsed('stop', '--', '--all').flags).toEqual({})
  })

  it('collects the values of repeatable options in a list', () => {
    expect(parsed('events', '--type', 'crash', '--type=error').flags).toEqual({ type: ['crash', 'error'] })
    expect(parsed('events', '--type', 'crash').flags).toEqual({ type: ['crash'] })
    expect(usageError('events', '--type', 'crash', '--type')).toBe('--type needs a value')
  })

  it('distinguishes a switch that was not given from one that is on or off', () => {
    expect(parsed('list').flags).toEqual({})
    expect(parsed('list', '--no-color').flags).toEqual({ color: false })
    expect(parsed('list', '--no-color', '--color').flags).toEqual({ color: true })
    expect(parsed('list', '--color=never').flags).toEqual({ color: false })
    expect(parsed('--color=always', 'list').flags).toEqual({ color: true })
    expect(parsed('list', '--color=auto').flags).toEqual({})
    expect(parsed('start', '--no-wait').flags).toEqual({ wait: false })
  })

  it('returns the first word if it is not a command', () => {
    expect(parsed('lst', 'x', '--json')).toEqual({
      command: undefined,
      word: 'lst',
      names: ['x'],
      flags: { json: true },
    })
    expect(parsed()).toEqual({ command: undefined, word: undefined, names: [], flags: {} })
  })

  it('refuses unknown options and wrong values in one sentence', () => {
    expect(usageError('list', '--jsn')).toBe('`--jsn` is not an option of list; did you mean `--json`?')
    expect(usageError('start', '--no-wiat')).toBe('`--no-wiat` is not an option of start; did you mean `--no-wait`?')
    expect(usageError('list', '-x')).toBe('`-x` is not an option of list; see tuix-ps list --help')
    expect(usageError('list', '--follow')).toBe(
      '`--follow` is not an option of list, but of events, logs; see tuix-ps list --help',
    )
    expect(usageError('start', '--group')).toBe('--group needs a value')
    expect(usageError('start', '--group=')).toBe('--group needs a value')
    expect(usageError('start', '--group', 'a', '--group', 'b')).toBe('--group is given more than once')
    expect(usageError('list', '--color=of')).toBe('--color must be one of always, never, auto, not of')
    expect(usageError('list', '--json=yes')).toBe('--json takes no value')
  })
})
