import { expect, it } from 'vitest'
import { type AppConfig, defineConfig } from '../../src/config/define.ts'

/** Whether a config type-checks is tested by the type check of this file. */
const accepted: AppConfig[] = [
  defineConfig({ processManager: { processes: [{ name: 'web', command: 'bun' }] } }),
  defineConfig({ processManager: { processes: { web: { command: 'bun', port: 'auto' } }, defaults: { watch: true } } }),
  defineConfig({ processManager: { extends: 'base.yaml', processes: { web: { watch: true } } } }),
  defineConfig({
    processManager: { processes: [], profiles: { test: { processes: [{ name: 'web', watch: false }] } } },
  }),
]

const refused: AppConfig[] = [
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
