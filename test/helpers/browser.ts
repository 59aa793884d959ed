import axe from 'axe-core'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { program } from '../integration/programs.ts'

/** It asks for nothing over the network but the pages of the test. */
const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Debian's Chromium, with a profile of its own. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: program('chromium'), args: SWITCHES })
}

type ContextOptions = Parameters<Browser['newContext']>[0]

/** A page that has logged in, of a browser that knows nothing of other pages. `page.context().close()` ends it. */
export async function loggedIn(browser: Browser, address: string, options: ContextOptions = {}): Promise<Page> {
  const context: BrowserContext = await browser.newContext({ reducedMotion: 'reduce', ...options })
  context.setDefaultTimeout(30_000)
  const page = await context.newPage()
  await page.goto(address)
  return page
}

/** What axe finds wrong with a page as it is: the rule, and where. */
export async function faultsOf(page: Page): Promise<string[]> {
  // Said to the browser itself, where the page's own policy forbids nothing.
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<{
    violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[]
  }>('axe.run(document, { resultTypes: ["violations"] })')
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`))
}

/** Scrolls through a list of lines, of which only those that are seen are in the page. */
export async function allLines(page: Page): Promise<string[]> {
  return await page.evaluate<string[]>(`(async () => {
    const box = document.querySelector('.log-box')
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    const lines = []
    for (let top = 0; top < box.scrollHeight; top += 200) {
      box.scrollTop = top
      await frame()
      await frame()
      const start = document.querySelector('.log-space').getBoundingClientRect().top
      for (const line of document.querySelectorAll('.line')) {
        lines[Math.round((line.getBoundingClientRect().top - start) / 20)] = line.querySelector('.text').textContent
      }
    }
    return lines
  })()`)
}
