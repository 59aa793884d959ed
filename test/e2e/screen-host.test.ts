import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { cleanEnvironment, type Running } from '../helpers/running.ts'
import { executable, REPOSITORY } from '../helpers/runtimes.ts'
import { TestTerminal } from '../helpers/tmux.ts'
import { until } from '../helpers/until.ts'

/** A host that draws on the screen, clears it, reads keys, handles signals, and does not end by itself. */
const APP = `
import { ProcessManagerPlugin } from 'tuix/process-manager'
import { jsx, run } from '${REPOSITORY}/test/fixtures/hosts/jsx.mjs'
await run(jsx('vstack', { children: [ProcessManagerPlugin({ tuixDir: '.tuix', configFile: 'processes.json' })] }))
`

/** A host that reads no keys and leaves the screen alone. */
const TABLE_APP = `
import { mountPlugins, ProcessManagerPlugin } from 'tuix/process-manager'
import { args } from '${REPOSITORY}/test/fixtures/hosts/table.mjs'
await args(mountPlugins({ name: 'shop', plugins: [ProcessManagerPlugin({ tuixDir: '.tuix', configFile: 'processes.json' })] }))
`

let project: Project
let terminal: TestTerminal | undefined
afterEach(async () => {
  terminal?.dispose()
  terminal = undefined
  await project.dispose()
})

function shop(config = [child('web', 'counter', { args: ['50'] })]): Project {
  project = tempProject({ config, files: { 'shop.mjs': APP } })
  project.install()
  return project
}

const node = executable()

/** A shell command line in the project; `shop` in it is the app. */
function shell(line: string): Running {
  const script = `shop() { ${node} shop.mjs "$@"; }; ${line}`
  return project.run(['-c', script], { program: '/bin/sh' })
}

