import { describe, expect, it } from 'vitest'
import { ProcessManagerPlugin } from '../../plugin/index.ts'
import { dispatch } from '../../src/host/dispatch.ts'
import { defineConfig } from '../../src/index.ts'

const seen: unknown[] = []
const app = defineConfig({
  name: 'shop',
  version: '1.2.3',
  description: 'Sells things',
  plugins: [ProcessManagerPlugin()],
  commands: {
    hello: {
      description: 'Greets',
      aliases: ['hi'],
      args: { who: { description: 'Whom to greet' } },
      options: { loud: { _def: { typeName: 'ZodBoolean', description: 'Shout' } }, times: {} },
      handler: (context) => {
        seen.push(context)
        return 'hello'
      },
    },
    db: { description: 'Database', commands: { seed: { handler: () => 'seeded' } } },
    broken: {
      hidden: true,
      handler: () => {
        throw new Error('the cable is out')
      },
    },
  },
})

async function shop(line: string, debug = false) {
  const result = { code: -1, out: '', err: '' }
  result.code = await dispatch(app, line.split(' ').filter(Boolean), {
    program: 'shop',
    debug,
    print: (text) => {
      result.out += text
    },
    printError: (text) => {
      result.err += text
    },
  })
  return result
}

describe('runCLI', () => {
  it('lists all commands, including those of plugins', async () => {
    const help = await shop('--help')
    expect(help).toMatchObject({ code: 0, err: '' })
    expect(help.out).toContain('Usage: shop <command> [options]\n\nSells things\n')
    expect(help.out).toMatch(/^ {2}ps +Start, stop and watch the processes of this project$/m)
    expect(help.out).toMatch(/^ {2}hello, hi +Greets$/m)
    expect(help.out).not.toContain('broken')
    expect(await shop('')).toEqual(help)
  })

  it('shows the help of a command', async () => {
    const { out } = await shop('hi --help')
    expect(out).toContain('Usage: shop hello [who] [options]')
    expect(out).toMatch(/^ {2}who +Whom to greet$/m)
    expect(out).toMatch(/^ {2}--loud +Shout$/m)
    expect((await shop('db')).out).toMatch(/^ {2}seed$/m)
  })

  it('prints the version of the app', async () => {
    expect(await shop('--version')).toEqual({ code: 0, out: '1.2.3', err: '' })
    expect(await shop('-v')).toEqual({ code: 0, out: '1.2.3', err: '' })
  })

  it('calls the handler with the raw tokens and the flags', async () => {
    expect(await shop('hi --loud Bob --times 3')).toEqual({ code: 0, out: 'hello', err: '' })
    const raw = { command: 'hello', args: ['--loud', 'Bob', '--times', '3'], options: { loud: true, times: 3 } }
    expect(seen.at(-1)).toEqual({ ...raw, _raw: raw, _context: { config: app } })
  })

  it('finds nested commands', async () => {
    expect(await shop('db seed')).toEqual({ code: 0, out: 'seeded', err: '' })
  })

  it('rejects unknown commands in one sentence', async () => {
    expect(await shop('helo')).toEqual({
      code: 2,
      out: '',
      err: 'error: `helo` is not a command; did you mean `hello`?',
    })
    expect(await shop('db drop')).toEqual({
      code: 2,
      out: '',
      err: 'error: `drop` is not a command; see shop db --help',
    })
  })

  it('prints the error of a handler in one sentence, and its stack only on request', async () => {
    expect(await shop('broken')).toEqual({ code: 1, out: '', err: 'error: the cable is out' })
    expect((await shop('broken', true)).err).toMatch(/the cable is out\n {4}at /)
  })
})
