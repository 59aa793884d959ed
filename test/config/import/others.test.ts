import { describe, expect, it } from 'vitest'
import { commandOfLine, needsShell } from '../../../src/config/import/command-line.ts'
import { kindOf } from '../../../src/config/import/kind.ts'
import { validName } from '../../../src/config/import/names.ts'
import { importPackageScripts } from '../../../src/config/import/package-scripts.ts'
import { importProcfile } from '../../../src/config/import/procfile/index.ts'
import { type ContextFacts, context, converted } from './context.ts'

describe('a Procfile', () => {
  it('becomes one process per line, each with a port', () => {
    const text = '# the app\r\nweb: node server.js --port $PORT\r\n\r\nworker:  node worker.js\r\n'
    const { processes, notes } = importProcfile(text, context())
    expect(processes).toEqual([
      {
        path: 'line 2',
        config: { name: 'web', command: '/bin/sh', args: ['-c', 'node server.js --port $PORT'], env: { PORT: '5000' } },
      },
      { path: 'line 4', config: { name: 'worker', command: 'node worker.js', env: { PORT: '5100' } } },
    ])
    expect(notes).toEqual([
      {
        key: 'PORT',
        text: 'is 5000 for web and 100 more for each further process, as with foreman; set PORT for another',
      },
    ])
  })

  const lines = 'web: node a.js\nworker: node b.js'
  const imported = (facts: ContextFacts) => converted(importProcfile(lines, context(facts)))
  const envs = (facts: ContextFacts) => imported(facts).configs.map(({ env }) => env)

  it('gets the variables of .env over those of the environment, PORT too', () => {
    const files = { '.env': 'PORT=7000\nMODE=dotenv' }
    const expected = [
      { PORT: '7000', MODE: 'dotenv' },
      { PORT: '7100', MODE: 'dotenv' },
    ]
    expect(envs({ files })).toEqual(expected)
    expect(envs({ files, env: { PORT: '3000', MODE: 'shell' } })).toEqual(expected)
    expect(envs({ env: { PORT: '3000' } })).toEqual([{ PORT: '3000' }, { PORT: '3100' }])
    expect(imported({ env: { PORT: '3000' } }).notes).toEqual([])
  })

  it('keeps the variable and the files in a converted file', () => {
    const around = context({ files: { '.env': 'PORT=7000' }, env: { PORT: '3000' }, purpose: 'convert' })
    const [web, worker] = importProcfile(lines, around).processes.map(({ config }) => config)
    expect(web?.envFile).toBe('.env')
    expect(around.placeholders.parts(String((web?.env as Record<string, unknown> | undefined)?.PORT))).toEqual([
      { name: 'PORT', fallback: '5000' },
    ])
    expect(worker?.env).toEqual({ PORT: '7100' })
    const plain = context({ env: { PORT: '3000' }, purpose: 'convert' })
    expect(importProcfile(lines, plain).processes[1]?.config.env).toEqual({ PORT: '5100' })
  })

  it('is run as the files of overmind and foreman say', () => {
    expect(imported({ files: { '.overmind.env': 'OVERMIND_NO_PORT=1\nA=1' } })).toMatchObject({
      configs: [{ env: { A: '1' } }, { env: { A: '1' } }],
      notes: [],
    })
    expect(imported({ files: { '.overmind.env': 'OVERMIND_NO_PORT=1' } }).configs[0]?.env).not.toHaveProperty('PORT')
    expect(envs({ env: { OVERMIND_PORT: '4000', OVERMIND_PORT_STEP: '10' } })).toEqual([
      { PORT: '4000' },
      { PORT: '4010' },
    ])
    const files = {
      '.foreman': 'port: 6000\nenv: .env.dev\nformation: web=2,worker=0\ntimeout: 9\nroot: x\n',
      '.env.dev': 'A=1',
      '.env': 'A=2',
    }
    expect(imported({ files })).toMatchObject({
      configs: [
        { name: 'web', instances: 2, port: 'auto', env: { A: '1' }, stopTimeout: 9000 },
        { name: 'worker', startWithAll: false, env: { A: '1', PORT: '6100' } },
      ],
      notes: ['`root` of .foreman is not carried over', 'web: `PORT` is another one for each of the 2 instances'],
    })
    expect(imported({ env: { OVERMIND_CAN_DIE: 'web', PORT: '1' } }).notes).toEqual([
      '`OVERMIND_CAN_DIE` is not carried over',
    ])
    expect(imported({ env: { OVERMIND_FORMATION: 'constructor=2', PORT: '1' } }).configs[0]).not.toHaveProperty(
      'instances',
    )
  })

  it('runs a release process only once', () => {
    const { configs, notes } = converted(importProcfile('release: ./migrate', context({ env: { PORT: '1' } })))
    expect(configs).toMatchObject([{ autorestart: false }])
    expect(notes).toEqual([expect.stringMatching(/^release: `release` runs only once/)])
  })

  it.each([
    ['web node server.js', 'source: line 1 must be a name, a colon and a command, such as `web: node server.js`'],
    ['web: a\n\nworker:', 'source: line 3 must be a name, a colon and a command, such as `web: node server.js`'],
  ])('rejects %j and names the line', (text, sentence) => {
    expect(() => importProcfile(text, context())).toThrow(sentence)
  })
})

