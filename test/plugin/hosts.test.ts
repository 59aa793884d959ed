import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { commands } from '../../commands/cli/catalog.ts'
import { mountPlugins, ProcessManagerPlugin } from '../../plugin/index.ts'
import type { Command } from '../../src/index.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'

const NAMES = commands.map(({ name }) => name)

/**
 * Stand-ins for the kinds of hosts that there are, each reduced to what it does with a plugin. They run the commands in a
 * folder of their own, in which nothing was ever started, so that `list --json` prints an empty array.
 */
let folder: TempFolder
let output: { stdout: string; stderr: string }
const { argv, exitCode } = process

beforeEach(() => {
  folder = tempFolder()
  writeFileSync(join(folder.path, 'processes.json'), '[{ "name": "web", "command": "node" }]')
  output = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      output[stream] += text
      return true
    })
  }
})

afterEach(() => {
  vi.restoreAllMocks()
  process.argv = argv
  // Bun keeps the last exit code when it is given `undefined`.
  process.exitCode = exitCode ?? 0
  folder.remove()
})

const plugin = (more = {}) =>
  ProcessManagerPlugin({
    tuixDir: join(folder.path, '.tuix'),
    configFile: join(folder.path, 'processes.json'),
    ...more,
  })

function commandAt(commands: Record<string, Command>, ...path: string[]): Command {
  let found: Command | undefined
  for (const name of path) found = (found?.commands ?? commands)[name]
  if (!found) throw new Error(`no command ${path.join(' ')}`)
  return found
}

describe('a registry of plugins', () => {
  it('finds name, semver version and description, and can stringify the plugin', () => {
    const { metadata } = plugin()
    expect(metadata.name).toMatch(/^[a-z0-9-]+$/)
    expect(metadata.version).toMatch(/^\d+\.\d+\.\d+/)
    expect(metadata.description.length).toBeGreaterThan(10)

    const text = JSON.parse(JSON.stringify(plugin()))
    expect(Object.keys(text)).toEqual(['metadata', 'commands'])
    expect(Object.keys(text.commands.ps.commands)).toEqual(NAMES)
    expect(text.commands.ps.commands.start.options.group.description).toBe('Every process in this group')
  })

  it('finds no hook to call at the start', () => {
    for (const hook of ['install', 'init', 'setup']) expect(plugin()).not.toHaveProperty(hook)
  })

  it('finds cliConfig only if it is requested', () => {
    expect(plugin()).not.toHaveProperty('cliConfig')
    const { cliConfig, commands } = plugin({ cliConfig: true })
    expect(cliConfig).toEqual({ commands })
  })
})

describe('a host with a table of commands', () => {
  it('finds no declared arguments, which it would count, but the names in the descriptions', () => {
    const { logs, list } = commandAt(plugin().commands, 'ps').commands ?? {}
    expect(logs).toMatchObject({ args: {}, description: expect.stringMatching(/: ps logs \[name…\] \[options\]$/) })
    expect(list).toMatchObject({ args: {}, description: 'List all processes: ps list [options]' })
  })

  it('does not mistake a handler for a lazy loader', () => {
    const { ps } = plugin().commands
    const handlers = [ps, ...Object.values(ps?.commands ?? {})].map((command) => command?.handler)
    expect(handlers).toHaveLength(1 + NAMES.length)
    for (const handler of handlers) expect(handler).toHaveLength(1)
  })

  it('may pass raw tokens in args', async () => {
    const { handler } = commandAt(plugin().commands, 'ps', 'list')
    expect(await handler?.({ command: 'ps list', args: ['--json'], options: { json: true } })).toBeUndefined()
    expect(output).toEqual({ stdout: '[]\n', stderr: '' })
  })

  it('may have parsed them wrongly, and keep the raw ones in _raw', async () => {
    const { handler } = commandAt(plugin().commands, 'ps', 'logs')
    const raw = { command: 'ps logs', args: ['--lines', '5', 'web'], options: {} }
    expect(await handler?.({ name: '--lines', lines: 'web', _raw: raw })).toBeUndefined()
    expect(output).toEqual({ stdout: '', stderr: 'error: no process is named `web`\n' })
    expect(process.exitCode).toBe(4)
  })

  it('may pass nothing at all', async () => {
    process.argv = ['/usr/bin/node', '/app/shop.mjs', '--verbose', 'ps', 'lst']
    const { handler } = commandAt(plugin().commands, 'ps')
    expect(await handler?.(undefined)).toBeUndefined()
    expect(output.stderr).toBe('error: `lst` is not a command; did you mean `list`?\n')
    expect(process.exitCode).toBe(2)
  })

  it('may call ps itself, under another name, for its help', async () => {
    const { commands } = plugin({ name: 'procs' })
    const context = { args: ['--help'], _context: { config: { name: 'shop' } } }
    await commandAt(commands, 'procs').handler?.(context)
    expect(output.stdout).toContain('Usage: shop procs <command> [options]')
  })

  it('may know the parent command by another word for its name', () => {
    expect(Object.keys(plugin({ as: 'pm' }).commands)).toEqual(['pm'])
    expect(Object.keys(plugin({ as: 'pm', name: 'procs' }).commands)).toEqual(['procs'])
  })

  it('may use the schemas of args and options as it would zod 3', () => {
    for (const { args, options } of Object.values(commandAt(plugin().commands, 'ps').commands ?? {})) {
      for (const schema of Object.values({ ...args, ...options })) {
        type Zod3 = Record<'parse' | 'safeParse', (value: unknown) => unknown> & {
          isOptional(): boolean
          unwrap?(): Zod3
          _def: { typeName: string; description: string }
        }
        const outer = schema as Zod3
        expect(outer._def.description).not.toBe('')
        expect(outer.isOptional()).toBe(true)
        expect(outer.parse(undefined)).toBeUndefined()
        expect(outer.safeParse(['x'])).toEqual({ success: true, data: ['x'] })
        let inner = outer
        for (let depth = 0; inner.unwrap && depth < 10; depth++) inner = inner.unwrap()
        expect(inner._def.typeName).toMatch(/^Zod(String|Boolean)$/)
      }
    }
  })
})

