import { defineConfig } from 'vitest/config'
import base from './vitest.config.ts'

/** The least part of the lines, in percent, that the tests beside them run. */
const LINES = 96

export default defineConfig({
  test: {
    ...base.test,
    include: ['test/{model,config}/**/*.test.ts'],
    coverage: {
      enabled: true,
      provider: 'v8',
      include: ['src/{model,config}/**/*.ts'],
      reporter: ['text-summary'],
      reportsDirectory: 'node_modules/.cache/coverage',
      thresholds: { 'src/model/**': { lines: LINES }, 'src/config/**': { lines: LINES } },
    },
  },
})
