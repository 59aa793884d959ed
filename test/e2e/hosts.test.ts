import { afterEach, describe, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'

let project: Project
afterEach(() => project.dispose())

const CONFIG = [child('web', 'sleeper'), { name: 'bad', command: 'false', autorestart: false }]
const OPTIONS = `{ tuixDir: '.tuix', configFile: 'processes.json' }`

/** An app of a host with a table of commands; it has one of its own. */
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
  ['three calls with nothing', tableApp('thrice')],
  ['a tree with the plugin as a child', jsxApp(`ProcessManagerPlugin(${OPTIONS})`)],
  ['a tree with the plugin as a component', jsxApp(`jsx(ProcessManagerPlugin, ${OPTIONS})`)],
]

/** What is typed, the exit code, and what stdout or stderr has to have in it. */
const LINES: [line: string, code: number, said: RegExp][] = [
  ['hello', 0, /^hello/],
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

describe('a host with', () => {
  it.each(HOSTS)('%s runs the commands, fails as they fail, and ends by itself', async (_, source) => {
    project = tempProject({ config: CONFIG })
    project.install()
    const app = project.write('app.mjs', source)
    for (const [line, code, said] of LINES) {
      const finished = await project.run([app, ...line.split(' ')]).finished
      const shown = { line, code: finished.code, text: finished.stdout + finished.stderr }
      expect(shown).toEqual({ line, code, text: expect.stringMatching(said) })
      expect(shown.text).not.toMatch(/UNEXPECTED/)
    }
  })
})
