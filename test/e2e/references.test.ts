// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references are written like that
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { readEnvironment } from '../../src/system/process/proc.ts'
import { control, untilState } from '../helpers/asking.ts'
import { child } from '../helpers/children.ts'
import { freePort } from '../helpers/free-port.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { executable, REPOSITORY } from '../helpers/runtimes.ts'

let project: Project
afterEach(() => project.dispose())

const variable = async (name: string, key: string) => readEnvironment((await project.state(name)).pid ?? 0, key)

describe('references', () => {
  it('get the values of the start, after what they refer to is up', async () => {
    project = tempProject({
      config: [
        child('web', 'server', {
          port: 'auto',
          args: ['${{ db.url }}'],
          env: { DB: 'pg://${{ db.host }}:${{ db.port }}', LITERAL: '$${{ db.port }}' },
          healthCheck: { type: 'http', url: '${{ web.url }}/', interval: 100 },
        }),
        child('db', 'server', { port: 'auto' }),
      ],
    })
    expect((await project.ps('start', 'web')).code).toBe(0)
    const [web, db] = [await project.state('web'), await project.state('db')]
    expect(db.startedAt).toBeLessThan(web.startedAt ?? 0)
    expect(await variable('web', 'DB')).toBe(`pg://localhost:${db.port}`)
    expect(await variable('web', 'LITERAL')).toBe('${{ db.port }}')
    expect((await project.ps('env', 'web')).stdout).toContain(`DB=pg://localhost:${db.port}\n`)
    expect((await control(project).tree({ name: 'web' })).members[0]?.command).toContain(`http://localhost:${db.port}`)
    expect((await control(project).status({ name: 'web' })).references).toEqual({
      'db.host': 'localhost',
      'db.port': String(db.port),
      'db.url': `http://localhost:${db.port}`,
      'web.url': `http://localhost:${web.port}`,
    })
  })

  it('have the present value after a restart, and status tells who runs with an old one', async () => {
    const [first, second] = [await freePort(), await freePort()]
    const config = (port: number) => [
      child('db', 'server', { port }),
      child('web', 'server', { port: 'auto', env: { DB: '${{ db.port }}' } }),
    ]
    project = tempProject({ config: config(first) })
    expect((await project.ps('start', '--all')).code).toBe(0)
    project.write('processes.json', config(second))
    expect((await project.ps('restart', 'db')).code).toBe(0)
    const old = await untilState(project, 'web', ({ outdated }) => outdated !== undefined)
    expect(old.outdated).toEqual([{ reference: 'db.port', given: String(first), now: String(second) }])
    const sentence = `runs with an old value: db.port ${first}, which is now ${second}; restart it`
    expect((await project.ps('status', 'web')).stdout).toContain(sentence)

    // Another supervisor knows it too.
    await project.killSupervisor()
    expect((await project.ps('status', 'web')).stdout).toContain(sentence)

    expect((await project.ps('restart', 'web')).code).toBe(0)
    expect(await variable('web', 'DB')).toBe(String(second))
    expect((await control(project).status({ name: 'web' })).outdated).toBe(undefined)
  })

  it('get a value after a crash, too', async () => {
    project = tempProject({
      config: [
        child('db', 'server', { port: 'auto' }),
        child('web', 'server', { port: 'auto', env: { DB: '${{ db.port }}' }, restartDelay: 10 }),
      ],
    })
    expect((await project.ps('start', '--all')).code).toBe(0)
    const { port, pid } = await project.state('web')
    await fetch(`http://127.0.0.1:${port}/crash`).catch(() => {})
    await untilState(project, 'web', (state) => state.status === 'running' && state.pid !== pid)
    expect(await variable('web', 'DB')).toBe(String((await project.state('db')).port))
  })

  it('are refused in one sentence before anything starts', async () => {
    project = tempProject({
      config: [child('db', 'server'), child('web', 'server', { env: { DB: '${{ db.port }}' } })],
    })
    const start = await project.ps('start', '--all')
    expect(start.code).toBe(2)
    expect(start.stderr.trim()).toMatch(
      /processes\.json: `\[1\]\.env\.DB` refers to `db\.port`, but `db` has no `port`$/,
    )
  })

  it('are refused to a process that an app has not declared', async () => {
    project = tempProject()
    const app = project.app(`
      import { createProcessManager } from 'tuix/process-manager'
      const web = { name: 'web', command: 'sleep 60', env: ({ db }) => ({ DB: db.url }) }
      await createProcessManager({ processes: [web] }).catch((error) => console.log(error.message))
    `)
    const start = await app.finished
    expect(start.stdout).toContain('`env.DB` refers to `db.url`, but no process is named `db` (available: web)')
  })
})