describe('in a pipe, a command of a host that owns the screen', () => {
  it('prints JSON and nothing else', async () => {
    await shop().ps('start', 'web')
    const { stdout, stderr, code } = await project.run(['shop.mjs', 'ps', 'list', '--json']).finished
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    expect(JSON.parse(stdout)).toMatchObject([{ name: 'web', status: 'running' }])
  })

  it('ends though its stdin stays open', async () => {
    await shop().ps('start', 'web')
    const app = spawn(node, ['shop.mjs', 'ps', 'list'], { cwd: project.path, env: cleanEnvironment(project.path) })
    const ended = new Promise((resolve) => app.once('close', resolve))
    let text = ''
    app.stdout.on('data', (chunk) => {
      text += chunk
    })
    expect(await ended).toBe(0)
    app.stdin.end()
    expect(text).toMatch(/^NAME[\s\S]*\nweb .*running/)
  })

  it('writes all of a large output for a slow reader', async () => {
    shop()
    const lines = Array.from({ length: 40_000 }, (_, index) => `line ${index} ${'x'.repeat(40)}`)
    project.write('print.sh', `cat lines.txt\n`)
    project.write('lines.txt', `${lines.join('\n')}\n`)
    project.write('processes.json', [{ name: 'big', command: 'sh print.sh', autorestart: false }])
    await project.ps('start', 'big')
    await until(async () => (await project.state('big')).status === 'stopped', { what: 'the end of big' })
    const { stdout } = await shell('shop ps logs --lines 40000 --out big | (sleep 1; wc -l)').finished
    expect(stdout.trim()).toBe('40000')
  })

  it('ends a follow when its reader is gone', async () => {
    await shop().ps('start', 'web')
    const { stdout, stderr } = await shell('{ shop ps logs -f --out -n 3 web; echo "rc $?" >&2; } | head -n 3').finished
    expect(stdout).toMatch(/^(?:tick \d+\n|\d+\n|.+\n){3}$/)
    expect(stderr).toBe('rc 130\n')
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('ends a follow on the first %s', async (signal) => {
    await shop().ps('start', 'web')
    const app = project.run(['shop.mjs', 'ps', 'logs', '-f', '--out', 'web'])
    await until(() => app.stdout() !== '', { what: 'a line' })
    app.kill(signal)
    expect(await app.finished).toMatchObject({ code: 130, signal: null, stderr: '' })
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('ends a command that waits on the first %s', async (signal) => {
    shop([child('slow', 'silent', { healthCheck: { type: 'output', outputPattern: 'never' }, startTimeout: 60_000 })])
    const app = project.run(['shop.mjs', 'ps', 'start', 'slow'])
    await until(async () => (await project.state('slow')).status === 'starting', { what: 'the start' })
    app.kill(signal)
    const { code, stderr } = await app.finished
    expect(code).toBe(130)
    expect(stderr).toContain('interrupted; the supervisor carries on')
  })

  it('supervises in the foreground until a signal ends it', async () => {
    shop()
    const app = project.run(['shop.mjs', 'ps', 'supervisor', 'run', '--logs'])
    await until(() => /^\d+$/m.test(app.stdout()), { what: 'a line of web' })
    app.kill('SIGTERM')
    expect((await app.finished).code).toBe(0)
    expect(project.supervisor()).toBeNull()
  })
})

describe.skipIf(!['/usr/bin/tmux', '/usr/local/bin/tmux'].some(existsSync))(
  'on a terminal, a command of a host that owns the screen',
  () => {
    async function open(line: string): Promise<TestTerminal> {
      terminal = new TestTerminal({ cwd: project.path, columns: 90, rows: 30 })
      type(terminal, line)
      return terminal
    }

    /** The shell says itself how it ended: what is typed before the end would be read by the host. */
    function type(one: TestTerminal, line: string): void {
      one.run('shop.mjs', `${line}; echo rc $?`)
    }

    /** The host is gone, and the screen is that of before. */
    async function isOver(one: TestTerminal, code: number): Promise<string> {
      const screen = await one.shows(new RegExp(`^(?:\\$ )?rc ${code}$`, 'm'))
      expect(one.state()).toMatchObject({ alternate: false })
      return screen
    }

    it('leaves its output on the screen', async () => {
      await shop().ps('start', 'web')
      const one = await open('ps list')
      expect(await isOver(one, 0)).toMatch(/^● web .*running/m)
    })

    it('leaves errors on the screen, in the order in which they were written', async () => {
      shop([child('web', 'counter'), { name: 'bad', command: 'false', autorestart: false }])
      const one = await open('ps start web bad')
      expect(await isOver(one, 1)).toMatch(/web: started[\s\S]*bad: .*exited with/)
      one.keys('clear', 'Enter')
      type(one, 'ps bogus')
      expect(await isOver(one, 2)).toContain('error: `bogus` is not a command')
    })

    it('leaves a hint on the screen in a new project', async () => {
      shop()
      const one = await open('ps list')
      expect(await isOver(one, 0)).toContain('no processes yet')
    })

    it('leaves the error of a follow on the screen', async () => {
      await shop().ps('start', 'web')
      const one = await open('ps logs -f nothing')
      expect(await isOver(one, 4)).toContain('no process is named `nothing`')
    })

    it('prints for a pipe, and ends', async () => {
      await shop().ps('start', 'web')
      const one = await open('ps list | cat')
      expect(await isOver(one, 0)).toMatch(/^web .*running/m)
    })

    it.each([
      ['ps logs -f --out web', /^(?!.*ps logs).*\d/m],
      ['ps events --follow', /web +start/],
    ])('ends `%s` at the first Ctrl-C', async (line, shown) => {
      await shop().ps('start', 'web')
      const one = await open(line)
      await one.shows(shown)
      one.keys('C-c')
      await isOver(one, 130)
    })

    it.each(['ps list -w', 'ps list --watch'])(
      'repaints with `%s`, and restores the screen at Ctrl-C',
      async (line) => {
        await shop().ps('start', 'web')
        const one = await open(line)
        await one.shows(/^● web .*running/m)
        expect(one.state()).toEqual({ alternate: true, cursor: false })
        await project.ps('stop', 'web')
        await one.shows(/^. web .*stopped/m)
        one.keys('C-c')
        await isOver(one, 130)
      },
    )

    it('restores the screen after `ps list -w` in a host with a table of commands, too', async () => {
      await shop().ps('start', 'web')
      project.write('shop.mjs', TABLE_APP)
      const one = await open('ps list -w')
      await one.shows(/^● web .*running/m)
      one.keys('C-c')
      await isOver(one, 130)
    })

    it('ends a command that waits at the first Ctrl-C', async () => {
      shop([child('slow', 'silent', { healthCheck: { type: 'output', outputPattern: 'never' }, startTimeout: 60_000 })])
      const one = await open('ps start slow')
      await until(async () => (await project.state('slow')).status === 'starting', { what: 'the start' })
      one.keys('C-c')
      expect(await isOver(one, 130)).toContain('interrupted; the supervisor carries on')
    })

    it('leaves the keys to the monitor', async () => {
      await shop().ps('start', 'web')
      const one = await open('ps monitor')
      await one.shows(/1\/1 running/)
      one.keys('q')
      await isOver(one, 0)
    })
  },
)
