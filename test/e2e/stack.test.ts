import { existsSync, readdirSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { alive, processesOf, read } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import type { Finished, Running } from '../helpers/running.ts'
import { until } from '../helpers/until.ts'

let project: Project
beforeEach(() => {
  project = tempProject({
    config: [
      child('db', 'server', { port: 5432, healthCheck: { type: 'tcp' } }),
      child('api', 'server', {
        port: 3000,
        dependsOn: ['db'],
        healthCheck: { type: 'http', url: '/' },
        restartDelay: 0,
      }),
      child('other', 'sleeper'),
    ],
  })
})
afterEach(() => project.dispose())

/** A test that uses stacks. All of theirs are in the project, which TMPDIR names. */
function runner(source: string, env: Record<string, string> = {}): Running {
  return project.app(`import { startStack } from 'tuix/test'\n${source}`, { env: { TMPDIR: project.path, ...env } })
}

async function finished(source: string, env?: Record<string, string>): Promise<Finished> {
  return runner(source, env).finished
}

const stacks = () => project.file(`tuix-stacks-${process.getuid?.()}`)

/** What is left of stacks: folders, reserved ports, and processes. */
function leftovers(): unknown[] {
  const folders = existsSync(stacks()) ? readdirSync(stacks()).filter((name) => name !== 'ports') : []
  const ports = existsSync(stacks()) ? readdirSync(`${stacks()}/ports`) : []
  return [...folders, ...ports, ...processesOf(project.path)]
}

const untilNothingIsLeft = () =>
  until(() => leftovers().length === 0, { what: 'the end of all stacks', timeoutMs: 30_000 })

async function comesUp(one: Running): Promise<void> {
  await until(() => one.stdout().includes('up\n') || one.stderr() !== '', {
    what: 'the stack to be up',
    timeoutMs: 30_000,
  })
  expect(one.stderr()).toBe('')
}

describe('a stack', () => {
  it('starts what is asked for and what that depends on, and nothing of it is left at the end', async () => {
    const { stdout, stderr } = await finished(`
      import { existsSync } from 'node:fs'
      const stack = await startStack('api')
      const answer = await fetch(stack.url('api'))
      const [line] = await stack.logs('api')
      console.log(JSON.stringify([stack.names, answer.status, stack.port('db') !== stack.port('api'), line.name]))
      await stack[Symbol.asyncDispose]()
      console.error(existsSync(stack.tuixDir))
    `)
    expect(stderr).toBe('false\n')
    expect(JSON.parse(stdout)).toEqual([['db', 'api'], 200, true, 'api'])
    await untilNothingIsLeft()
  })

  it('has ports of its own, also where those of the config are taken', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    try {
      project.write('processes.json', [child('api', 'server', { port, healthCheck: { type: 'http', url: '/' } })])
      const { stdout, stderr } = await finished(`
        const stack = await startStack()
        console.log(stack.port('api'), stack.url('api'))
        await stack.stop()
      `)
      expect(stderr).toBe('')
      const [own, url] = stdout.trim().split(' ')
      expect(Number(own)).not.toBe(port)
      expect(url).toBe(`http://localhost:${own}`)
    } finally {
      server.close()
    }
  })

  it('takes a config, variables, a profile and a folder', async () => {
    project.write('there/config.json', {
      processes: [
        { name: 'say', command: 'echo $' + '{WORD} $MORE; exec sleep 1000', shell: true, env: { MORE: 'one' } },
      ],
      profiles: { loud: { processes: { say: { env: { MORE: 'LOUD' } } } } },
    })
    const { stdout, stderr } = await finished(`
      const options = { config: 'config.json', cwd: 'there', env: { WORD: 'hello' } }
      for (const more of [{}, { profile: 'loud' }, { env: { WORD: 'bye', MORE: 2 } }]) {
        const stack = await startStack('say', { ...options, ...more })
        const { message } = await stack.expectLog(/^(hello|bye)/)
        console.log(message)
        await stack.stop()
      }
      const inCode = await startStack(['a'], { config: { processes: { a: { command: 'sleep 1000' } } } })
      console.log(inCode.names.join())
      await inCode.stop()
    `)
    expect(stderr).toBe('')
    expect(stdout).toBe('hello one\nhello LOUD\nbye 2\na\n')
  })

  it('can be broken and mended by the test', async () => {
    const { stdout, stderr } = await finished(`
      const stack = await startStack('api')
      const pid = async () => (await fetch(stack.url('api'))).text()
      const before = await pid()
      await stack.kill('api')
      await stack.waitFor('api')
      const [cause] = await stack.why('api')
      const killed = await pid()
      await stack.restart('api')
      console.log(JSON.stringify([new Set([before, killed, await pid()]).size, cause.message.startsWith('killed by SIGKILL')]))
      await stack.stop()
    `)
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual([3, true])
  })

  it('has a port of its own for instances that share one', async () => {
    project.write('processes.json', [child('api', 'server', { port: 3000, instances: 2 })])
    const { stdout, stderr } = await finished(`
      const stack = await startStack()
      const ask = async () => (await fetch(stack.url('api'))).text()
      const answers = await Promise.all([ask(), ask(), ask(), ask()])
      console.log(JSON.stringify([stack.names, new Set(answers).size, stack.port('api') !== 3000]))
      await stack.stop()
    `)
    expect(stderr).toBe('')
    const [names, answered, isOwn] = JSON.parse(stdout)
    expect(names.sort()).toEqual(['api-1', 'api-2', 'api-proxy'])
    expect([answered, isOwn]).toEqual([2, true])
    await untilNothingIsLeft()
  })

  it('says what it has instead', async () => {
    const { stdout } = await finished(`
      const stack = await startStack(['api', 'other'])
      const attempts = [
        () => stack.url('apo'),
        () => stack.url('other'),
        () => stack.port('other'),
        () => stack.expectLog('never', { from: 'api', timeout: 100 }),
      ]
      for (const attempt of attempts) console.log(await Promise.resolve().then(attempt).catch((error) => error.message))
      await stack.stop()
    `)
    expect(stdout).toContain('apo is not in this stack; available: db, api, other\n')
    expect(stdout.match(/^other has no port: set its `port`, and let it listen on \$PORT$/gm)).toHaveLength(2)
    expect(stdout).toMatch(
      /no line of api matched "never" within 100 ms; the last lines:\n(?:.*\n)*? {2}[\d:.]+ api {3}port \d+\n/,
    )
  })
})

