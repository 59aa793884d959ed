import { expect, it } from 'vitest'
import { parseProcess, resolveProcess, toWire } from '../../src/config/index.ts'
import { resolveDeclared } from '../../src/resolve-declared.ts'
import { VERSION } from '../../src/version.ts'

const place = { path: 'processes[0]', cwd: '/' }
const checked = { ...place, checkedBy: VERSION }

/** As it is after the way over the socket. */
const sent = (config: object) => JSON.parse(JSON.stringify(toWire(parseProcess(config, place))))

it.each([
  { name: 'web', command: 'node server.js --port 3000' },
  {
    name: 'web',
    command: 'node',
    args: ['a b'],
    env: { A: '1' },
    watch: true,
    dependsOn: ['db'],
    group: 'g',
    port: 'auto',
  },
  { name: 'web', command: 'x', healthCheck: { type: 'output', outputPattern: /rea\/dy/i }, schedule: '* * * * *' },
  { name: 'web', command: 'x', healthCheck: { type: 'http', url: 'http://localhost/' }, hooks: { onStop: 'true' } },
] as const)('what a client of the same version has checked becomes what the schema makes of it: %j', async (config) => {
  expect(await resolveDeclared(sent(config), checked)).toEqual(resolveProcess(config, place))
})

it('what another version has checked, or nobody, is checked', async () => {
  const wrong = { name: 'web', command: 'x', restartDelay: 'soon' }
  for (const context of [place, { ...place, checkedBy: '0.0.1' }])
    await expect(resolveDeclared(wrong, context)).rejects.toThrow(/processes\[0\]\.restartDelay/)
})

it.each([
  [{ name: '../web' }, 'name'],
  [{ env: { A: 1 } }, 'env'],
  [{ cwd: 7 }, 'cwd'],
  [{ restartDelay: 'soon' }, 'restartDelay'],
  [{ hooks: { onStop: ['x'] } }, 'hooks'],
])('what all else relies on is never believed: %j', async (config, setting) => {
  const input = { ...sent({ name: 'web', command: 'x' }), ...config }
  await expect(resolveDeclared(input, checked)).rejects.toThrow(
    `processes[0]: \`${setting}\` is not as the schema has it`,
  )
})
