++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
import { dirname, join } from 'node:path'
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
import type { ResolvedWatch } from '../../../src/model/config.ts'
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
import { startWatch, type WatchReport, type WatchSurroundings } from '../../../src/monitors/watch/index.ts'
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
import { POLL_EVERY } from '../../../src/monitors/watch/tree.ts'
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
import { systemClock } from '../../../src/system/clock.ts'
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
import { until } from '../../helpers/until.ts'
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
import { VirtualClock } from '../../helpers/virtual-clock.ts'
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/

++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
let temp: TempFolder
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
const ends: (() => void)[] = []
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
beforeEach(() => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  temp = tempFolder('watch')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
})
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
afterEach(() => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  for (const end of ends.splice(0)) end()
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  temp.remove()
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
})
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/

++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
const at = (path: string) => join(temp.path, path)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
function write(path: string, content: string): void {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  mkdirSync(dirname(at(path)), { recursive: true })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  writeFileSync(at(path), content)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
}
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/

++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
interface Options extends Partial<ResolvedWatch>, Partial<WatchSurroundings> {}
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/

++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
/** Starts a watch; its reports, and a way to wait for the next: files by name, in the order of their reports. */
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
function begin({ paths = ['**/*'], ignore = [], debounce = 60, cwd = temp.path, ...surroundings }: Options = {}) {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  const reports: WatchReport[] = []
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  const end = startWatch({ paths, ignore, debounce, cwd }, (report) => reports.push(report), {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    clock: systemClock,
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    tuixDir: at('.tuix'),
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    logFiles: [],
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    ...surroundings,
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  ends.push(end)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  const changes = () => reports.flatMap((report) => (report.type === 'change' ? [report] : []))
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  const files = () => changes().map(({ file }) => file)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  return { debounce, reports, changes, files, end }
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
}
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/

++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
/**
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
 * Writes a file until the watch tells of it, so that it is known to have begun and to be up to date: what it did not tell
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
 * of by then it does not tell at all.
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
 */
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
async function probe(watch: ReturnType<typeof begin>, file = 'probe', tick = () => {}): Promise<void> {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  const before = watch.changes().length
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  let written = 0
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  await until(
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    () => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      // Seldom enough to be one burst each.
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      if (Date.now() - written > 200 + 2 * watch.debounce) {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
        write(file, String(Math.random()))
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
        written = Date.now()
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      }
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      tick()
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      return watch.changes().length > before
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    },
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    { what: `a report of ${file}` },
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  )
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
}
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/

++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
describe('startWatch', () => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  it('reports a changed, a new and a deleted file, each with its name', async () => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('src/a.ts', 'one')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const watch = begin()
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await probe(watch)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    for (const change of [
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      () => write('src/a.ts', 'two'),
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      () => write('src/b.ts', 'new'),
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      () => rmSync(at('src/a.ts')),
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    ]) {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      const count = watch.changes().length
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      change()
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      await until(() => watch.changes().length > count, { what: 'a report' })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    }
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    expect(watch.files().slice(1)).toEqual(['src/a.ts', 'src/b.ts', 'src/a.ts'])
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/

++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  it('reports a file once that is replaced by another, as editors save', async () => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('src/a.ts', 'one')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const watch = begin()
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await probe(watch)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('src/.a.ts.tmp', 'two')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    renameSync(at('src/.a.ts.tmp'), at('src/a.ts'))
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await until(() => watch.files().includes('src/a.ts'), { what: 'a report' })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await probe(watch)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    expect(watch.changes().filter(({ file, others }) => file === 'src/a.ts' && others === 0)).toHaveLength(1)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/

++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  it('makes one report of many files', async () => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    for (let i = 0; i < 1000; i++) write(`d${i % 10}/f${i}`, 'one')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const watch = begin({ debounce: 400 })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await probe(watch)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    for (let i = 0; i < 1000; i++) write(`d${i % 10}/f${i}`, 'three')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await until(() => watch.changes().length === 2, { what: 'a report' })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    expect(watch.changes()[1]?.others).toBe(999)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/

++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  it('does not report files that are as they were', async () => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('same', 'content')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('written', 'content')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('there-and-back', 'content')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const watch = begin({ debounce: 200 })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await probe(watch)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    utimesSync(at('same'), new Date(), new Date())
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('written', 'content')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    rmSync(at('there-and-back'))
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('there-and-back', 'content')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('new', 'x')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    rmSync(at('new'))
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await probe(watch)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    expect(watch.changes().every(({ file, others }) => file === 'probe' && others === 0)).toBe(true)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/

++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  it('compares files that are too large to be read by their size and time', async () => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const large = 'x'.repeat(2 ** 20 + 1)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('large', large)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const watch = begin()
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await probe(watch)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    utimesSync(at('large'), new Date(), new Date(Date.now() - 60_000))
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await until(() => watch.files().includes('large'), { what: 'a report' })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/

++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  it('waits for git', async () => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('.git/HEAD', 'ref')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('a', 'one')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const watch = begin()
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await probe(watch)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const count = watch.changes().length
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('.git/index.lock', '')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('a', 'two')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    // Two more rounds of the debounce on the same clock: without the lock a report would have come before.
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    for (let i = 0; i < 10; i++) await new Promise<void>((resolve) => systemClock.after(30, resolve))
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    expect(watch.changes()).toHaveLength(count)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    rmSync(at('.git/index.lock'))
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await until(() => watch.files().includes('a'), { what: 'a report' })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/

++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  it('never reports node_modules, .git, the state folder and the log files', async () => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('logs/web.log', '')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const watch = begin({ logFiles: [at('logs/web.log')], paths: ['**/*', '**/.*/**'] })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await probe(watch)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    for (const file of ['node_modules/x/a.js', '.git/HEAD', '.tuix/state.json', 'logs/web.log.0000000000000001']) {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      write(file, 'x')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    }
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    appendFileSync(at('logs/web.log'), 'line\n')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await probe(watch)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    expect(new Set(watch.files())).toEqual(new Set(['probe']))
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    expect(watch.changes().every(({ others }) => others === 0)).toBe(true)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/

++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  it('sees folders that appear, disappear and come back', async () => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const watch = begin({ paths: ['src/**/*.ts', 'probe'] })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await probe(watch)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('src/deep/er/a.ts', 'one')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await until(() => watch.files().includes('src/deep/er/a.ts'), { what: 'the new folder' })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const moved = watch.changes().length
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    renameSync(at('src'), at('elsewhere'))
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await until(() => watch.changes().length > moved, { what: 'the folder moved away' })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await probe(watch)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const back = watch.changes().length
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('src/deep/er/a.ts', 'two')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await until(() => watch.files().slice(back).includes('src/deep/er/a.ts'), { what: 'the folder again' })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const again = watch.changes().length
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('src/deep/er/a.ts', 'three')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await until(() => watch.changes().length > again, { what: 'a change in it' })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/

++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  it('works in a linked working directory, follows links below it, and is not caught in a circle of them', async () => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('real/a', 'one')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('outside/lib/b', 'one')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('outside/file', 'one')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    symlinkSync(at('real'), at('link'))
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    symlinkSync(at('outside/lib'), at('real/lib'))
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    symlinkSync(at('outside/file'), at('real/file'))
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    symlinkSync(at('real'), at('real/loop'))
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const watch = begin({ cwd: at('link') })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await probe(watch, 'real/probe')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    for (const [file, name] of [
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      ['real/a', 'a'],
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      ['outside/lib/b', 'lib/b'],
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      ['outside/file', 'file'],
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    ] as const) {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      write(file, 'two')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      await until(() => watch.files().includes(name), { what: name })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    }
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/

++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  it('reports what was written since a time given, before the watching began', async () => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const long = new Date(Date.now() - 60_000)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('old', 'x')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('new', 'x')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    utimesSync(at('old'), long, long)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const watch = begin({ since: Date.now() - 30_000 })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await until(() => watch.changes().length > 0, { what: 'a report' })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    expect(watch.changes()[0]).toMatchObject({ file: 'new', others: 0 })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/

++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  it('reports nothing after its end', async () => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('a', 'one')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const ended = begin()
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const other = begin()
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await probe(ended)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    ended.end()
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const count = ended.changes().length
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('a', 'two')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await until(() => other.files().includes('a'), { what: 'the report of another watch' })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await probe(other)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    expect(ended.changes()).toHaveLength(count)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
})
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/

++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
describe('without watches', () => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  const exhausted: WatchSurroundings['watchPath'] = () => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    throw Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), { code: 'ENOSPC' })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  }
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/

++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  it('warns once and looks at the files now and then', async () => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    for (const file of ['a', 'deep/b', 'deep/c']) write(file, 'one')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const clock = new VirtualClock()
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const watch = begin({ clock, watchPath: exhausted })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await until(() => watch.reports.length > 0, { what: 'the warning' })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const next = async (file: string) => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      const before = watch.changes().length
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      await until(
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
        () => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
          clock.advance(POLL_EVERY)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
          return watch.files().slice(before).includes(file)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
        },
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
        { what: file },
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      )
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    }
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await probe(watch, 'probe', () => clock.advance(POLL_EVERY))
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    write('deep/b', 'changed')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await next('deep/b')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    rmSync(at('deep'), { recursive: true })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await next('deep/b')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    expect(watch.changes().at(-1)?.others).toBe(1)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const warnings = watch.reports.filter(({ type }) => type === 'warning')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    expect(warnings).toEqual([
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      { type: 'warning', message: 'no file watches left (ENOSPC): files are looked at every 5 s instead' },
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    ])
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/

++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  it('looks no more after its end', async () => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const clock = new VirtualClock()
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const watch = begin({ clock, watchPath: exhausted })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    await until(() => watch.reports.length > 0, { what: 'the warning' })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    watch.end()
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    expect(clock.pending()).toEqual([])
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
})
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/

++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
describe('20,000 files', () => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  it('leave the event loop free', async () => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    for (let i = 0; i < 200; i++) write(`d${i}/first`, 'x')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    for (let i = 0; i < 20_000; i++) writeFileSync(at(`d${i % 200}/f${i}`), 'x')
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const watch = begin()
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    let last = performance.now()
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    let worst = 0
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    const timer = setInterval(() => {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      const now = performance.now()
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      worst = Math.max(worst, now - last)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      last = now
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    }, 5)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    try {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      await probe(watch)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      watch.end()
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      await until(() => performance.now() - last < 5, { what: 'a look after the end', everyMs: 1 })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    } finally {
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
      clearInterval(timer)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    }
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
    expect(worst).toBeLessThan(200)
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
  })
++) write(`d${i % 10}/f${i}`/; s/others).toBe(999)/others).toBe(299)/
})
