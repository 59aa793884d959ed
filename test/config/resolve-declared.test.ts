import { expect, it } from 'vitest'
import { parseProcess, resolveProcess, toWire } from '../../src/config/index.ts'
import { resolveDeclared } from '../../src/config/resolve-declared.ts'
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

it('validates a process that a client of another version has validated, or none', async () => {
  const wrong = { name: 'web', command: 'x', restartDelay: 'soon' }
  for (const context of [place, { ...place, checkedBy: '0.0.1' }])
    await expect(resolveDeclared(wrong, context)).rejects.toThrow(/processes\[0\]\.restartDelay/)
})

it.each([
  [{ name: '../web' }, /^`processes\[0\]\.name` must be up to 64 letters/],
  [{ env: { A: null } }, /^`processes\[0\]\.env\.A` must be a text/],
  [{ cwd: 7 }, /^`processes\[0\]\.cwd` must be a folder/],
  [{ restartDelay: 'soon' }, /^`processes\[0\]\.restartDelay` must be a whole number/],
  [{ hooks: { onStop: ['x'] } }, /^`processes\[0\]\.hooks\.onStop` must be a command line/],
  [{ command: 7 }, /^`processes\[0\]\.command` must be a program/],
  [{ instances: 1e9 }, /^`processes\[0\]\.instances` must be a whole number from 1 to 1000/],
  [{ schedule: 'soon' }, /^`processes\[0\]\.schedule` must be a cron expression/],
  [{ healthCheck: { type: 'ping' } }, /^`processes\[0\]\.healthCheck/],
  [{ healthCheck: { type: 'output', outputPattern: { source: '(', flags: '' } } }, /^`processes\[0\]\.healthCheck/],
  [{ watch: true, watchPaths: [1] }, /^`processes\[0\]\.watchPaths/],
])('what no schema can have checked is checked, whoever says that it was: %j', async (config, message) => {
  const input = { ...sent({ name: 'web', command: 'x' }), ...config }
  await expect(resolveDeclared(input, checked)).rejects.toThrow(message)
})

it.each([null, 5, 'x', []])('%j is no process, whoever says so', async (input) => {
  await expect(resolveDeclared(input, checked)).rejects.toThrow(/^`processes\[0\]` must be an object of settings/)
})