describe('named ports', () => {
  it('are variables of the child, and stay', async () => {
    const http = await freePort()
    project = tempProject({ config: [child('web', 'server', { ports: { debug: 'auto', http } })] })
    expect((await project.ps('start', 'web')).code).toBe(0)
    const { port, ports } = await project.state('web')
    expect([port, ports?.http]).toEqual([http, http])
    expect(await variable('web', 'PORT')).toBe(String(http))
    expect(await variable('web', 'PORT_HTTP')).toBe(String(http))
    expect(await variable('web', 'PORT_DEBUG')).toBe(String(ports?.debug))
    expect((await project.ps('restart', 'web')).code).toBe(0)
    expect((await project.state('web')).ports).toEqual(ports)
    expect((await project.ps('status', 'web')).stdout).toContain(
      `debug ${ports?.debug}, chosen automatically; http ${http}`,
    )
    expect((await project.ps('ports', 'web')).stdout).toMatch(/declared as http\b/)
  })

  it('take a preferred one while it is free, and never that of another process', async () => {
    const prefer = await freePort()
    project = tempProject({
      config: ['one', 'two'].map((name) => child(name, 'server', { port: { prefer } })),
    })
    expect((await project.ps('start', '--all')).code).toBe(0)
    const ports = [(await project.state('one')).port, (await project.state('two')).port]
    expect(ports).toContain(prefer)
    expect(new Set(ports).size).toBe(2)
    expect(ports.every((port) => port === prefer || (port !== null && port >= 20_000 && port < 30_000))).toBe(true)
  })
})

describe('a port that a process of another project has', () => {
  it('is blamed on it, with its project and folder', async () => {
    const port = await freePort()
    project = tempProject({ config: [child('api', 'server', { port })], files: { 'package.json': { name: 'shop' } } })
    const other = tempProject({ config: [child('web', 'server', { port })] })
    try {
      expect((await project.ps('start', 'api')).code).toBe(0)
      const { pid } = await project.state('api')
      const start = await other.ps('start', 'web')
      expect(start.code).toBe(1)
      expect(start.stderr).toContain(`port ${port} is held by pid ${pid} (`)
      expect(start.stderr).toContain(`: process \`api\` of shop in ${project.path}`)
    } finally {
      await other.dispose()
    }
  })
})

const hasNamespaces = spawnSync('unshare', ['-n', 'true']).status === 0

describe('the automatic ports', () => {
  it.skipIf(!hasNamespaces)('are refused in one sentence when all are taken', async () => {
    project = tempProject({ config: [child('web', 'sleeper', { port: 'auto', maxRestarts: 0 })] })
    // In a network of its own, so that no other test is left without a port.
    const file = project.write(
      'fill.mjs',
      `import { spawnSync } from 'node:child_process'
      import { createServer } from 'node:net'
      const listen = (port) => new Promise((done, fail) => createServer().once('error', fail).listen(port, '0.0.0.0', done))
      for (let port = 20_000; port < 30_000; port++) await listen(port)
      const command = [${JSON.stringify(join(REPOSITORY, 'dist/tuix-ps.js'))}, 'start', 'web']
      const { stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' })
      console.log(stdout + stderr)
      process.exit()`,
    )
    const filled = spawnSync('unshare', ['-n', executable(), file], { cwd: project.path, encoding: 'utf8' })
    expect(filled.stdout + filled.stderr).toContain(
      'no automatic port is free, of 20000 to 29999; set `port` to a number',
    )
  })
})
