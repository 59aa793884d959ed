import { execFile, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ProcessConfig } from '../../../src/model/config/config.ts'
import { describeWithSwarm, NODE_IMAGE, SwarmLab } from '../../helpers/swarm.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'
import { exported } from './exporting.ts'

const HAS_COMPOSE = spawnSync('docker-compose', ['--version']).status === 0

/** Answers with its variables and arguments, and ends when it is asked to. */
const SERVER = `
const { GREETING, API_TOKEN, TUIX_INSTANCE, PORT } = process.env
require('node:http').createServer((request, response) => {
  if (request.url === '/end') process.exit(3)
  response.end(JSON.stringify({ GREETING, API_TOKEN, TUIX_INSTANCE, args: process.argv.slice(1), pid: process.pid }))
}).listen(PORT)
process.on('SIGINT', () => { console.log('asked to stop'); process.exit(0) })
`
const GREETING = 'a "quoted" $HOME {{y}} 50%'
/** The lab has no network for containers but that of its hosts. */
const deploy = { image: NODE_IMAGE, networks: ['host'] }

const PROCESSES: ProcessConfig[] = [
  { name: 'migrate', command: 'echo "migrated for $GREETING"', env: { GREETING }, autorestart: false, deploy },
  {
    name: 'web',
    command: 'node',
    args: ['-e', SERVER, '--', 'one two', '$HOME'],
    env: { GREETING, API_TOKEN: 'never-written' },
    port: 3000,
    healthCheck: { type: 'http', url: '/', interval: 1000 },
    stopSignal: 'SIGINT',
    restartDelay: 100,
    dependsOn: { migrate: 'completed' },
    deploy,
  },
  { name: 'worker', command: 'sleep 1000', dependsOn: { web: 'healthy' }, deploy },
]

describeWithSwarm('files that real engines run', () => {
  let lab: SwarmLab
  let folder: TempFolder
  beforeAll(async () => {
    folder = tempFolder()
    lab = await SwarmLab.start(1)
  }, 120_000)
  afterAll(async () => {
    await lab.end()
    folder.remove()
  }, 60_000)

  function write(format: 'compose' | 'swarm'): string {
    const { files } = exported(format, PROCESSES)
    const path = join(folder.path, `${format}.yaml`)
    writeFileSync(path, Object.values(files).join(''))
    return path
  }

  async function run(program: string, ...args: string[]): Promise<string> {
    const env = { PATH: process.env.PATH, HOME: folder.path, DOCKER_HOST: lab.url, API_TOKEN: 'from outside' }
    return (await promisify(execFile)(program, args, { env, cwd: folder.path })).stdout
  }

  /** What the server answers, asked from inside of its container. */
  async function ask(path = '/') {
    const [id = ''] = (await lab.docker(['ps', '-q', '--filter', 'name=web'])).split('\n')
    const script = `fetch('http://localhost:3000${path}').then((r) => r.text()).then(console.log)`
    return JSON.parse(await lab.docker(['exec', id, 'node', '-e', script]))
  }

  const healthy = () => lab.docker(['ps', '-q', '--filter', 'name=web', '--filter', 'health=healthy'])

  it('docker stack deploy runs services as the config says, and starts one anew that ends', async () => {
    await run('docker', 'stack', 'deploy', '--resolve-image', 'never', '-c', write('swarm'), 'shop')
    await until(healthy, { timeoutMs: 60_000, what: 'the service to be healthy' })
    const first = await ask()
    expect(first).toMatchObject({ GREETING, API_TOKEN: 'from outside', args: ['one two', '$HOME'] })
    const logs = () => lab.docker(['service', 'logs', 'shop_migrate'])
    await until(async () => (await logs()).includes(`migrated for ${GREETING}`), { what: 'the output of the job' })
    const container = await healthy()
    await ask('/end').catch(() => undefined)
    await until(async () => ![container, ''].includes(await healthy()), {
      timeoutMs: 60_000,
      what: 'another container',
    })
    // The engine knows of the container's health before the swarm does.
    const tasks = () => lab.docker(['service', 'ps', 'shop_web', '--format', '{{.CurrentState}}'])
    await until(async () => /^Running.*\nFailed/.test(await tasks()), { what: 'a task that runs and one that failed' })
    await lab.docker(['stack', 'rm', 'shop'])
    await until(async () => (await lab.docker(['ps', '-q'])) === '', {
      timeoutMs: 60_000,
      what: 'the end of the stack',
    })
  }, 200_000)

  it.skipIf(!HAS_COMPOSE)(
    `docker-compose up starts in order, and stops with the signal${HAS_COMPOSE ? '' : ' (skipped: no docker-compose)'}`,
    async () => {
      const file = write('compose')
      // The client lives in the host, whose network the containers have.
      await run('docker-compose', '-p', 'shop', '-f', file, 'up', '-d')
      expect(await healthy()).not.toBe('')
      expect(await ask()).toMatchObject({ GREETING, API_TOKEN: 'from outside', args: ['one two', '$HOME'] })
      const migrate = await lab.docker(['ps', '-aq', '--filter', 'name=migrate'])
      expect(await lab.docker(['inspect', migrate, '--format', '{{.State.ExitCode}} {{.RestartCount}}'])).toBe('0 0')
      const web = await lab.docker(['ps', '-q', '--filter', 'name=web'])
      await run('docker-compose', '-p', 'shop', '-f', file, 'stop')
      expect(await lab.docker(['logs', web])).toContain('asked to stop')
      await run('docker-compose', '-p', 'shop', '-f', file, 'down')
      expect(await lab.docker(['ps', '-aq'])).toBe('')
    },
    200_000,
  )
})
