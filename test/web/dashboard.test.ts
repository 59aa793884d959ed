import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { allLines, faultsOf, launchBrowser, loggedIn } from '../helpers/browser.ts'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'
import { describeWith } from '../integration/programs.ts'

const SCRIPT = '<img src=x onerror="window.wasRun=1"><script>window.wasRun=1</script>'
/** What each page has; the second part is waited for. */
const PAGES = [
  ['#/', '[data-row=counter]'],
  ['#/process/counter', '.chart canvas'],
  ['#/process/counter/logs', '.line'],
  ['#/process/counter/config', '.json'],
  ['#/process/hostile', '.feed li'],
  ['#/logs', '.line'],
  ['#/graph', '.node'],
] as const

describeWith(['chromium'], 'the dashboard', () => {
  let browser: Browser
  let project: Project
  let origin: string
  let address: string
  let page: Page

  beforeAll(async () => {
    browser = await launchBrowser()
    project = tempProject({
      config: [
        child('counter', 'counter', { group: 'jobs' }),
        child('sleeper', 'sleeper', { group: 'jobs', dependsOn: ['counter'] }),
        child('flood', 'flood', { args: ['110000'], autorestart: false }),
        { name: 'hostile', command: `sh hostile.sh '${SCRIPT}'`, autorestart: false },
      ],
      files: { 'hostile.sh': 'printf "$1\\n\\033[31mred\\033[0m \\033]0;title\\007\\n"; printf "$1\\n" >&2; exit 3\n' },
    })
    await project.ps('start', 'counter', 'sleeper')
    await project.ps('start', 'hostile')
    const { url, token } = (await project.ps('web', '--json')).json()
    origin = url
    address = `${url}?token=${token}`
  }, 180_000)

  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
  })
  afterAll(async () => {
    await browser?.close()
    await project?.dispose()
  })

  const open = async (hash: string, options = {}) => {
    page = await loggedIn(browser, address, options)
    await page.evaluate(`location.hash = ${JSON.stringify(hash)}`)
  }
  const row = (name: string) => page.locator(`[data-row=${name}]`)

  it('shows the processes, and what becomes of them', async () => {
    await open('#/')
    await row('counter').getByText('running').waitFor()
    expect(await row('hostile').locator('.status').textContent()).toContain('crashed')
    expect(page.url()).not.toContain('token')
    await project.ps('stop', 'sleeper')
    await row('sleeper').getByText('stopped').waitFor()
    await row('sleeper').getByRole('button', { name: 'Start sleeper' }).click()
    await row('sleeper').getByText('running').waitFor()
    expect((await project.state('sleeper')).status).toBe('running')
  })

  it('restarts a process, but asks before', async () => {
    const before = await project.state('sleeper')
    await open('#/')
    const button = row('sleeper').getByRole('button', { name: 'Restart sleeper' })
    await button.click()
    await page.getByRole('dialog', { name: 'Restart sleeper?' }).getByRole('button', { name: 'Cancel' }).click()
    expect((await project.state('sleeper')).run).toBe(before.run)
    await button.click()
    await page.getByRole('dialog').getByRole('button', { name: 'Restart' }).click()
    await page.getByText('sleeper: restarted').waitFor()
    const after = await project.state('sleeper')
    expect(after.run).toBe(before.run + 1)
    expect(after.pid).not.toBe(before.pid)
  })

  it('is what the demo opens, where both processes and their logs are seen, and a restart is seen by list', async () => {
    const demo = tempProject()
    try {
      demo.copyExample('quickstart')
      const running = demo.run([demo.file('examples/quickstart/demo.mjs'), '--web'], { timeoutMs: 120_000 })
      const shown = await until(() => /http:\S+token=\S+/.exec(running.stdout())?.[0], {
        what: 'an address',
        timeoutMs: 60_000,
      })
      page = await loggedIn(browser, shown)
      for (const name of ['web', 'worker']) await row(name).getByText('running').waitFor()
      await page.evaluate("location.hash = '#/logs'")
      await page.locator('.line').first().waitFor()
      await page.evaluate("location.hash = '#/'")
      await row('worker').getByRole('button', { name: 'Restart worker' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Restart' }).click()
      await page.getByText('worker: restarted').waitFor()
      const listed = await demo.ps('--tuix-dir', 'examples/quickstart/.tuix', 'list', '--json')
      expect(listed.json()).toContainEqual(expect.objectContaining({ name: 'worker', run: 2, status: 'running' }))
      running.kill('SIGINT')
      expect((await running.finished).code).toBe(0)
    } finally {
      await demo.dispose()
    }
  })

  it('goes by the keyboard', async () => {
    await open('#/')
    await row('counter').waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'sleeper', exact: true }).waitFor()
    await page.keyboard.press('x')
    await page.getByRole('dialog', { name: 'Stop sleeper?' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await row('counter').waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('/')
    await page.keyboard.type('hostile')
    await row('counter').waitFor({ state: 'detached' })
    expect(await row('hostile').count()).toBe(1)
    expect((await project.state('sleeper')).status).toBe('running')
  })

  it('has every line of a log once, although its supervisor was killed', async () => {
    await open('#/process/counter/logs')
    await page.getByLabel('Streams').selectOption('output')
    await page.locator('.line').first().waitFor()
    await project.killSupervisor()
    await page.getByText('reconnecting…', { exact: true }).waitFor()
    const { pid } = await project.state('counter')
    await page.locator('.link').getByText('live').waitFor()
    const said = Number(await page.locator('.line .text').last().textContent())
    await until(async () => Number(await page.locator('.line .text').last().textContent()) > said + 5)
    expect((await project.state('counter')).pid).toBe(pid)
    await project.ps('stop', 'counter')
    const written = project.read('.tuix/logs/counter.out.log').trim().split('\n')
    await until(async () => (await page.locator('.line .text').last().textContent()) === written.at(-1))
    expect(await allLines(page)).toEqual(written)
    await project.ps('start', 'counter')
  })

  it('shows what others wrote as text', async () => {
    for (const hash of ['#/process/hostile', '#/process/hostile/config', '#/graph', '#/']) {
      await open(hash)
      await page.locator('main').getByText('hostile').first().waitFor()
      expect(await page.evaluate('window.wasRun ?? document.querySelectorAll("main img, main script").length')).toBe(0)
    }
    expect(await row('hostile').locator('.command').textContent()).toBe(`sh hostile.sh '${SCRIPT}'`)
    await open('#/process/hostile/logs')
    const lines = page.locator('.line')
    await lines.filter({ hasText: 'red' }).waitFor()
    expect(await page.locator('.line.stdout .text').first().textContent()).toBe(SCRIPT)
    expect(await page.locator('.line.stderr .text').textContent()).toBe(SCRIPT)
    expect(await page.locator('.line.stderr .origin').textContent()).toBe('err')
    // The colour is one; the title of the terminal is left out.
    expect(await lines.filter({ hasText: 'red' }).locator('.text').textContent()).toBe('red ')
    expect(await page.evaluate('document.querySelector(".line .span[style]").style.getPropertyValue("--ink")')).toBe(
      'var(--ansi-1)',
    )
    expect(await page.evaluate('window.wasRun ?? document.querySelectorAll("main img, main script").length')).toBe(0)
    // A search of the server's, which is marked.
    await page.getByRole('searchbox').fill('RED')
    await page.locator('mark').waitFor()
    await until(async () => (await lines.count()) === 1)
  })

  it('shows what was recorded of a crash as text', async () => {
    await open('#/process/hostile')
    await page.getByRole('button', { name: 'hostile-1' }).click()
    const report = page.getByLabel('Report hostile-1')
    await report.getByText('exited with 3').waitFor()
    expect((await report.textContent())?.split(SCRIPT)).toHaveLength(3)
    expect(await page.evaluate('window.wasRun ?? document.querySelectorAll("main img, main script").length')).toBe(0)
    await page.getByRole('button', { name: 'hostile-1' }).click()
    await report.waitFor({ state: 'detached' })
  })

  it('keeps a hundred thousand lines, and only those in the page that are seen', async () => {
    await open('#/process/flood/logs')
    await page.getByRole('button', { name: 'Start flood' }).click()
    await page.getByText('line 109999', { exact: true }).waitFor({ timeout: 120_000 })
    const count = await page.locator('.log-foot').textContent()
    expect(Number(/([\d,]+) lines/.exec(count ?? '')?.[1]?.replace(',', ''))).toBeGreaterThanOrEqual(100_000)
    expect(await page.locator('.line').count()).toBeLessThan(100)
    await page.evaluate('document.querySelector(".log-box").scrollTop = 20 * 50_000')
    await page.getByRole('button', { name: 'Follow again' }).click()
    await page.getByText('line 109999', { exact: true }).waitFor()
  }, 180_000)

  it('is out of reach for the pages of other origins', async () => {
    const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<p>other</p>'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      await open('#/')
      await page.goto(`http://evil.localhost:${(server.address() as AddressInfo).port}/`)
      const tries = [origin, origin.replace('127.0.0.1', 'localhost')].flatMap((target) => [
        `fetch('${target}v1/processes', { credentials: 'include' }).then((answer) => answer.text(), () => 'refused')`,
        `fetch('${target}v1/processes', { credentials: 'include', mode: 'no-cors' }).then((answer) => answer.text(), () => 'refused')`,
        ...['application/json', 'text/plain'].map(
          (type) =>
            `fetch('${target}v1/stop', { method: 'POST', credentials: 'include', mode: '${type === 'text/plain' ? 'no-cors' : 'cors'}', headers: { 'content-type': '${type}' }, body: '{"all":true}' }).then((answer) => answer.text(), () => 'refused')`,
        ),
      ])
      for (const one of tries) expect(['refused', '']).toContain(await page.evaluate(one))
      expect((await project.state('counter')).status).toBe('running')
    } finally {
      server.close()
    }
  })

  it('says what to do when the token is refused', async () => {
    await open('#/')
    await row('counter').waitFor()
    await page.context().clearCookies()
    await page.getByText('Access was refused').waitFor()
    await page.goto(address)
    await row('counter').waitFor()
  })

  it.each(['dark', 'light'] as const)(
    'can be used by everybody, %s',
    async (colorScheme) => {
      await open('#/', { colorScheme })
      for (const [hash, what] of PAGES) {
        await page.evaluate(`location.hash = ${JSON.stringify(hash)}`)
        await page.locator(what).first().waitFor()
        expect(await faultsOf(page)).toEqual([])
        await page.setViewportSize({ width: 360, height: 740 })
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
        expect(await faultsOf(page)).toEqual([])
        await page.setViewportSize({ width: 1280, height: 720 })
      }
      await page.keyboard.press('?')
      expect(await faultsOf(page)).toEqual([])
    },
    180_000,
  )
})