describe('a stack that does not start', () => {
  it('says why, with the last error and lines, and leaves nothing', async () => {
    project.write('processes.json', [
      { name: 'db', command: "sh -c 'echo opening; echo no space >&2; exit 3'" },
      child('api', 'server', { port: 3000, dependsOn: ['db'] }),
    ])
    const { stdout } = await finished(
      `await startStack('api').catch(({ code, message }) => console.log(code, message))`,
    )
    expect(stdout.replace(/\d+(\.\d+)? m?s|[\d:.]{12}/g, 'T')).toBe(
      [
        'start-failed db: exited with 3 after T, before it was ready',
        '  last error: no space',
        '  last lines:',
        '    T db   opening',
        '    T db ! no space',
        '',
      ].join('\n'),
    )
    await untilNothingIsLeft()
  })

  it('says what it was waiting for when time is up', async () => {
    project.write('processes.json', [child('api', 'sleeper', { port: 3000, healthCheck: { type: 'http', url: '/' } })])
    const { stdout } = await finished(
      `await startStack('api', { timeout: 1000 }).catch(({ code, message }) => console.log(code, message))`,
    )
    expect(stdout).toMatch(/^timeout api: not ready within 1 s: http:\/\/localhost:\d+\/ connection refused/)
    await untilNothingIsLeft()
  })

  it('is refused with one sentence where nothing can be started', async () => {
    const { stdout } = await finished(`
      const told = (...args) => startStack(...args).then(() => 'started', ({ code, message }) => code + ': ' + message)
      console.log(await told('apo'))
      console.log(await told('api', { config: 'missing.json' }))
      console.log(await told('api', { config: [{ name: 'api', comand: 'x' }] }))
      console.log(await told('api', { cwd: '/' }))
      console.log(await told('api', { profile: 'x' }))
    `)
    const lines = stdout.trim().split('\n')
    expect(lines[0]).toMatch(/^unknown-process: no process is named `apo`/)
    expect(lines[1]).toMatch(/^config: there is no config file missing\.json/)
    expect(lines[2]).toBe('config: `config.processes[0].comand` is not a setting; did you mean `command`?')
    expect(lines[3]).toBe('config: no config file found in /')
    expect(lines[4]).toMatch(/^usage: no profile is named x/)
    await untilNothingIsLeft()
  })
})

