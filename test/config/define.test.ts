import { expect, it } from 'vitest'
import { type AppConfig, defineConfig } from '../../src/config/define.ts'

/** Whether a config type-checks is tested by the type check of this file. */
const accepted: AppConfig[] = [
  defineConfig({ processManager: { processes: [{ name: 'web', command: 'bun' }] } }),
  defineConfig({ processManager: { processes: { web: { command: 'bun', port: 'auto' } }, defaults: { watch: true } } }),
  defineConfig({ processManager: { extends: 'base.yaml', processes: { web: { watch: true } } } }),
  defineConfig({
    processManager: {
      processes: {
        db: { command: 'postgres', ports: { main: { prefer: 5432 }, admin: 'auto' } },
        web: {
          command: 'bun',
          env: ({ db, web }) => ({ DB: `${db.host}:${db.port}`, ADMIN: db.urls.admin, ME: web.url }),
        },
      },
    },
  }),
  defineConfig({
    processManager: {
      processes: [
        { name: 'db', command: 'postgres', port: 5432 },
        { name: 'web', command: 'bun', env: ({ db }) => ({ DB: db.url }) },
      ],
    },
  }),
  defineConfig({
    processManager: {
      services: { db: { command: 'postgres' }, web: { command: 'bun', env: { A: 1 } } },
      profiles: { test: { services: { web: { env: ({ db }) => ({ DB: db.url }) } } } },
    },
  }),
  defineConfig({
    processManager: { extends: 'base.yaml', processes: { web: { env: ({ elsewhere }) => ({ A: elsewhere?.url }) } } },
  }),
  defineConfig({
    processManager: { processes: [], profiles: { test: { processes: [{ name: 'web', watch: false }] } } },
  }),
]

const refused: AppConfig[] = [
  defineConfig({
    processManager: {
      // @ts-expect-error: no process is named bd
      processes: { db: { command: 'postgres' }, web: { command: 'bun', env: ({ bd }) => ({ DB: bd.url }) } },
    },
  }),
  defineConfig({
    processManager: {
      processes: [
        { name: 'db', command: 'postgres' },
        // @ts-expect-error: no process is named bd
        { name: 'web', command: 'bun', env: ({ bd }) => ({ DB: bd.url }) },
      ],
    },
  }),
  // @ts-expect-error: nothing says what to run
  defineConfig({ processManager: { processes: { web: { watch: true } } } }),
  // @ts-expect-error: the key is the name
  defineConfig({ processManager: { processes: { web: { name: 'web', command: 'bun' } } } }),
  // @ts-expect-error: a command is of one process
  defineConfig({ processManager: { defaults: { command: 'bun' } } }),
  // @ts-expect-error: a profile extends nothing
  defineConfig({ processManager: { profiles: { test: { extends: 'x' } } } }),
]

it('defineConfig returns what it was given', () => {
  const config = { name: 'app' }
  expect(defineConfig(config)).toBe(config)
  expect([...accepted, ...refused].every(({ processManager }) => processManager)).toBe(true)
})
