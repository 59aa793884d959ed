import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { importContent } from '../../src/config/import/index.ts'
import type { ImportKind } from '../../src/config/import/kind.ts'
import { profilesIn } from '../../src/config/import/profiles.ts'
import { resolveProcess } from '../../src/config/process.ts'
import { context } from '../config/import/context.ts'
import { damaged, expectTold, mutated } from './damage.ts'
import { runs } from './runs.ts'

/* Whatever another tool's file holds: processes and notes, or one sentence. */

const pm2 = {
  apps: [
    {
      name: 'web',
      script: 'app.js',
      args: '--port 3000',
      instances: 'max',
      exec_mode: 'cluster',
      env: { PORT: 3000, MODE: 'a' },
      env_production: { MODE: 'b' },
      max_memory_restart: '1G',
      cron_restart: '0 3 * * *',
      watch: ['src'],
      ignore_watch: ['node_modules'],
      interpreter_args: '--inspect',
      kill_timeout: 3000,
      out_file: 'out.log',
      stop_exit_codes: [0],
    },
    'ignored',
  ],
  deploy: { production: { user: 'me' } },
}

const compose = {
  version: '0.5',
  environment: ['A=1', 'B=$A'],
  vars: { X: 1 },
  processes: {
    db: {
      command: 'postgres -D data',
      readiness_probe: { exec: { command: 'pg_isready' }, period_seconds: 2, failure_threshold: 3 },
      shutdown: { command: 'kill', signal: 15, timeout_seconds: 5 },
    },
    api: {
      command: 'node api.js $A',
      entrypoint: ['node', 'api.js'],
      working_dir: 'api',
      depends_on: { db: { condition: 'process_healthy' } },
      availability: { restart: 'on_failure', backoff_seconds: 2, max_restarts: 5 },
      liveness_probe: { http_get: { host: 'localhost', port: 3000, path: '/' } },
      replicas: 2,
      log_location: 'api.log',
      namespace: 'app',
      is_daemon: false,
    },
  },
}

const scripts = { scripts: { dev: 'vite', 'worker:mail': 'node mail.js', build: 'tsc' }, packageManager: 'pnpm@9' }

const procfile = 'web: node web.js -p $PORT\nworker: FOO=1 node worker.js # mail\n\n# a comment\nrelease: ./migrate\n'

function imports(kind: ImportKind, content: unknown): void {
  try {
    const { processes, notes } = importContent(kind, content, context({ files: { 'app.js': '' } }))
    for (const { key, text } of notes) expect(`${key} ${text}`).toMatch(/\S/)
    for (const { config, path } of processes) resolveProcess(config, { path, cwd: '/app' })
  } catch (error) {
    expectTold(error)
  }
}

describe('the file of another tool', () => {
  it.each([
    ['pm2', pm2],
    ['process-compose', compose],
    ['package', scripts],
  ] as const)('of %s, with values of any kind', (kind, content) => {
    fc.assert(
      fc.property(fc.oneof(mutated(content), fc.anything()), (value) => imports(kind, value)),
      runs(250),
    )
  })

  it('of foreman, whatever became of it', () => {
    const texts = fc.oneof(damaged(procfile), fc.string({ unit: 'binary', maxLength: 200 }))
    fc.assert(
      fc.property(texts, (text) => imports('procfile', text)),
      runs(250),
    )
  })

  it('that is enormous', () => {
    const long = 'x '.repeat(50_000)
    imports('procfile', `web: ${long}`)
    imports('procfile', 'web: x\n'.repeat(2000))
    imports('procfile', `${':'.repeat(100_000)}`)
    imports('pm2', { apps: [{ script: long, args: long, env: { A: long }, [long]: long }] })
    imports('process-compose', {
      processes: { [long]: { command: long }, web: { command: long, environment: [long], [long]: long } },
    })
    imports('package', { scripts: { [long]: long, dev: long } })
  })

  it('with the names of what every object has', () => {
    for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const own = (value: unknown) => JSON.parse(`{ ${JSON.stringify(key)}: ${JSON.stringify(value)} }`)
      imports('pm2', { apps: [{ name: key, script: 'app.js', env: own('x'), ...own({ polluted: true }) }] })
      imports('process-compose', { processes: own({ command: 'x', depends_on: own({ condition: key }) }) })
      imports('package', { scripts: own('x'), packageManager: key })
      imports('procfile', `${key}: x`)
      const app = { name: 'a', script: 'x', ...JSON.parse(`{"env_${key}":{"A":"1"}}`) }
      const { processes } = importContent('pm2', { apps: [app] }, context())
      expect(Object.entries(profilesIn(processes))).toEqual([[key, { processes: { a: { env: { A: '1' } } } }]])
    }
    expect(({} as { polluted?: unknown }).polluted).toBe(undefined)
  })
})