describe('the scripts of a package.json', () => {
  const scripts = (names: string[], facts: ContextFacts = {}, more: object = {}) => {
    const content = { ...more, scripts: Object.fromEntries(names.map((name) => [name, 'x'])) }
    return converted(importPackageScripts(content, context(facts)))
  }
  const commands = (...given: Parameters<typeof scripts>) => scripts(...given).configs.map(({ command }) => command)

  it.each([
    [['build', 'dev', 'start', 'test'], ['npm run dev']],
    [['build', 'start', 'serve'], ['npm run start']],
    [
      ['dev', 'dev:debug', 'worker', 'watch:css'],
      ['npm run dev', 'npm run worker', 'npm run watch:css'],
    ],
    [
      ['dev:api', 'dev:web', 'test:watch'],
      ['npm run dev:api', 'npm run dev:web'],
    ],
  ])('%j gives %j', (names, expected) => {
    expect(commands(names)).toEqual(expected)
  })

  it('are run by the package manager of the project', () => {
    expect(commands(['dev'], { files: { 'pnpm-lock.yaml': '' } })).toEqual(['pnpm run dev'])
    expect(commands(['dev'], { files: { 'bun.lock': '' } })).toEqual(['bun run dev'])
    expect(commands(['dev'], {}, { packageManager: 'yarn@4.1.0' })).toEqual(['yarn run dev'])
  })

  it('add notes on the scripts that are left out', () => {
    expect(scripts(['dev', 'start', 'test']).notes).toEqual([
      '`start` is left out, since `dev` seems to be the same program',
      '`scripts` gives dev; left out, since their names are not those of long-running programs: test',
    ])
  })

  it.each([
    'api:migrate web:deploy api:up api:down api:reload db:seed web:reset worker:logs start:setup dev:clean',
    'serve:install web:generate queue:restart worker:mail deploy:prod web:deploy:prod migrate web-deploy api-migrate:dev',
  ])('are never tasks, whatever family they belong to: %s', (names) => {
    const all = names.split(' ')
    expect(scripts(['start', ...all]).configs.map(({ name }) => name)).toEqual(['start'])
    expect(scripts(['start', ...all]).notes.at(-1)).toContain(`programs: ${all.join(', ')}`)
    expect(() => scripts(all)).toThrow(/none of its `scripts` has the name of a long-running program/)
  })

  it('are restarted only after a failure, since their names alone say that they do not end', () => {
    expect(scripts(['dev', 'api:dev']).configs).toMatchObject([
      { autorestart: 'on-failure' },
      { autorestart: 'on-failure' },
    ])
  })

  it.each([
    ['pm2 start ecosystem.config.cjs --env production', /it starts pm2, .* use `--config ecosystem\.config\.cjs`$/],
    ['npm run build && pm2 reload all', /it starts pm2, .* use `--config ecosystem\.config\.js`$/],
    ['docker compose -f a.yml up -d', /it starts docker compose, .* run its programs themselves$/],
    ['mprocs', /it starts mprocs, /],
    ['next build && wrangler deploy', /its command seems to be a task/],
    ['npm run db:migrate', /its command seems to be a task/],
  ])('are left out if their command cannot be a process: %s', (line, text) => {
    const given = { scripts: { web: line, worker: 'node worker.js' } }
    const { configs, notes } = converted(importPackageScripts(given, context()))
    expect(configs.map(({ name }) => name)).toEqual(['worker'])
    expect(notes).toEqual([expect.stringMatching(text)])
    expect(notes[0]).toMatch(/^`web` is left out: /)
    expect(() => importPackageScripts({ scripts: { dev: line } }, context())).toThrow(
      /^source: none of its `scripts` can be a process: `dev` is left out: /,
    )
  })

  it.each([
    [
      'docker-compose up -d; foreman start -f Procfile.dev',
      /^`dev` runs the processes .* use `--config Procfile\.dev`/,
    ],
    ['process-compose', /^`dev` runs process-compose as one process; use `--config process-compose\.yaml`/],
    ["A=1 concurrently -n a,b 'x' 'y'", /^`dev` runs several programs with concurrently as one process/],
    ['turbo run dev', /^`dev` runs several programs with turbo/],
  ])('have a note if their command runs others: %s', (line, text) => {
    const { configs, notes } = converted(importPackageScripts({ scripts: { dev: line } }, context()))
    expect(configs).toHaveLength(1)
    expect(notes).toEqual([expect.stringMatching(text)])
  })

  describe('that run others side by side', () => {
    const SCRIPTS = {
      'dev:api': 'node api.js',
      'dev:web': 'vite',
      'dev:web:css': 'sass',
      db: 'docker run db',
      build: 'tsc',
    }
    const split = (dev: string, facts: ContextFacts = {}) => {
      const { configs, notes } = converted(importPackageScripts({ scripts: { dev, ...SCRIPTS } }, context(facts)))
      return { processes: configs.map(({ name, command, args }) => [name, command, ...(args ?? [])]), configs, notes }
    }

    it.each([
      [
        'run-p dev:*',
        [
          ['dev-api', 'npm run dev:api'],
          ['dev-web', 'npm run dev:web'],
        ],
      ],
      [
        'npm-run-all --parallel dev:** db -l',
        [
          ['dev-api', 'npm run dev:api'],
          ['dev-web', 'npm run dev:web'],
          ['dev-web-css', 'npm run dev:web:css'],
          ['db', 'npm run db'],
        ],
      ],
      [
        "concurrently -n a,b -c red,blue 'node x.js' 'vite --port 3'",
        [
          ['a', 'node x.js'],
          ['b', 'vite --port 3'],
        ],
      ],
      [
        'concurrently "npm:dev:*" "./bin/watch && x"',
        [
          ['dev-api', 'npm run dev:api'],
          ['dev-web', 'npm run dev:web'],
          ['watch', '/bin/sh', '-c', './bin/watch && x'],
        ],
      ],
      [
        "conc --names=api,web 'npm run dev:api' yarn:dev:web",
        [
          ['api', 'npm run dev:api'],
          ['web', 'npm run dev:web'],
        ],
      ],
    ])('become processes of their own: %s', (dev, expected) => {
      const { processes, configs } = split(dev)
      expect(processes).toEqual(expected)
      expect(configs.every(({ autorestart }) => autorestart === 'on-failure')).toBe(true)
    })

    it('find the programs of the package, and say what became of them', () => {
      const { configs, notes } = split("concurrently -k -n a,b 'x' 'y'", { env: { PATH: '/bin' } })
      expect(configs.map(({ env }) => env)).toEqual([
        { PATH: '/app/node_modules/.bin:/bin' },
        { PATH: '/app/node_modules/.bin:/bin' },
      ])
      expect(notes).toContain(
        '`dev` becomes what concurrently runs, as processes of their own: a, b; the end of one does not end the others',
      )
      expect(split('run-p dev:*').configs[0]).not.toHaveProperty('env')
    })

    it.each([
      'run-s dev:*',
      'npm-run-all dev:*',
      'run-p nothing',
      'npm-run-all -s db -p dev:*',
      'concurrently one',
      'turbo run dev',
    ])('stay one process if it is not plain what they run: %s', (dev) => {
      expect(split(dev).processes).toEqual([['dev', 'npm run dev']])
    })
  })

  it.each(['prisma migrate deploy && next start', 'node --release=1 a.js', 'vite', 'node deploy-server.js'])(
    'have no note if only their beginning is a task: %s',
    (line) => {
      expect(converted(importPackageScripts({ scripts: { dev: line } }, context())).notes).toEqual([])
    },
  )

  it.each([
    [{}, /^source: none of its `scripts` has the name of a long-running program/],
    [{ scripts: { test: 'x' } }, /^source: none of its `scripts`/],
    [{ scripts: [] }, /^source: `scripts` must be an object of command lines$/],
  ])('rejects %j', (content, sentence) => {
    expect(() => importPackageScripts(content, context())).toThrow(sentence)
  })
})

