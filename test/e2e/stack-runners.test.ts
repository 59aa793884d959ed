import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { linkInstalled } from '../helpers/packed.ts'
import { processesOf } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { type Finished, run } from '../helpers/running.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'
import { until } from '../helpers/until.ts'

let project: Project
beforeEach(() => {
  project = tempProject()
})
afterEach(() => project.dispose())

const RUNNERS = {
  Vitest: { runtime: 'node', args: [join(REPOSITORY, 'node_modules/vitest/vitest.mjs'), 'run'] },
  'bun test': { runtime: 'bun', args: ['test', '--timeout', '30000'] },
} as const
type Runner = keyof typeof RUNNERS

/** Runs tests in a folder. Their stacks, and all that they start, are in the project. */
async function runTests(runner: Runner, cwd: string, ...args: string[]): Promise<Finished & { output: string }> {
  const { runtime, args: before } = RUNNERS[runner]
  const env = { HOME: project.path, TMPDIR: project.path, NO_COLOR: '1' }
  const finished = await run([...before, ...args], { cwd, runtime, env, timeoutMs: 90_000 }).finished
  return { ...finished, output: finished.stdout + finished.stderr }
}

/** A project with this server, and a test for each runner that asks it. */
function projectWith(server: string): void {
  project.write('server.mjs', server)
  project.write('processes.json', [
    { name: 'web', command: 'node server.mjs', port: 3000, healthCheck: { type: 'tcp' } },
  ])
  project.write('package.json', { type: 'module' })
  project.write(
    'vitest.test.ts',
    `import { test as base, expect } from 'vitest'
import { stackFixtures } from 'tuix/test/vitest'
const test = base.extend(stackFixtures('web'))
test('answers', async ({ stack }) => expect((await fetch(stack.url('web'))).status).toBe(200))
test('answers again', async ({ stack }) => expect((await fetch(stack.url('web'))).status).toBe(200))
`,
  )
  project.write(
    'bun.test.ts',
    `import { test, expect } from 'bun:test'
import { useStack } from 'tuix/test/bun'
const stack = useStack('web')
test('answers', stack.logged(async (stack) => expect((await fetch(stack.url('web'))).status).toBe(200)))
test('answers again', stack.logged(async (stack) => expect((await fetch(stack.url('web'))).status).toBe(200)))
`,
  )
  project.install()
  linkInstalled(project.path, 'vitest')
}

const FILES: Record<Runner, string[]> = {
  Vitest: ['vitest.test.ts', '--testTimeout=30000'],
  'bun test': ['./bun.test.ts'],
}

async function expectNothingLeft(): Promise<void> {
  const stacks = project.file(`tuix-stacks-${process.getuid?.()}`)
  const left = () => (existsSync(stacks) ? [...readdirSync(stacks), ...readdirSync(join(stacks, 'ports'))] : [])
  await until(() => left().every((name) => name === 'ports') && processesOf(project.path).length === 0, {
    what: 'the end of all stacks',
    timeoutMs: 30_000,
  })
}

const server = (answer: string) => `
import { createServer } from 'node:http'
createServer((request, response) => { ${answer} }).listen(process.env.PORT, '127.0.0.1', () => console.log('listening'))
`

describe.each(Object.keys(RUNNERS) as Runner[])('under %s', (runner) => {
  it('the tests of the examples pass, and leave nothing', async () => {
    const args = runner === 'Vitest' ? ['--config', 'examples/test/vitest.config.ts'] : ['./examples/test/bun']
    const { code, output } = await runTests(runner, REPOSITORY, ...args)
    expect(output).toMatch(/2 pass/)
    expect(code).toBe(0)
    await expectNothingLeft()
  }, 120_000)

  it('a service that does not start stands in the failure, with its logs', async () => {
    projectWith("console.log('opening the shop')\nthrow new Error('no key')")
    const { code, output } = await runTests(runner, project.path, ...FILES[runner])
    expect(code).not.toBe(0)
    expect(output).toMatch(/web: exited with 1 after .*, before it was ready/)
    expect(output).toContain('last error: Error: no key')
    expect(output).toMatch(/web {3}opening the shop/)
    await expectNothingLeft()
  }, 120_000)

  it('what a service logged during a test that failed stands in the failure, and nothing from before', async () => {
    projectWith(
      server(`
        const isFirst = !globalThis.asked
        globalThis.asked = true
        if (!isFirst) console.error('out of stock')
        response.writeHead(isFirst ? 200 : 500).end()
      `),
    )
    const { code, output } = await runTests(runner, project.path, ...FILES[runner])
    expect(code).not.toBe(0)
    expect(output).toMatch(/Logged during the test:\n[\d:.]+ web ! out of stock/)
    expect(output).not.toContain('listening')
    expect(output).toMatch(/1 pass/)
    await expectNothingLeft()
  }, 120_000)
})

it('one stack of a global set-up serves all files, in worker threads too', async () => {
  projectWith(server('response.end(String(process.pid))'))
  project.write('setup.ts', "import { globalStack } from 'tuix/test/vitest'\nexport const setup = globalStack('web')\n")
  for (const name of ['one', 'two'])
    project.write(
      `${name}.test.ts`,
      `import { test as base, expect } from 'vitest'
import { globalStackFixtures } from 'tuix/test/vitest'
const test = base.extend(globalStackFixtures())
test('answers', async ({ stack }) => console.log('pid', await (await fetch(stack.url('web'))).text()))
`,
    )
  project.write('vitest.config.ts', "export default { test: { globalSetup: './setup.ts', pool: 'threads' } }\n")
  const { code, output } = await runTests('Vitest', project.path, 'one.test.ts', 'two.test.ts')
  expect(output).toMatch(/2 passed/)
  expect(code).toBe(0)
  expect(new Set(output.match(/pid \d+/g)).size).toBe(1)
  await expectNothingLeft()
}, 120_000)