describe('mountPlugins', () => {
  it("merges commands, prefers the app's own, and adds a version", () => {
    const own = { description: 'mine' }
    const config = { name: 'shop', plugins: [plugin(), plugin({ name: 'other' })], commands: { other: own } }
    const mounted = mountPlugins(config)
    expect(Object.keys(mounted.commands).sort()).toEqual(['other', 'ps'])
    expect(mounted.commands.other).toBe(own)
    expect(mounted).toMatchObject({ name: 'shop', version: '0.0.0' })
    expect(mountPlugins({ ...config, version: '2.0.0' }).version).toBe('2.0.0')
    expect(Object.keys(config.commands)).toEqual(['other'])
  })

  it('passes the processManager block to the commands', async () => {
    const processManager = { processes: [{ name: 'from-the-block', command: 'node' }] }
    const mounted = mountPlugins({ name: 'shop', processManager, plugins: [plugin()] })
    await commandAt(mounted.commands, 'ps', 'start').handler?.({ args: [] })
    expect(output.stderr).toBe(
      'error: name the processes to start, or use --group <name> or --all; available: web, from-the-block\n',
    )
  })
})

describe('a host that renders JSX', () => {
  interface Element {
    $$typeof: symbol
    type: string
    props: { path: string[]; name: string; handler(): Promise<string>; children: Element[] } & Record<string, unknown>
    key: null
  }
  const face = (more = {}) => plugin(more) as unknown as Element
  /** Registers scopes as they come, then looks for one whose path is all tokens before the first flag. */
  function matching(element: Element): Element | undefined {
    const typed = process.argv.slice(2)
    const flag = typed.findIndex((token) => token.startsWith('-'))
    const path = typed.slice(0, flag === -1 ? undefined : flag).join(' ')
    return element.props.children.find(({ props }) => props.path.join(' ') === path)
  }

  it('sees an element that others do not', () => {
    const element = face()
    expect(element.$$typeof).toBe(Symbol.for('tuix.jsx.element'))
    expect(element.key).toBeNull()
    expect(Object.keys(element)).toEqual(['metadata', 'commands'])
  })

  it('gets one scope per command, parents first, named by the last part of its path', () => {
    process.argv = ['/usr/bin/node', '/app/shop.mjs']
    const scopes = face({ children: [] }).props.children
    expect(scopes.map(({ props }) => props.path)).toEqual([['ps'], ...NAMES.map((name) => ['ps', name])])
    for (const { type, props } of scopes) {
      expect(type).toBe('scope')
      expect(props).toMatchObject({ type: 'command', executable: true, metadata: { interactive: false } })
      expect(props.name).toBe(props.path.at(-1))
    }
  })

  it.each([
    ['ps start web worker --json', ['ps', 'start', 'web', 'worker']],
    ['ps lst', ['ps', 'lst']],
    ['ps list --json', ['ps', 'list']],
  ])('finds `%s` registered from the command line', (line, path) => {
    process.argv = ['/usr/bin/node', '/app/shop.mjs', ...line.split(' ')]
    expect(matching(face())?.props.path).toEqual(path)
  })
})
