import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { executable, REPOSITORY } from './runtimes.ts'
import { describeWithSwarm, NODE_IMAGE, SwarmLab } from './swarm.ts'
import { until } from './until.ts'

describeWithSwarm('a swarm for tests', () => {
  it('has hosts that lose their power, and leaves nothing', async () => {
    const lab = await SwarmLab.start(2)
    try {
      const service = ['service', 'create', '--detach', '--no-resolve-image', '--network', 'host', '--name', 'idle']
      await lab.docker([...service, '--replicas', '2', NODE_IMAGE, 'sleep', '600'])
      const running = () => lab.docker(['service', 'ps', '--filter', 'desired-state=running', 'idle'])
      await until(async () => (await running()).match(/Running \d|Running about/g)?.length === 2, {
        timeoutMs: 60_000,
        what: 'two replicas',
      })
      lab.cutPower(2)
      await until(async () => (await lab.docker(['node', 'ls'])).includes('Down'), {
        timeoutMs: 60_000,
        what: 'a host that is gone',
      })
    } finally {
      await lab.end()
    }
    expect(existsSync(lab.socket())).toBe(false)
  }, 180_000)

  it('ends with the tests that made it, and the next one removes what they left', async () => {
    const script = `
      const { SwarmLab } = await import(${JSON.stringify(`${REPOSITORY}/test/helpers/swarm.ts`)})
      console.log((await SwarmLab.start(1)).socket())`
    const child = spawn(executable('bun'), ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    let printed = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk
    })
    const socket = await until(() => /^\/\S+/.exec(printed)?.[0], { timeoutMs: 90_000, what: 'a lab' })
    child.kill('SIGKILL')
    const lab = await until(() => SwarmLab.start(1), { timeoutMs: 60_000, what: 'another lab' })
    try {
      await until(() => SwarmLab.removeLeftovers() && !existsSync(socket), { what: 'the leftovers to be removed' })
    } finally {
      await lab.end()
    }
  }, 180_000)
})
