import { afterEach, describe, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { executable, REPOSITORY } from '../helpers/runtimes.ts'

let project: Project
afterEach(() => project.dispose())

const CONFIG = [
  child('web', 'sleeper'),
  child('worker', 'sleeper'),
  { name: 'bad', command: 'false', autorestart: false },
]
const OPTIONS = `{ tuixDir: '.tuix', configFile: 'processes.json' }`

/** An app of a host with a table of commands; the app has a command of its own. */
const tableApp = (host: string) => `
import { mountPlugins, ProcessManagerPlugin } from 'tuix/process-manager'
import { ${host} } from '${REPOSITORY}/test/fixtures/hosts/table.mjs'
const hello = { description: 'mine', handler: (context) => void console.log('hello') }
await ${host}(mountPlugins({ name: 'shop', plugins: [ProcessManagerPlugin(${OPTIONS})], commands: { hello } }))
`

const jsxApp = (plugin: string) => `
import { ProcessManagerPlugin } from 'tuix/process-manager'
import { jsx, run } from '${REPOSITORY}/test/fixtures/hosts/jsx.mjs'
const hello = jsx('scope', { type: 'command', name: 'hello', path: ['hello'], handler: async () => 'hello' })
await run(jsx('vstack', { children: [hello, ${plugin}] }))
`

const HOSTS: [host: string, app: string][] = [
  ['raw tokens in args', tableApp('args')],
  ['named arguments, and raw tokens in _raw', tableApp('raw')],
  ['lazy handlers', tableApp('lazy')],
  ['a count of words', tableApp('counts')],
  ['three calls with nothing', tableApp('thrice')],
  ['a tree with the plugin as a child', jsxApp(`ProcessManagerPlugin(${OPTIONS})`)],
  ['a tree with the plugin as a component', jsxApp(`jsx(ProcessManagerPlugin, ${OPTIONS})`)],
]

/** An app that has no tuix: the package runs its command line, too. */
const OWN_APP = `
import { defineConfig, ProcessManagerPlugin, runCLI } from 'tuix/process-manager'
const report = { description: 'A long one', handler: () => 'line\\n'.repeat(1_000_000) }
await runCLI(defineConfig({ name: 'shop', plugins: [ProcessManagerPlugin(${OPTIONS})], commands: { report } }))
`

/** What is typed, the exit code, and what stdout or stderr has to have in it. */
const LINES: [line: string, code: number, said: RegExp][] = [
  ['hello', 0, /hello/],
  ['ps start web --json', 0, /"message": "started"/],
  ['ps start bad', 1, /bad.*exited with/],
  ['ps --json list', 0, /"name": "web"/],
  ['ps logs --lines 5 web', 0, /started with pid/],
  ['ps logs web -n 5 --json', 0, /"source":"system"/],
  ['ps status web', 0, /web {2}running/],
  ['ps status nothing', 4, /nothing/],
  ['ps restart web --no-wait --json', 0, /restart/],
  ['ps stop --all', 0, /web: stopped/],
  ['ps strat web', 2, /did you mean/],
  ['ps --help', 0, /Usage: \S+ ps <command>/],
]

/** Lines with several words, and with some behind `--`. */
const WORDS: typeof LINES = [
  ['ps start web worker --no-wait', 0, /worker: /],
  ['ps logs -n 2 web worker', 0, /worker \| /],
  ['ps wait web worker', 0, /web[\s\S]*worker/],
  ['ps signal web worker SIGWINCH', 0, /web[\s\S]*worker/],
  ['ps run job -- sleep 1000', 0, /job: started/],
  ['ps run follows -- sleep 1000 -f --watch', 1, /sleep/],
]

describe('a host with', () => {
  it.each(HOSTS)('%s runs the commands, fails as they fail, and ends by itself', async (_, source) => {
    project = tempProject({ config: CONFIG })
    project.install()
    const app = project.write('app.mjs', source)
    const counts = source.includes('counts') || source.includes('jsx(ProcessManagerPlugin')
    for (const [line, code, said] of counts ? [...LINES, ...WORDS] : LINES) {
      const finished = await project.run([app, ...line.split(' ')]).finished
      const shown = { line, code: finished.code, text: finished.stdout + finished.stderr }
      expect(shown).toEqual({ line, code, text: expect.stringMatching(said) })
      expect(shown.text).not.toMatch(/UNEXPECTED/)
    }
  })
})

describe('a tree', () => {
  const HELLO = `jsx('scope', { type: 'command', name: 'hello', path: ['hello'], handler: async () => 'hello' })`
  const DEV = `jsx('scope', { type: 'plugin', name: 'dev', path: ['dev'] })`

  /** An app that is a tree of this alone. */
  function treeApp(content: string): (line: string) => Promise<string> {
    project = tempProject({ config: CONFIG })
    project.install()
    const app = project.write(
      'app.mjs',
      `import { ProcessManagerPlugin } from 'tuix/process-manager'
import { jsx, run } from '${REPOSITORY}/test/fixtures/hosts/jsx.mjs'
await run(jsx('vstack', { children: [${content}] }))`,
    )
    return async (line) => {
      const { stdout, stderr } = await project.run([app, ...line.split(' ')]).finished
      return stdout + stderr
    }
  }

  it('keeps the commands that the component has between its tags, and gives it another name', async () => {
    const props = `{ tuixDir: '.tuix', configFile: 'processes.json', as: 'pm', program: 'store', children: [${HELLO}] }`
    const app = treeApp(`jsx(ProcessManagerPlugin, ${props})`)
    expect(await app('hello')).toContain('hello')
    expect(await app('pm list')).toContain('start those in the config with: store pm start --all')
    expect(await app('ps list')).toContain('no command ps list')
  })

  it('may have the commands under another one', async () => {
    const app = treeApp(`${DEV}, ProcessManagerPlugin({ under: 'dev', configFile: 'processes.json' })`)
    expect(await app('dev ps start web worker --json')).toContain('"name": "worker"')
    expect(JSON.parse(await app('dev ps list --json'))).toHaveLength(CONFIG.length)
    expect(await app('ps list')).toContain('no command ps list')
  })
})

describe('when the reader of its output is gone', () => {
  const follow = 'ps logs -f --out -n 1 web'
  /** A command line that is read up to its third line, and then says how it ended. */
  const read = (program: string, line: string) => `{ ${program} ${line}; echo "rc $?" >&2; } | head -n 3`
  const counting = [child('web', 'counter', { args: ['50'] })]
  const shell = (line: string) => project.run(['-c', line], { program: '/bin/sh' }).finished

  it.each([...HOSTS, ['no tuix', OWN_APP] as const])('a follow in a host with %s ends quietly', async (_, source) => {
    project = tempProject({ config: counting })
    project.install()
    project.write('app.mjs', source)
    await project.ps('start', 'web')
    const { stdout, stderr } = await shell(read(`${executable()} app.mjs`, follow))
    expect(stdout.trim().split('\n')).toHaveLength(3)
    expect(stderr).toBe('rc 130\n')
  })

  it('a follow of the command itself ends quietly', async () => {
    project = tempProject({ config: counting })
    await project.ps('start', 'web')
    const { stderr } = await shell(read(`${executable()} ${REPOSITORY}/dist/tuix-ps.js`, follow.slice(3)))
    expect(stderr).toBe('rc 130\n')
  })

  it("a command of the app's own ends quietly", async () => {
    project = tempProject()
    project.install()
    project.write('app.mjs', OWN_APP)
    expect((await shell(read(`${executable()} app.mjs`, 'report'))).stderr).toBe('rc 0\n')
  })
})

describe('an output that cannot be written', () => {
  it.each([
    ['the command itself', null],
    ['a host with a table of commands', tableApp('args')],
    ['an app that has no tuix', OWN_APP],
    ['a host that owns the screen', jsxApp(`ProcessManagerPlugin(${OPTIONS})`)],
  ])('makes %s fail with one sentence', async (_, source) => {
    project = tempProject({ config: [child('web', 'sleeper')] })
    project.install()
    await project.ps('start', 'web')
    const app = source === null ? `${REPOSITORY}/dist/tuix-ps.js` : `${project.write('app.mjs', source)} ps`
    const line = `${executable()} ${app} list > /dev/full; echo "rc $?"`
    const { stdout, stderr } = await project.run(['-c', line], { program: '/bin/sh' }).finished
    expect(stdout).toBe('rc 1\n')
    expect(stderr).toMatch(/^error: no space left on the disk\n$/)
  })
})
