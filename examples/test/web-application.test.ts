import { fileURLToPath } from 'node:url'
import { type StackFixtures, stackFixtures } from 'tuix-process-manager/test/vitest'
import { test as base, expect } from 'vitest'
import { webApplication } from './web-application.config.ts'

const test = base.extend<StackFixtures>(
  stackFixtures(['web'], {
    config: webApplication,
    cwd: fileURLToPath(new URL('../web-application', import.meta.url)),
  }),
)

test('greets', async ({ stack }) => {
  expect(await (await fetch(stack.url('web'))).text()).toContain('<h1>Hello</h1>')
})

test('is restarted when it is unhealthy', async ({ stack }) => {
  await fetch(`${stack.url('web')}/fail`, { method: 'POST' })
  await stack.expectLog('something went wrong')
  await stack.expectLog('listening on')
})
