import { fileURLToPath } from 'node:url'
import { test as base, expect } from '@playwright/test'
import { type StackFixtures, stackFixtures, type WorkerFixtures } from 'tuix-process-manager/test/playwright'
import { webApplication } from './web-application.config.ts'

const test = base.extend<StackFixtures, WorkerFixtures>(
  stackFixtures(['web'], {
    config: webApplication,
    cwd: fileURLToPath(new URL('../web-application', import.meta.url)),
  }),
)

test('greets', async ({ page, stack }) => {
  await page.goto(stack.url('web'))
  await expect(page.getByRole('heading')).toHaveText('Hello')
  await stack.expectLog('GET /')
})
