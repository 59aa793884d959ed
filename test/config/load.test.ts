import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import type { LocateOptions } from '../../src/config/locate.ts'
import { configFolder } from './folder.ts'

let folder: ReturnType<typeof configFolder>
beforeEach(() => {
  folder = configFolder()
})
afterEach(() => folder.remove())
const write = (file: string, content: unknown) => folder.write(file, content)
const at = (...names: string[]) => folder.at(...names)
const load = (options?: Partial<LocateOptions>) => folder.load(options)

describe('loadConfig', () => {
  it('succeeds without a config', async () => {
    expect(await load()).toEqual({
      file: null,
      files: [],
      folder: folder.path,
      tuixDir: at('.tuix'),
      profile: null,
      web: null,
      proxy: false,
      alerts: [],
      targets: {},
      processes: [],
      envFiles: {},
      origins: {},
      defaults: {},
    })
  })

  it('reads processes.json and makes its paths absolute', async () => {
    const web = {
      name: 'web',
      command: 'bun',
      args: ['server.ts'],
      cwd: 'api',
      logFile: 'web.log',
      env: { PORT: '3000' },
    }
    write('processes.json', {
      $schema: './schema.json',
      tuixDir: 'state',
      maxRestarts: 5,
      autoRestart: 'on-failure',
      processes: [web],
    })
    expect(await load()).toEqual({
      file: at('processes.json'),
      files: [at('processes.json')],
      folder: folder.path,
      tuixDir: at('state'),
      profile: null,
      web: null,
      proxy: false,
      alerts: [],
      targets: {},
      processes: [{ ...web, cwd: at('api'), logFile: at('web.log') }],
      envFiles: {},
      origins: { web: 'processes.json: processes[0]' },
      defaults: { maxRestarts: 5, autoRestart: 'on-failure' },
    })
  })

  it('names the env files of each process, also those that several have', async () => {
    write('a.env', 'A=1')
    write('b.env', 'B=2')
    const command = 'bun'
    write('processes.json', {
      processes: {
        one: { command, envFile: ['a.env', 'b.env'] },
        two: { command, envFile: 'a.env' },
        three: { command },
      },
    })
    const { envFiles, files } = await load()
    expect(envFiles).toEqual({ one: [at('a.env'), at('b.env')], two: [at('a.env')] })
    expect(files).toEqual([at('processes.json'), at('a.env'), at('b.env')])
  })

  it.each(['tuix.config.json', 'tuix.config.yaml'])(
    'tells of processes in %s that are beside their place',
    async (file) => {
      write(file, { processes: { web: { command: 'bun' } } })
      write('processes.json', [])
      const notes = (await load({ file: at(file) })).notes
      expect(notes).toEqual(['its `processes` are not read, since they belong under `processManager`'])
      write(file, { processes: {}, processManager: { processes: { web: { command: 'bun' } } } })
      expect(await load({ file: at(file) })).not.toHaveProperty('notes')
    },
  )

  it.each(['processes.json', 'processes.yaml'])('ignores the byte order mark of %s', async (file) => {
    write(file, '\uFEFF[{ "name": "web", "command": "bun" }]')
    expect((await load()).processes).toMatchObject([{ name: 'web' }])
  })

  it('reads a bare list', async () => {
    write('processes.json', [{ name: 'web', command: 'bun' }])
    expect(await load()).toMatchObject({ processes: [{ name: 'web' }], origins: { web: 'processes.json: [0]' } })
  })

  it('reads the processManager block of a TypeScript config, regular expressions included', async () => {
    write('ready.ts', 'export const ready: RegExp = /Ready/i')
    write(
      'tuix.config.ts',
      `import { ready } from './ready.ts'
      interface App { name: string }
      const app: App = { name: 'myapp' }
      export default { ...app, processManager: { tuixDir: '.state', processes: [
        { name: 'web', command: 'bun run server.ts', healthCheck: { type: 'output', outputPattern: ready } },
      ] } }`,
    )
    const config = await load()
    expect(config).toMatchObject({
      file: at('tuix.config.ts'),
      tuixDir: at('.state'),
      origins: { web: 'tuix.config.ts: processManager.processes[0]' },
    })
    expect(config.processes[0]?.healthCheck?.outputPattern).toEqual(/Ready/i)
  })

  const app = '{ processManager: { processes: [{ name: "web", command: "bun" }] } }'
  it.each([
    ['tuix.config.js', `export default ${app}`],
    ['tuix.config.mjs', `export default () => (${app})`],
    ['tuix.config.cjs', `module.exports = ${app}`],
    ['tuix.config.json', { processManager: { processes: [{ name: 'web', command: 'bun' }] } }],
    ['tuix.config.jsonc', '{ // the app\n "processManager": { "processes": [{ "name": "web", "command": "bun" },] } }'],
    ['tuix.config.yaml', 'processManager:\n  processes:\n    - name: web\n      command: bun\n'],
    ['tuix.config.yml', 'processManager: { processes: [{ name: web, command: bun }] }'],
    ['tuix.config.toml', '[[processManager.processes]]\nname = "web"\ncommand = "bun"\n'],
    ['processes.jsonc', '[{ "name": "web", /* the runtime */ "command": "bun" }]'],
    ['processes.yaml', '- name: web\n  command: bun\n'],
    ['processes.yml', 'processes:\n  - { name: web, command: bun }\n'],
    ['processes.toml', 'maxRestarts = 2\n[[processes]]\nname = "web"\ncommand = "bun"\n'],
    ['package.json', { name: 'app', processManager: { processes: [{ name: 'web', command: 'bun' }] } }],
  ])('reads %s', async (file, content) => {
    write(file, content)
    const { processes, file: read } = await load()
    expect([read, processes.map(({ name }) => name)]).toEqual([at(file), ['web']])
  })

  it('prefers the processes of tuix.config to those of processes.json', async () => {
    write('processes.json', [{ name: 'other', command: 'bun' }])
    write('tuix.config.json', { processManager: { processes: [{ name: 'web', command: 'bun' }] } })
    expect((await load()).processes).toMatchObject([{ name: 'web' }])
  })

  it('takes processes from processes.json if tuix.config has none, and the rest from both', async () => {
    write('processes.json', { maxRestarts: 1, processes: [{ name: 'other', command: 'bun' }] })
    write('tuix.config.json', { name: 'myapp', processManager: { tuixDir: 'state', maxRestarts: 2, restartDelay: 3 } })
    expect(await load()).toMatchObject({
      file: at('processes.json'),
      tuixDir: at('state'),
      processes: [{ name: 'other' }],
      defaults: { maxRestarts: 1, restartDelay: 3 },
    })
  })

  it('uses package.json last', async () => {
    write('package.json', { processManager: { restartDelay: 1, processes: [{ name: 'other', command: 'bun' }] } })
    expect((await load()).processes).toMatchObject([{ name: 'other' }])
    write('processes.yaml', 'restartDelay: 2\n')
    expect(await load()).toMatchObject({
      file: at('package.json'),
      files: [at('processes.yaml'), at('package.json')],
      defaults: { restartDelay: 1 },
    })
    write('processes.yaml', '[{ name: web, command: bun }]')
    expect(await load()).toMatchObject({ files: [at('processes.yaml')], processes: [{ name: 'web' }] })
  })

  it('finds a config in a folder above, and resolves paths from there', async () => {
    write('processes.yaml', '[{ name: web, command: bun, cwd: api }]')
    write('packages/api/package.json', { name: 'api', description: 'has no "processManager"' })
    expect(await loadConfig({ cwd: at('packages', 'api') })).toMatchObject({
      file: at('processes.yaml'),
      folder: folder.path,
      tuixDir: at('.tuix'),
      processes: [{ name: 'web', cwd: at('api') }],
      origins: { web: `${at('processes.yaml')}: [0]` },
    })
  })

  it('reads only the named file, and resolves paths from its folder', async () => {
    write('processes.json', [{ name: 'other', command: 'bun' }])
    write('ops/apps.ts', 'export default [{ name: "web" as string, command: "bun", cwd: ".." }]')
    expect(await load({ file: 'ops/apps.ts' })).toMatchObject({
      file: at('ops/apps.ts'),
      folder: at('ops'),
      tuixDir: at('ops', '.tuix'),
      processes: [{ name: 'web', cwd: folder.path }],
      origins: { web: 'ops/apps.ts: [0]' },
    })
  })

  it("prefers the caller's tuixDir, relative to the caller's folder", async () => {
    write('ops/processes.json', { tuixDir: 'state', processes: [] })
    expect((await load({ file: 'ops/processes.json', tuixDir: 'mine' })).tuixDir).toBe(at('mine'))
  })

  it('reads a changed file again', async () => {
    const version = (name: string) =>
      `export default { processManager: { processes: [{ name: '${name}', command: 'bun' }] } }`
    write('tuix.config.ts', version('one'))
    expect((await load()).processes).toMatchObject([{ name: 'one' }])
    write('tuix.config.ts', version('two'))
    expect((await load()).processes).toMatchObject([{ name: 'two' }])
  })
})

