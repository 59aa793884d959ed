import { existsSync } from 'node:fs'
import { check, disposing, rowsOf, sleeps } from '../lib/everyone.mjs'
import { cpuNow, cpuSince, memoryOf } from '../lib/proc.mjs'
import { sleep, until } from '../lib/run.mjs'
import { ours } from '../managers/ours.mjs'

const CHROMIUM = '/usr/bin/chromium'
const COUNT = 50
const SECONDS = 30
/** ms after which whatever the start and the first page leave to be done is done. */
const SETTLED = 15_000

/** What a supervisor takes while a dashboard is open: its memory and its part of a core, fifty processes, a real browser. */
export async function dashboard(context) {
  if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is missing`)
  const { chromium } = await import('playwright-core')
  const sides = context.runtimes.filter(({ command }) => command === undefined)
  const managers = sides.map((side) => ours(side, sleeps(COUNT)))
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    return await disposing(managers, async () => {
      const [memory, cpu] = [{}, {}]
      // One after the other: both pages at once would share the browser's time.
      for (const manager of managers) {
        await manager.start()
        await until(() => manager.children().length === COUNT, { what: `${manager.name} to run ${COUNT}` })
        const { url, token } = JSON.parse(await manager.ps('web', '--json'))
        const page = await browser.newPage()
        await page.goto(`${url}?token=${token}`)
        await page.locator(`[data-row=sleep-${COUNT - 1}]`).waitFor()
        await sleep(SETTLED)
        const before = cpuNow(manager.pid())
        await sleep(SECONDS * 1000)
        cpu[manager.name] = cpuSince(manager.pid(), before) / (10 * SECONDS)
        memory[manager.name] = memoryOf(manager.pid()).rss
        await page.close()
      }
      const row = (what, unit, values, limit) =>
        rowsOf({ ...context, runtimes: sides }, values, (_, value) => ({
          what,
          unit,
          checks: [check(value, limit, unit)],
        }))
      return [
        ...row(`memory of the supervisor, ${COUNT} processes, a dashboard open (RSS)`, 'MiB', memory, 75),
        ...row(`part of a core, ${COUNT} processes, a dashboard open`, '%', cpu, 2),
      ]
    })
  } finally {
    await browser.close()
  }
}
