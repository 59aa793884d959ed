// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables in configs look like that.
import { mkdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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
const refused = (message: string, options: Partial<LocateOptions> = {}) =>
  expect(load(options)).rejects.toMatchObject({ message })

describe('processes by name', () => {
  it('get their keys as names, in order', async () => {
    write('processes.yaml', 'processes:\n  web: { command: bun }\n  2: { command: deno, cwd: two }\n')
    expect(await load()).toMatchObject({
      processes: [
        { name: '2', command: 'deno', cwd: at('two') },
        { name: 'web', command: 'bun' },
      ],
      origins: { web: 'processes.yaml: processes.web' },
    })
  })

  it('may be called services, also in a profile', async () => {
    folder.write('processes.json', {
      services: { web: { command: 'serve', env: { PORT: '3000' } } },
      profiles: { test: { services: { web: { env: { PORT: '4000' } } } } },
    })
    expect((await load()).processes).toMatchObject([{ name: 'web', env: { PORT: '3000' } }])
    expect((await load({ profile: 'test' })).processes).toMatchObject([{ name: 'web', env: { PORT: '4000' } }])
  })

  it('are rejected with their path', async () => {
    write('processes.yaml', 'processes:\n  web:\n    command: bun\n    env: { PORT: [] }\n')
    await refused('processes.yaml: `processes.web.env.PORT` must be a text, a number, true or false, not a list')
    write('processes.yaml', 'processes:\n  web: { cwd: x }\n')
    await refused('processes.yaml: `processes.web.command` is missing: it must be a program or a command line')
  })
})

describe('defaults', () => {
  it('apply to settings that a process does not set, and merge env by variable', async () => {
    write('processes.json', {
      autoRestart: false,
      defaults: { autorestart: 'on-failure', cwd: 'apps', stopTimeout: 1, env: { A: 'all', B: 'all' } },
      processes: [
        { name: 'web', command: 'bun', stopTimeout: 2, env: { B: 'web' } },
        { name: 'worker', command: 'bun', cwd: '.', autorestart: true },
      ],
    })
    const { processes } = await load()
    expect(processes).toEqual([
      {
        name: 'web',
        command: 'bun',
        cwd: at('apps'),
        autorestart: 'on-failure',
        stopTimeout: 2,
        env: { A: 'all', B: 'web' },
      },
      {
        name: 'worker',
        command: 'bun',
        cwd: folder.path,
        autorestart: true,
        stopTimeout: 1,
        env: { A: 'all', B: 'all' },
      },
    ])
  })

  it('are rejected with the place of the default', async () => {
    write('processes.json', { defaults: { stopTimeout: -1, env: { A: null } }, processes: { web: { command: 'bun' } } })
    await refused('processes.json: `defaults.env.A` must be a text, a number, true or false, not null')
  })
})

describe('extends', () => {
  it('merges over other files in order, with paths relative to each file', async () => {
    write(
      'base/one.yaml',
      'tuixDir: state\nmaxRestarts: 1\nprocesses:\n  db: { command: postgres, env: { A: one, B: one } }\n',
    )
    write('base/two.toml', 'maxRestarts = 2\n[defaults]\ncwd = "run"\n[processes.db.env]\nB = "two"\nC = "two"\n')
    write('processes.json', {
      extends: ['base/one.yaml', './base/two.toml'],
      processes: { db: { env: { C: 'own' } }, web: { command: 'bun' } },
    })
    expect(await load()).toEqual({
      file: at('processes.json'),
      files: [at('processes.json'), at('base/one.yaml'), at('base/two.toml')],
      folder: folder.path,
      tuixDir: at('base/state'),
      profile: null,
      envFiles: {},
      web: null,
      proxy: false,
      alerts: [],
      targets: {},
      processes: [
        { name: 'db', command: 'postgres', cwd: at('base/run'), env: { A: 'one', B: 'two', C: 'own' } },
        { name: 'web', command: 'bun', cwd: at('base/run') },
      ],
      origins: { db: 'base/one.yaml: processes.db', web: 'processes.json: processes.web' },
      defaults: { maxRestarts: 2 },
    })
  })

  it('runs a process in the folder of the file with its command', async () => {
    write('api/processes.json', [{ name: 'api', command: 'bun', logFile: 'api.log' }])
    write('processes.json', { extends: 'api/processes.json', processes: { api: { errorFile: 'api.err' } } })
    expect((await load()).processes).toMatchObject([
      { cwd: at('api'), logFile: at('api/api.log'), errorFile: at('api.err') },
    ])
  })

  it('works in code, and keeps its regular expressions', async () => {
    write(
      'base.ts',
      'export default [{ name: "web", command: "bun", healthCheck: { type: "output", outputPattern: /up/ } }]',
    )
    write(
      'tuix.config.ts',
      'export default { processManager: { extends: "base.ts", processes: { web: { group: "app" } } } }',
    )
    expect((await load()).processes).toMatchObject([{ group: 'app', healthCheck: { outputPattern: /up/ } }])
  })

  it('names the file that contains an invalid setting', async () => {
    write('base.yaml', 'processes: { web: { command: bun, port: 70000 } }')
    write('processes.yaml', 'extends: base.yaml\nprocesses: { web: { group: a } }')
    await refused('base.yaml: `processes.web.port` must be a whole number from 1 to 65535, not 70000')
  })

  it('rejects a missing file and a cycle', async () => {
    write('processes.yaml', 'extends: [a.yaml]')
    await refused('processes.yaml: `extends` names a.yaml, but there is no such file')
    write('a.yaml', 'extends: [none.json, deep/b.json]')
    write('none.json', [])
    write('deep/b.json', { extends: '../a.yaml' })
    await refused('deep/b.json: `extends` forms a cycle: a.yaml → deep/b.json → a.yaml')
  })
})

describe('a profile', () => {
  const config = {
    tuixDir: 'dev',
    defaults: { env: { MODE: 'dev', LEVEL: 'debug' } },
    processes: { web: { command: 'bun', watch: true } },
    profiles: {
      production: {
        tuixDir: 'prod',
        maxRestarts: 3,
        defaults: { env: { MODE: 'prod' } },
        processes: { web: { watch: false }, cache: { command: 'redis-server' } },
      },
      test: {},
    },
  }

  it.each([
    ['asked for', { profile: 'production' }],
    ['named by TUIX_PROFILE', { environment: { TUIX_PROFILE: 'production' } }],
    ['asked for though TUIX_PROFILE is another', { profile: 'production', environment: { TUIX_PROFILE: 'test' } }],
  ])('%s goes over the rest', async (_, options) => {
    write('processes.json', config)
    const env = { MODE: 'prod', LEVEL: 'debug' }
    expect(await load(options)).toMatchObject({
      profile: 'production',
      tuixDir: at('prod'),
      defaults: { maxRestarts: 3 },
      processes: [
        { name: 'web', watch: false, env },
        { name: 'cache', command: 'redis-server', env },
      ],
      origins: { cache: 'processes.json: profiles.production.processes.cache' },
    })
  })

  it('is ignored unless it is selected', async () => {
    write('processes.json', config)
    const loaded = await load({ environment: { TUIX_PROFILE: '' } })
    expect(loaded).toMatchObject({ profile: null, tuixDir: at('dev'), defaults: {} })
    expect(loaded.processes).toMatchObject([{ name: 'web', watch: true, env: { MODE: 'dev' } }])
  })

  it('of an extended file is merged over the file that extends it', async () => {
    write('base.json', config)
    write('processes.json', { extends: 'base.json', processes: { web: { watch: true, group: 'app' } } })
    expect((await load({ profile: 'production' })).processes[0]).toMatchObject({ watch: false, group: 'app' })
  })

  it('may be given in code', async () => {
    const blocks = [{ path: 'processManager', block: config }]
    expect(await load({ blocks, profile: 'production' })).toMatchObject({
      tuixDir: at('prod'),
      processes: [{ watch: false }, {}],
    })
  })

  it('is rejected if it does not exist', async () => {
    write('processes.json', config)
    const usage = (message: string) => ({ code: 'usage', message })
    await expect(load({ profile: 'prodution' })).rejects.toMatchObject(
      usage('no profile is named prodution; did you mean production?'),
    )
    await expect(load({ environment: { TUIX_PROFILE: 'x' } })).rejects.toMatchObject(
      usage('no profile is named x (TUIX_PROFILE); available: production, test'),
    )
    write('processes.json', [])
    await expect(load({ profile: 'x' })).rejects.toMatchObject(
      usage('no profile is named x; the config has no profiles'),
    )
  })

  it('is ignored if nothing is declared', async () => {
    expect(await load({ environment: { TUIX_PROFILE: 'x' } })).toMatchObject({ profile: null, processes: [] })
  })
})

describe('files of variables', () => {
  it('are merged in order below env, and listed among the files read', async () => {
    write('.env', '# shared\nexport A=file\nB="two\\nlines"\nC=\'$plain\'\n')
    write('conf/web.env', 'A=later\nD=1\n')
    write('processes.yaml', 'processes:\n  web: { command: bun, envFile: [.env, conf/web.env], env: { D: own } }\n')
    expect(await load()).toMatchObject({
      files: [at('processes.yaml'), at('.env'), at('conf/web.env')],
      processes: [{ env: { A: 'later', B: 'two\nlines', C: '$plain', D: 'own' } }],
    })
    expect((await load()).processes[0]).not.toHaveProperty('envFile')
  })

  it('are relative to the file that names them', async () => {
    write('api/.env', 'A=api\n')
    write('api/processes.yaml', '[{ name: api, command: bun, envFile: .env }]')
    write('processes.yaml', 'extends: api/processes.yaml\nprocesses: { api: { cwd: . } }')
    expect((await load()).processes).toMatchObject([{ cwd: folder.path, env: { A: 'api' } }])
  })

  it('must exist', async () => {
    write('processes.yaml', 'defaults: { envFile: .env }\nprocesses: { web: { command: bun } }')
    await refused('processes.yaml: `defaults.envFile` names .env, but there is no such file')
    mkdirSync(at('.env'))
    await refused('processes.yaml: `defaults.envFile` names .env, which cannot be read: it is a folder')
  })
})

describe('variables', () => {
  const environment = { PORT: '3000', PASSWORD: 'hunter2', HOME: '/home/me' }

  it('are replaced in data, also as numbers and booleans', async () => {
    write('web.env', 'NAME=web\nPORT=4000\n')
    write(
      'processes.yaml',
      `tuixDir: \${HOME}/state
maxRestarts: \${TRIES:-7}
processes:
  web:
    command: serve --port \${PORT}
    args: ["\${NAME}"]
    cwd: apps/\${NAME}
    envFile: \${FILE:-web}.env
    port: \${PORT}
    watch: \${WATCH:-true}
    env: { URL: "http://\${NAME}:\${PORT}", PLAIN: "$\${PORT} $PORT" }
    logFile: \${HOME}/web.log
    healthCheck: { type: http, url: "http://localhost:\${PORT}/", timeout: "\${TIMEOUT:-50}" }
`,
    )
    expect(await load({ environment })).toMatchObject({
      tuixDir: '/home/me/state',
      defaults: { maxRestarts: 7 },
      processes: [
        {
          command: 'serve --port 4000',
          args: ['web'],
          cwd: at('apps/web'),
          port: 4000,
          watch: true,
          env: { NAME: 'web', URL: 'http://web:4000', PLAIN: `\${PORT} $PORT` },
          logFile: '/home/me/web.log',
          healthCheck: { url: 'http://localhost:4000/', timeout: 50 },
        },
      ],
    })
  })

  it('are not replaced in shell commands, JavaScript and patterns', async () => {
    const hooks = { onCrash: `notify \${TUIX_NAME}` }
    const checks = [
      { type: 'script', script: `console.log(\`\${1}\`)` },
      { type: 'exec', command: `test \${x:-1}` },
      { type: 'output', outputPattern: `\${` },
    ]
    const processes = checks.map((healthCheck, i) => ({ name: `p${i}`, command: 'bun', hooks, healthCheck }))
    write('processes.json', { processes })
    expect((await load()).processes).toMatchObject(processes)
  })

  it('are not replaced in code', async () => {
    write('tuix.config.mjs', `export default { processManager: { processes: { web: { command: 'echo \${X}' } } } }`)
    expect((await load()).processes).toMatchObject([{ command: `echo \${X}` }])
  })

  it('must be set', async () => {
    write('processes.yaml', `processes: { web: { command: bun, env: { URL: "x\${DB_URL}" } } }`)
    await refused(
      `processes.yaml: \`processes.web.env.URL\` needs the variable DB_URL, which is not set; use \${DB_URL:-…} for a default`,
    )
    write('processes.yaml', `tuixDir: \${STATE}`)
    await refused(
      `processes.yaml: \`tuixDir\` needs the variable STATE, which is not set; use \${STATE:-…} for a default`,
    )
  })

  it('keep their values out of errors', async () => {
    write('processes.yaml', `processes: { web: { command: bun, port: "\${PASSWORD}" } }`)
    const message = `processes.yaml: \`processes.web.port\` must be a port from 1 to 65535, "auto", or an object such as { "prefer": 3000 }, not the value of "\${PASSWORD}"`
    await refused(message, { environment })
    write('processes.yaml', `maxRestarts: "\${PASSWORD}"`)
    await refused(
      `processes.yaml: \`maxRestarts\` must be a whole number from 0 to 1000000, or "unlimited", not the value of "\${PASSWORD}"`,
      { environment },
    )
  })
})

describe('one process', () => {
  it('must not be declared both in a file and in code', async () => {
    write('processes.json', [{ name: 'web', command: 'bun' }])
    const block = { processes: [{ name: 'web', command: 'bun' }] }
    await refused('process web is declared both in processes.json: [0] and by the app', {
      file: 'processes.json',
      blocks: [{ path: '', block }],
    })
    await refused('process web is declared twice by the app', {
      blocks: [
        { path: '', block },
        { path: 'processManager', block },
      ],
    })
  })
})

describe('a variable in a command', () => {
  it('makes no shell of a line that has none of its syntax itself', async () => {
    write('processes.json', { processes: { a: { command: 'echo ${A}' }, b: { command: 'echo ${A} > x' } } })
    const { processes } = await load({ environment: { A: 'one; rm -r two' } })
    expect(processes).toMatchObject([
      { command: 'echo one; rm -r two', shell: false },
      { command: 'echo one; rm -r two > x' },
    ])
    expect(processes[1]).not.toHaveProperty('shell')
  })
})

describe('habits of YAML', () => {
  it('are taken: keys that begin with x-, where anchors live', async () => {
    write('processes.yaml', 'x-common: &c { cwd: api }\nprocesses:\n  web: { <<: *c, command: x }\n')
    expect(await load()).toMatchObject({ processes: [{ name: 'web', cwd: at('api') }] })
  })

  it('are taken: keys that begin with x- in a process, in defaults and in a profile', async () => {
    write(
      'processes.yaml',
      'defaults: { x-a: 1 }\nprofiles: { dev: { x-b: 1, defaults: { x-c: 1 } } }\nprocesses: { web: { x-d: 1, command: x } }\n',
    )
    expect(await load()).toMatchObject({ processes: [{ name: 'web' }] })
    expect(await load({ profile: 'dev' })).toMatchObject({ processes: [{ name: 'web' }] })
  })

  it('are taken as they are written: numbers and switches as values of variables, and among arguments', async () => {
    write(
      'processes.yaml',
      `x-version: &version 1.10
processes:
  web:
    command: x
    restartDelay: 1_000
    autorestart: True
    maxRestarts: 0x10
    args: [1.10, 007 ]
    env: {A: 1.10, B: 012345678901, C: 12345678901234567890, D: True, E: 1e3 , F: *version, G: 5, H: false}
`,
    )
    expect((await load()).processes).toMatchObject([
      {
        restartDelay: 1000,
        autorestart: true,
        maxRestarts: 16,
        args: ['1.10', '007'],
        env: {
          ...{ A: '1.10', B: '012345678901', C: '12345678901234567890', D: 'True', E: '1e3', F: '1.10' },
          ...{ G: '5', H: 'false' },
        },
      },
    ])
  })

  it('are refused in a sentence: two documents, and a process that no object can have', async () => {
    write('processes.yaml', 'processes: {}\n---\nprocesses: {}\n')
    await expect(load()).rejects.toThrow(
      /^processes\.yaml: not YAML at line .*: it must be one document, without `---` between two$/,
    )
    write('processes.yaml', '{"processes": {"__proto__": {"command": "x"}}}')
    await refused('processes.yaml: must not have the key "__proto__"')
    for (const inner of [
      '"services": {"__proto__": {"command": "x"}}',
      '"processes": {"web": {"command": "x", "env": {"__proto__": "x"}}}',
    ]) {
      write('processes.yaml', `{${inner}}`)
      await refused('processes.yaml: must not have the key "__proto__"')
    }
  })
})