describe('kindOf', () => {
  it.each([
    ['Procfile', 'web: a', 'procfile'],
    ['Procfile.dev', '', 'procfile'],
    ['ecosystem.config.js', { apps: [] }, 'pm2'],
    ['ecosystem.config.js', [{ name: 'a' }], 'pm2'],
    ['pm2.json', { apps: [] }, 'pm2'],
    ['anything.json', [{ script: 'a.js' }], 'pm2'],
    ['anything.json', { script: 'a.js' }, 'pm2'],
    ['processes.json', [{ name: 'a', command: 'b' }], undefined],
    ['processes.json', { processes: [] }, undefined],
    ['tuix.config.ts', { processManager: { processes: [] } }, undefined],
    ['process-compose.yaml', { version: '0.5', processes: { web: {} } }, 'process-compose'],
    ['dev.yml', { version: '0.5', processes: {} }, 'process-compose'],
    ['dev.yml', { processes: { web: { command: 'b', depends_on: {} } } }, 'process-compose'],
    ['dev.yml', { processes: { web: { command: 'b', dependsOn: [] } } }, undefined],
    ['processes.yml', { version: 1, processes: { web: {} } }, undefined],
    ['package.json', { scripts: {} }, 'package'],
    ['package.json', { processManager: {} }, undefined],
    ['x.json', null, undefined],
  ])('%s with %j is %s', (file, content, kind) => {
    expect(kindOf(`/app/${file}`, content)).toBe(kind)
  })
})

describe('a command line', () => {
  it.each([
    ['node server.js --port=80', false],
    ['echo "two words"', false],
    ['a && b', true],
    ['echo $HOME', true],
    ['PORT=80 node server.js', true],
    ['cd api', true],
    ['exec node server.js', true],
    ['ls *.js', true],
    ['node a.js > out', true],
    ["echo 'open", true],
    ['echo ~', true],
  ])('%s needs a shell: %s', (line, needs) => {
    expect(needsShell(line)).toBe(needs)
  })

  it('stays one line if no word needs quotes', () => {
    expect(commandOfLine(' node a.js ', ['sh', '-c'])).toEqual({ command: 'node a.js' })
  })
})

describe('validName', () => {
  it.each([
    ['web', 'web'],
    ['my app', 'my-app'],
    ['@org/pkg', 'org-pkg'],
    ['dev:api', 'dev-api'],
    ['_x', 'x'],
    ['ä', 'process'],
    ['x'.repeat(70), 'x'.repeat(64)],
  ])('%s becomes %s', (written, name) => {
    expect(validName(written)).toBe(name)
  })
})
