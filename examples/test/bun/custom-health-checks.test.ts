import { afterAll, expect, test } from 'bun:test'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { useStack } from 'tuix-process-manager/test/bun'

// The worker takes files from its folder: a copy for this run alone.
const folder = mkdtempSync(join(tmpdir(), 'custom-health-checks-'))
cpSync(fileURLToPath(new URL('../../custom-health-checks', import.meta.url)), folder, { recursive: true })

const stack = useStack(['service', 'worker'], {
  cwd: folder,
  config: [
    {
      name: 'service',
      command: 'bun service.ts',
      port: 3000,
      restartDelay: 0,
      healthCheck: {
        type: 'script',
        script: `
          const answer = await fetch('http://127.0.0.1:' + process.env.PORT + '/deep-health')
          if ((await answer.json()).database !== 'connected') process.exit(1)
        `,
        interval: 200,
        retries: 1,
      },
    },
    { name: 'worker', command: 'bun worker.ts' },
  ],
})

afterAll(() => rmSync(folder, { recursive: true }))

test('a service without its database is restarted', async () => {
  const { run } = await stack.waitFor('service')
  await fetch(`${stack.url('service')}/disconnect`, { method: 'POST' })
  while ((await stack.waitFor('service')).run === run) await Bun.sleep(50)
  expect((await stack.why('service')).some(({ message }) => message.includes('unhealthy'))).toBe(true)
})

test('the worker does its jobs', async () => {
  writeFileSync(join(folder, 'jobs/one'), '')
  await stack.expectLog('Worker processed 1 jobs successfully')
})