describe('what a test leaves behind', () => {
  const FOREVER = `await startStack('api')\nconsole.log('up')\nsetInterval(() => {}, 1000)`

  it.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)('is removed when %s ends its runner', async (signal) => {
    const one = runner(FOREVER)
    await comesUp(one)
    expect(leftovers().length).toBeGreaterThan(4)
    one.kill(signal)
    await one.finished
    await untilNothingIsLeft()
  })

  it('is removed when the runner ends without stopping its stack, which keeps it from nothing', async () => {
    const { code, stderr } = await finished(`await startStack('api')`)
    expect([code, stderr]).toEqual([0, ''])
    await untilNothingIsLeft()
  })

  it('is removed after an assertion that failed', async () => {
    const { code, stderr } = await finished(`await startStack('api')\nthrow new Error('expected 1 to be 2')`)
    expect(code).toBe(1)
    expect(stderr).toContain('expected 1 to be 2')
    await untilNothingIsLeft()
  })

  it('is removed by the next run, when the runner and the host were both killed', async () => {
    const one = runner(FOREVER)
    await comesUp(one)
    const [host] = hosts()
    if (host === undefined) throw new Error('no host')
    process.kill(host, 'SIGSTOP')
    one.kill('SIGKILL')
    await one.finished
    process.kill(host, 'SIGKILL')
    await until(() => !alive(host), { what: 'the death of the host' })
    const left = leftovers()
    expect(left.length).toBeGreaterThan(4)
    const { stderr } = await finished(`await (await startStack('other')).stop()`)
    expect(stderr).toBe('')
    await untilNothingIsLeft()
  })

  it('is nothing, when the host was killed and the test went on', async () => {
    const one = runner(`
      import { once } from 'node:events'
      const alive = setInterval(() => {}, 1000)
      const stack = await startStack('api')
      console.log('up')
      await once(process, 'SIGUSR2')
      await stack.restart('api')
      console.log((await fetch(stack.url('api'))).status)
      await stack.stop()
      clearInterval(alive)
    `)
    await comesUp(one)
    for (const host of hosts()) process.kill(host, 'SIGKILL')
    one.kill('SIGUSR2')
    const { stdout, stderr } = await one.finished
    expect([stdout, stderr]).toEqual(['up\n200\n', ''])
    await untilNothingIsLeft()
  })

  it('is removed with its worker thread', async () => {
    project.write(
      'worker.mjs',
      `import { startStack } from 'tuix/test'\nawait startStack('api')\nconsole.log('up')\nsetInterval(() => {}, 1000)`,
    )
    const one = runner(`
      import { Worker } from 'node:worker_threads'
      import { once } from 'node:events'
      const worker = new Worker(new URL('./worker.mjs', import.meta.url))
      await once(process, 'SIGUSR2')
      await worker.terminate()
      console.log('terminated')
      setInterval(() => {}, 1000)
    `)
    await comesUp(one)
    one.kill('SIGUSR2')
    await until(() => one.stdout().includes('terminated'), { what: 'the end of the thread' })
    await until(() => leftovers().every((left) => left === one.pid), {
      what: 'the end of its stack',
      timeoutMs: 30_000,
    })
    one.kill('SIGKILL')
    await one.finished
  })
})

describe('fifty stacks in parallel', () => {
  it('of five runners have ports of their own, and leave nothing', async () => {
    const runners = Array.from({ length: 5 }, () =>
      runner(`
        const stacks = await Promise.all(Array.from({ length: 10 }, () => startStack('api')))
        console.log(JSON.stringify(stacks.flatMap((stack) => [stack.port('db'), stack.port('api')])))
        const answers = await Promise.all(stacks.map(async (stack) => (await fetch(stack.url('api'))).text()))
        console.error(new Set(answers).size)
        // All at once, also with those of the other runners. A stack keeps no program alive.
        const alive = setInterval(() => {}, 1000)
        await new Promise((resolve) => process.once('SIGUSR2', resolve))
        clearInterval(alive)
        await Promise.all(stacks.map((stack) => stack.stop()))
      `),
    )
    await until(() => runners.every((one) => one.stderr() !== ''), { what: 'all stacks to be up', timeoutMs: 50_000 })
    const ports = runners.flatMap((one): number[] => JSON.parse(one.stdout()))
    expect(new Set(ports).size).toBe(100)
    expect(runners.map((one) => one.stderr().trim())).toEqual(['10', '10', '10', '10', '10'])
    for (const one of runners) one.kill('SIGUSR2')
    expect((await Promise.all(runners.map((one) => one.finished))).map(({ code }) => code)).toEqual([0, 0, 0, 0, 0])
    await untilNothingIsLeft()
  }, 120_000)
})

/** Pids of the hosts of this project's stacks. */
function hosts(): number[] {
  return processesOf(project.path).filter((pid) => read(`/proc/${pid}/cmdline`).includes('/stack-host.js'))
}
