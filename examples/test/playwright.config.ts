import { defineConfig } from '@playwright/test'

/** `npx playwright test --config examples/test`, with `@playwright/test` installed. `CHROMIUM` names a browser of the system. */
export default defineConfig({
  testMatch: '*.spec.ts',
  use: {
    ...(process.env.CHROMIUM && { launchOptions: { executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] } }),
  },
})