describe('loadConfig rejects', () => {
  const refused = (message: string | RegExp, options: { file?: string } = {}) =>
    expect(load(options)).rejects.toMatchObject({
      code: 'config',
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    })

  it('a missing file', () => refused('there is no config file apps.json', { file: 'apps.json' }))

  it('a file outside the folder, by its absolute path', () =>
    refused(`there is no config file ${join(dirname(folder.path), 'no.ts')}`, { file: '../no.ts' }))

  it('an unknown kind of file', () =>
    refused(
      'apps.ini: the name of a config file must end in .json, .jsonc, .yaml, .yml, .toml, .ts, .mts, .cts, .js, .mjs or .cjs',
      {
        file: 'apps.ini',
      },
    ))

  it('a folder', async () => {
    mkdirSync(at('apps.json'))
    await refused('apps.json: cannot be read: it is a folder', { file: 'apps.json' })
  })

  it('a file that is not JSON', async () => {
    write('processes.json', '[\n  { "name": "web", }\n]')
    await refused(
      'processes.json: not JSON at line 2, column 20: a name in double quotes is expected (no comma comes after the last entry)',
    )
  })

  it.each([
    ['processes.jsonc', '[\n  { "name" "web" }\n]', 'not JSON at line 2, column 12: a colon is expected'],
    [
      'processes.yaml',
      '- name: web\n  command: bun\n env: x\n',
      'not YAML at line 3, column 2: bad indentation of a sequence entry',
    ],
    [
      'processes.yaml',
      'processes:\n  web: { command: node a.js --x=[1, 2] }\n',
      'not YAML at line 2, column 33: within `{ }` and `[ ]`, a text with any of `, : { } [ ] "` must be in quotes',
    ],
    [
      'processes.yaml',
      '- a\n---\n- b\n',
      'not YAML at line 1, column 1: it must be one document, without `---` between two',
    ],
    [
      'processes.toml',
      '[[processes]]\nname = \n',
      'not TOML at line 2, column 8: incomplete key-value declaration: no value specified',
    ],
    ['package.json', '{ "processManager": [1 2] }', 'not JSON at line 1, column 24: a comma is expected'],
  ])('a syntax error in %s, with its position', async (file, text, message) => {
    write(file, text)
    await refused(`${file}: ${message}`)
  })

  it('an invalid setting, with file and path', async () => {
    write(
      'tuix.config.ts',
      'export default { processManager: { processes: [{ name: "web", command: "x", cwd: null }] } }',
    )
    await refused('tuix.config.ts: `processManager.processes[0].cwd` must be a folder, not null')
  })

  it('a module that throws', async () => {
    write('tuix.config.ts', 'throw new Error("no database\\nconfigured")')
    await refused('tuix.config.ts: cannot be loaded: no database configured')
  })

  it('a module that imports a missing module', async () => {
    write('tuix.config.ts', "import './gone.ts'\nexport default {}")
    await refused("tuix.config.ts: cannot be loaded: Cannot find module './gone.ts'")
  })

  describe('a module that imports a package', () => {
    // Without this folder Bun looks for packages in the registry.
    beforeEach(() => write('node_modules/other/package.json', '{ "name": "other" }'))

    it('which is this one and is not installed, saying what to do', async () => {
      write(
        'tuix.config.ts',
        "import { defineConfig } from 'tuix-process-manager/config'\nexport default defineConfig({})",
      )
      await refused(
        'tuix.config.ts: cannot be loaded: the package tuix-process-manager is not installed here; run npm install --save-dev tuix-process-manager, or write the config without it, as `init` does',
      )
    })

    it.each([
      ['left-out', 'left-out'],
      ['@left/out/deep/file.js', '@left/out'],
    ])('which is not installed: %s', async (specifier, name) => {
      write('tuix.config.mjs', `import '${specifier}'\nexport default {}`)
      await refused(`tuix.config.mjs: cannot be loaded: the package ${name} is not installed here`)
    })

    it('which is installed, but has no such module', async () => {
      write('tuix.config.mjs', "import 'other/gone.js'\nexport default {}")
      await refused("tuix.config.mjs: cannot be loaded: Cannot find module 'other/gone.js'")
    })
  })

  it('a module with a syntax error, with its position', async () => {
    write('tuix.config.ts', 'export default {\n  name: ,\n}')
    await refused(/^tuix\.config\.ts: cannot be loaded: .*Unexpected token.*:2:\d+$/)
  })

  it('a module that does not export an object', async () => {
    write('tuix.config.ts', 'export default 5')
    await refused('tuix.config.ts: the config must be an object of settings, not a number')
  })
})
