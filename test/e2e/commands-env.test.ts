import { afterEach, beforeEach, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'

const ENV = { LEVEL: 'debug', API_TOKEN: 'very-hidden', LINES: 'one\ntwo', URL: 'postgres://me:hidden-too@db/x' }

let project: Project
beforeEach(() => {
  project = tempProject({
    config: [
      child('web', 'sleeper', { env: ENV, port: 'auto', heapSnapshot: true }),
      child('plain', 'sleeper'),
      child('many', 'sleeper', { instances: 2, env: { A: '1' } }),
    ],
  })
})
afterEach(() => project.dispose())
const ps = (...args: string[]) => project.ps(...args)

it('env shows variables added to the inherited environment, and no secrets in a pipe', async () => {
  const declared = ['LEVEL=debug', 'API_TOKEN=••••', 'LINES=one\\ntwo', 'URL=postgres://me:••••@db/x']
  const before = await ps('env', 'web')
  expect([before.code, before.stdout]).toEqual([0, `${declared.join('\n')}\n`])
  expect(before.stderr).toBe('web: taken from the config, since no running process could be read\n')
  expect(project.supervisor()).toBeNull()

  expect((await ps('start', '--all')).code).toBe(0)
  const { port } = await project.state('web')
  const living = await ps('env', 'web')
  expect(living).toMatchObject({ code: 0, stderr: '' })
  const lines = living.stdout.split('\n').slice(0, -1)
  expect(lines.slice(0, 5)).toEqual([`PORT=${port}`, ...declared])
  expect(lines[5]).toMatch(/^NODE_OPTIONS=.*--heapsnapshot-signal=SIGUSR2$/)
  expect(lines[6]).toMatch(/^TUIX_PROCESS_ID=\w+:web:\w+\/1$/)
  expect(lines[7]).toBe(`TUIX_URL=http://localhost:${port}`)
  expect(lines).toHaveLength(8)

  const json = await ps('env', 'web', '--json')
  expect(json.json()).toMatchObject({
    name: 'web',
    source: 'process',
    variables: { LEVEL: 'debug', API_TOKEN: '••••' },
  })
  expect(json.stdout).not.toContain('hidden')
  expect((await ps('env', 'many')).stdout).toMatch(
    /^# many-1\nA=1\nTUIX_INSTANCE=1\nTUIX_DECLARED_INSTANCES=2\n.*\n\n# many-2\nA=1\nTUIX_INSTANCE=2\n/,
  )
  expect(await ps('env', 'web', '--reveal')).toMatchObject({ code: 2, stdout: '' })
  expect(await ps('env', 'wbe')).toMatchObject({ code: 4, stdout: '' })
  expect(await ps('env')).toMatchObject({
    code: 2,
    stderr: 'error: env needs the name of a process, such as: env web\n',
  })

  await ps('stop', 'plain')
  expect(await ps('env', 'plain')).toMatchObject({
    code: 0,
    stdout: '',
    stderr: 'plain: no variables are added to the inherited environment\n',
  })
})
