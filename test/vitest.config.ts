import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    isolate: false,
    // More than two cores could do at once: most of what a test does is wait.
    maxWorkers: 5,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
