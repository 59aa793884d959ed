import { execFile } from 'node:child_process'
import { copyFileSync, existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../helpers/free-port.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { type Finished, run } from '../helpers/running.ts'
import { executable } from '../helpers/runtimes.ts'

const execute = promisify(execFile)

const SERVER = fileURLToPath(new URL('../fixtures/server.pl', import.meta.url))

let sources: Project
let away: Project
beforeEach(() => {
  sources = tempProject()
  sources.install()
  away = tempProject({ files: { 'processes.json': [WEB] } })
})
afterEach(async () => {
  await away.dispose()
  await sources.dispose()
})

/** Its check runs JavaScript on the supervisor's own runtime, which is inside the app. */
const WEB = {
  name: 'web',
  command: 'sleep 1000',
  healthCheck: { type: 'script', script: 'console.log(await Promise.resolve(1))' },
}

/** Its port is shared by a forwarder, which is the app itself. */
const SITE = { name: 'site', command: '/usr/bin/perl', args: [SERVER], share: 'proxy', instances: 2 } as const

const APP = `
import { defineConfig, ProcessManagerPlugin, runCLI } from 'tuix/process-manager'
const plugin = ProcessManagerPlugin({ name: 'procs', tuixDir: '.tuix', configFile: 'processes.json' })
await runCLI(defineConfig({ name: 'shop', plugins: [plugin] }))
`

/** Calls the app where it was put, with no runtime on the PATH. */
async function shop(program: string, args: string[], ...line: string[]): Promise<Finished> {
  return await run([...args, 'procs', ...line], { cwd: away.path, program, env: { PATH: '/usr/bin:/bin' } }).finished
}

async function worksAway(program: string, ...args: string[]): Promise<void> {
  const started = await shop(program, args, 'start', 'web', '--json')
  expect(started.stderr).toBe('')
  expect(started.json()).toMatchObject([{ name: 'web', message: 'started', state: { health: 'healthy' } }])
  expect(away.supervisor()).toMatchObject({ mode: 'daemon' })

  await away.killSupervisor()
  const listed = (await shop(program, args, 'list', '--json')).json()
  expect(listed).toMatchObject([{ status: 'running', adopted: true, pid: started.json()[0].state.pid }])
  expect((await shop(program, args, 'stop', 'web')).stdout).toBe('web: stopped\n')
  expect((await shop(program, args, 'start', 'wbe')).code).toBe(4)

  away.write('processes.json', [WEB, { ...SITE, port: await freePort() }])
  const site = await shop(program, args, 'start', 'site', '--json')
  expect(site.json()).toMatchObject([
    { name: 'site-1' },
    { name: 'site-2' },
    { name: 'site-proxy', message: 'started' },
  ])
  const [, , { state }] = site.json()
  expect(await (await fetch(`http://127.0.0.1:${state.port}`)).text()).toMatch(/^\d+$/)
  expect((await shop(program, args, 'stop', 'site')).code).toBe(0)
}

describe('an app of one file, away from its sources', () => {
  it('compiled by Bun brings up and replaces the supervisor by itself', async () => {
    const entry = sources.write('app.ts', APP)
    await execute(executable('bun'), ['build', '--compile', entry, '--outfile', sources.file('shop')])
    copyFileSync(sources.file('shop'), away.file('shop'))
    await worksAway(away.file('shop'))
    expect(existsSync(away.file('node_modules'))).toBe(false)
  })

  it('bundled does so, too', async () => {
    const entry = sources.write('app.ts', APP)
    await execute(executable('bun'), ['build', entry, '--target=node', '--outfile', sources.file('shop.mjs')])
    copyFileSync(sources.file('shop.mjs'), away.file('shop.mjs'))
    await worksAway(executable(), away.file('shop.mjs'))
  })

  it('without the commands says what it needs', async () => {
    const entry = sources.write(
      'app.ts',
      `import { ProcessManager } from 'tuix/process-manager'
      await new ProcessManager({ supervisor: 'daemon' }).start({ name: 'web', command: 'sleep 1000' }).catch(({ code, message }) => console.log(code, message))`,
    )
    await execute(executable('bun'), ['build', entry, '--target=node', '--outfile', away.file('shop.mjs')])
    const { stdout } = await run([away.file('shop.mjs')], { cwd: away.path }).finished
    expect(stdout).toMatch(/^unreachable this bundled app cannot start a supervisor: set supervisorCommand, .*\n$/)
  })
})
