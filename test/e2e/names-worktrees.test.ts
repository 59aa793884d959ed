import { execFileSync } from 'node:child_process'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchBrowser } from '../helpers/browser.ts'
import { child } from '../helpers/children.ts'
import { call, overHttp } from '../helpers/mcp.ts'
import { NamesUser } from '../helpers/names.ts'
import { alive } from '../helpers/processes.ts'
import { until } from '../helpers/until.ts'
import { describeWith } from '../integration/programs.ts'

let user: NamesUser

const git = (folder: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    cwd: user.home.file(folder),
    encoding: 'utf8',
    stdio: 'pipe',
  })
const stateOf = async (folder: string, name: string) => {
  const states: { name: string; pid: number; url: string }[] = (await user.ps(folder, 'list', '--json')).json()
  return states.find((state) => state.name === name)
}

describeWith(['git', 'chromium'], 'two working trees of one repository', () => {
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    user = new NamesUser()
    browser = await launchBrowser()
    await user.startProxy()
    user.home.write('shop/processes.json', {
      processes: [child('web', 'site', { port: 'auto' }), child('api', 'site', { port: 'auto' })],
    })
    git('shop', 'init', '-q', '-b', 'main')
    git('shop', 'add', '-A')
    git('shop', 'commit', '-qm', 'first')
    git('shop', 'worktree', 'add', '-q', '../login', '-b', 'feature/Log_in')
    for (const folder of ['shop', 'login']) await user.ps(folder, 'start', '--all')
    page = await browser.newPage()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await user?.dispose()
  })

  const urlOf = (host: string) => `http://${host}.localhost:${user.http}/`
  const main = () => urlOf('web.shop')
  const linked = (branch = 'feature-log-in') => urlOf(`${branch}.web.shop`)
  const shown = async (url: string) => {
    await page.goto(url)
    return JSON.parse((await page.textContent('body')) ?? '')
  }

  it('run at once without a changed file, each with addresses of its own', async () => {
    expect(git('login', 'status', '--porcelain', '--untracked-files=no')).toBe('')
    const [one, other] = [await stateOf('shop', 'web'), await stateOf('login', 'web')]
    expect(`${one?.url}/`).toBe(main())
    expect(`${other?.url}/`).toBe(linked())
    expect(await shown(main())).toMatchObject({ pid: one?.pid, TUIX_URL: one?.url })
    expect(await shown(linked())).toMatchObject({ pid: other?.pid, TUIX_URL: other?.url })
  })

  it('talk by WebSocket and events with a page of their own origin', async () => {
    for (const url of [main(), linked()]) {
      await page.goto(url)
      const heard = await page.evaluate<string>(`new Promise((resolve, reject) => {
        const socket = new WebSocket('/chat')
        socket.onopen = () => socket.send('hi')
        socket.onmessage = ({ data }) => resolve(data)
        socket.onerror = () => reject(new Error('no socket'))
      })`)
      expect(heard).toBe('echo hi')
      const events = await page.evaluate<string[]>(`new Promise((resolve) => {
        const all = []
        const source = new EventSource('/events')
        source.onmessage = ({ data }) => {
          all.push(data)
          if (all.length === 3) { source.close(); resolve(all) }
        }
      })`)
      expect(events).toEqual(['1', '2', '3'])
    }
  })

  it('have links to their addresses on their dashboards, and agents are told them', async () => {
    const { url, token } = (await user.ps('login', 'web', '--json')).json()
    await page.goto(`${url}?token=${token}`)
    await page.evaluate("location.hash = '#/process/web'")
    const link = page.locator(`a[href="${linked().slice(0, -1)}"]`)
    await link.waitFor()
    expect(await link.textContent()).toBe(linked().slice(0, -1))
    const agent = await overHttp(url, token, '2026-07-28')
    const { processes }: { processes: { name: string; url: string }[] } = (await call(agent, 'ps_list')).data
    expect(processes.find(({ name }) => name === 'web')?.url).toBe(linked().slice(0, -1))
    await agent.close()
  })

  it('are stopped apart, and the page of one that is down comes alive again', async () => {
    const before = await stateOf('shop', 'web')
    await user.ps('login', 'stop', '--all')
    expect(alive(before?.pid)).toBe(true)
    expect(await shown(main())).toMatchObject({ pid: before?.pid })
    await page.goto(linked())
    expect(await page.textContent('h1')).toBe('web is stopped')
    await user.ps('login', 'start', '--all')
    const { pid } = (await stateOf('login', 'web')) ?? {}
    await until(async () => (await page.textContent('body'))?.includes(`"pid":${pid},`), {
      what: 'the page to load again',
    })
    expect(await stateOf('shop', 'web')).toMatchObject({ pid: before?.pid })
  })

  it('follow a switch of branches, also while one is rebased', async () => {
    git('login', 'switch', '-qc', 'other')
    await until(async () => (await user.ask('other.web.shop.localhost')).status === 200)
    expect((await user.ask('feature-log-in.web.shop.localhost')).status).toBe(404)
    await until(async () => `${(await stateOf('login', 'web'))?.url}/` === linked('other'))
    git('login', 'checkout', '-q', '--detach')
    await until(async () => (await user.ask('login.web.shop.localhost')).status === 200)
  })

  it('are forgotten when they are deleted', async () => {
    await user.ps('login', 'stop', '--all')
    git('shop', 'worktree', 'remove', '--force', '../login')
    await until(async () => (await user.ask('login.web.shop.localhost')).status === 404)
    expect((await user.ask('web.shop.localhost')).status).toBe(200)
  })

  it('have no address if the name would be too long, and say so in one sentence', async () => {
    git('shop', 'worktree', 'add', '-q', '../long', '-b', `b/${'x'.repeat(80)}`)
    const started = await user.ps('long', 'start', 'web')
    expect(started).toMatchObject({ code: 0, stderr: expect.stringContaining(': it would have 82 characters') })
    const { stdout } = await user.ps('long', 'proxy')
    expect(stdout).toContain(
      'has no name for the proxy: it would have 82 characters between two dots, and 63 are possible',
    )
    expect((await stateOf('long', 'web'))?.url).toBe(undefined)
  })
})
