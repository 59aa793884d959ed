import { setTimeout } from 'node:timers/promises'
import { afterAll, expect, it } from 'vitest'
import { allLines, launchBrowser, loggedIn } from '../helpers/browser.ts'
import { child } from '../helpers/children.ts'
import { call, overHttp } from '../helpers/mcp.ts'
import { tempProject } from '../helpers/project.ts'
import { startPrometheus } from '../helpers/prometheus.ts'
import { until } from '../helpers/until.ts'
import { WebClient } from '../helpers/web-client.ts'
import { describeWith } from '../integration/programs.ts'

/** `ROUNDS=10` shows how long each client took to go on, in ms. */
const ROUNDS = Number(process.env.ROUNDS ?? 2)

const ends: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const end of ends.reverse()) await end()
})

/** A client that reads a log: the numbers that it has read, in that order. */
interface Reader {
  read: number[]
  newest(): Promise<number>
}

describeWith(['chromium', 'prometheus'], 'a dashboard, a follower, a Prometheus and an MCP client', () => {
  it('all go on when their supervisor is killed, and lose no line', { timeout: 60_000 + 40_000 * ROUNDS }, async () => {
    const project = tempProject({ config: [child('counter', 'counter')] })
    ends.push(() => project.dispose())
    expect((await project.ps('start', 'counter')).code).toBe(0)
    const { url, token } = (await project.ps('web', '--json')).json()
    const stop = new AbortController()
    ends.push(async () => stop.abort())

    const browser = await launchBrowser()
    ends.push(() => browser.close())
    const page = await loggedIn(browser, `${url}?token=${token}`)
    await page.evaluate("location.hash = '#/process/counter/logs'")
    await page.getByLabel('Streams').selectOption('output')
    const prometheus = await startPrometheus(project, url)
    ends.push(prometheus.end)
    const scraped = async () => (await prometheus.ask('max(timestamp(tuix_process_up))'))[0]?.value ?? 0
    const follower = follow(new WebClient({ url, token }), stop.signal)
    const agent = await overMcp(url, token, stop.signal)

    const tookAll: Record<string, number[]> = {}
    for (let round = 1; round <= ROUNDS; round++) {
      // All are at it.
      await until(async () => (await scraped()) > 0, { what: 'a scrape' })
      for (const reader of [follower, agent]) await until(() => reader.read.length > 0, { what: 'lines' })
      await page.locator('.line').first().waitFor()
      await project.killSupervisor()
      await page.getByText('reconnecting…', { exact: true }).waitFor()
      expect((await project.ps('list')).code).toBe(0)
      const back = Date.now()
      const said = Number(project.read('.tuix/logs/counter.out.log').trimEnd().split('\n').at(-1))
      const goesOn = async (name: string, isOn: () => Promise<boolean>) => {
        await until(isOn, { what: `${name} to go on`, everyMs: 50 })
        tookAll[name] = [...(tookAll[name] ?? []), Date.now() - back]
      }
      await Promise.all([
        goesOn('dashboard', async () => Number(await page.locator('.line .text').last().textContent()) > said),
        goesOn('follower', async () => (await follower.newest()) > said),
        goesOn('prometheus', async () => (await scraped()) * 1000 > back),
        goesOn('agent', async () => (await agent.newest()) > said),
      ])
    }
    if (process.env.ROUNDS) console.log(JSON.stringify(tookAll))

    expect((await project.ps('stop', 'counter')).code).toBe(0)
    const written = project.read('.tuix/logs/counter.out.log').trimEnd().split('\n')
    const last = Number(written.at(-1))
    await until(async () => (await follower.newest()) === last && (await agent.newest()) === last)
    await until(async () => (await page.locator('.line .text').last().textContent()) === written.at(-1))
    expect(follower.read.map(String)).toEqual(written)
    expect(agent.read.map(String)).toEqual(written)
    expect(await allLines(page)).toEqual(written)
    for (const { value } of await prometheus.ask('resets(tuix_process_cpu_seconds_total[1h])')) expect(value).toBe(0)
  })
})

/** Follows over server-sent events, and connects again with the last id, as browsers do. */
function follow(client: WebClient, signal: AbortSignal): Reader {
  const read: number[] = []
  const begin = async () => {
    let last: string | undefined
    while (!signal.aborted) {
      try {
        for await (const { id, item } of client.stream('/v1/logs/follow?names=counter&cursor=start', signal, last)) {
          last = id ?? last
          read.push(...item.logs.filter(({ source }) => source === 'stdout').map(({ message }) => Number(message)))
        }
      } catch {
        // The supervisor is gone.
      }
      await setTimeout(100)
    }
  }
  void begin()
  return { read, newest: async () => read.at(-1) ?? 0 }
}

/** Asks for what is new with the cursor of the answer before, as agents do. */
async function overMcp(url: string, token: string, signal: AbortSignal): Promise<Reader> {
  const client = await overHttp(url, token, '2026-07-28')
  ends.push(() => client.close())
  const read: number[] = []
  const begin = async () => {
    let cursor: string | undefined
    while (!signal.aborted) {
      try {
        const asked = { names: ['counter'], ...(cursor !== undefined && { cursor }) }
        const { data } = await call(client, 'ps_logs', asked)
        cursor = data.cursor
        for (const { text, source } of data.entries) if (source === 'stdout') read.push(Number(text))
      } catch {
        // The supervisor is gone.
      }
      await setTimeout(100)
    }
  }
  void begin()
  return { read, newest: async () => read.at(-1) ?? 0 }
}
