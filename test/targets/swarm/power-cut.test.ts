import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ProcessState } from '../../../src/model/views/state.ts'
import type { Control } from '../../../src/protocol/operations.ts'
import { describeWithSwarm, NODE_IMAGE, SwarmLab } from '../../helpers/swarm.ts'
import { until } from '../../helpers/until.ts'
import { applying, reachLab, service } from './shop.ts'

/**
 * Each replica has a port of its own, since several may run on one host. It leaves connections open: a request that comes when
 * a server closes an idle one fails, whatever becomes of other hosts.
 */
const SERVER = `require('http').createServer({ keepAliveTimeout: 0 }, (_, response) => response.end('ok')).listen(8000 + Number(process.env.TUIX_INSTANCE))`

describeWithSwarm('a Swarm that loses a host', () => {
  let lab: SwarmLab
  let control: Control
  const web = (env: Record<string, string> = {}) =>
    service('web', SERVER, {
      env,
      deploy: { image: NODE_IMAGE, replicas: 3, update: { monitor: 1000, onFailure: 'continue' } },
    })
  const areUp = async (gone: string[]): Promise<ProcessState[] | null> => {
    const list = await control.list({})
    const areRunning = list.every(({ phase, host = '' }) => phase === 'running' && !gone.includes(host))
    return list.length === 3 && areRunning ? list : null
  }

  beforeAll(async () => {
    lab = await SwarmLab.start(4)
    control = await reachLab(lab)
  }, 150_000)
  afterAll(() => lab?.end(), 60_000)

  it('runs everything elsewhere, while the replicas that are left answer every request, and tells which host is gone', async () => {
    await control.apply(applying([web()]))
    const before = await until(() => areUp([]), { timeoutMs: 30_000, what: 'three replicas' })
    const lost = before.find(({ host }) => host !== 'host1')?.host ?? ''
    const urls = before
      .filter(({ host }) => host !== lost)
      .map(({ name, host = '' }) => `http://${lab.address(Number(host.slice(4)))}:${8000 + Number(name.slice(4))}/`)
    const load = `
      const said = { asked: 0, failures: [] }
      const note = (error) => said.failures.push(String(error.cause ?? error))
      const ask = async (url) => {
        while (!(await fetch(url).catch(() => null)));
        for (;;) { said.asked++; await fetch(url).then((r) => r.text()).catch(note) }
      }
      for (const url of ${JSON.stringify(urls)}) ask(url)
      setInterval(() => console.log(JSON.stringify(said)), 200)`
    const { stdout } = lab.spawn('node', ['-e', load])
    let said = ''
    const lines = createInterface({ input: stdout as Readable })
    lines.on('line', (line) => {
      said = line
    })
    await until(() => said !== '' && JSON.parse(said).asked > 100, { what: 'requests' })
    lab.cutPower(Number(lost.slice(4)))
    const after = await until(() => areUp([lost]), { timeoutMs: 60_000, what: 'all replicas elsewhere' })
    expect(JSON.parse(said).failures).toEqual([])
    const reasons = after.map(({ reason }) => reason).filter((reason) => reason !== '')
    expect(reasons).not.toEqual([])
    for (const reason of reasons)
      expect(reason).toMatch(new RegExp(`^moved: ${lost} does not answer since [\\d:]+ UTC$`))
  }, 120_000)

  it('converges with the next apply when a host is lost in the middle of a reload', async () => {
    const reload = control.reload({ names: ['web'], timeout: 40_000 }).catch(() => [])
    const used = await until(
      async () => (await control.list({})).find(({ phase }) => phase !== 'running') && (await control.list({})),
      { what: 'the reload', everyMs: 5 },
    )
    const lost = used.find(({ host }) => host && host !== 'host1')?.host
    if (lost) lab.cutPower(Number(lost.slice(4)))
    await reload
    const outcomes = await until(
      async () => {
        const all = await control.apply(applying([web({ MODE: 'new' })]))
        return all.every(({ ok }) => ok) ? all : null
      },
      { timeoutMs: 150_000, what: 'an apply that converges' },
    )
    expect(outcomes.map(({ name }) => name)).toEqual(['web-1', 'web-2', 'web-3'])
    expect(await until(() => areUp([lost ?? '']), { timeoutMs: 60_000, what: 'all replicas' })).toHaveLength(3)
  }, 240_000)
})
