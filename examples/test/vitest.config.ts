import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** `npx vitest run --config examples/test/vitest.config.ts` */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['*.test.ts'],
    // The first test of a file starts its stack.
    testTimeout: 30_000,
  },
})
