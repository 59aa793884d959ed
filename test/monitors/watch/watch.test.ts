import { appendFileSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Contents, type WatchSurroundings } from '../../../src/monitors/watch/index.ts'
import { POLL_EXHAUSTED } from '../../../src/monitors/watch/watches.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { until } from '../../helpers/until.ts'
import { VirtualClock } from '../../helpers/virtual-clock.ts'
import { WatchedFolder, type WatchOptions } from '../../helpers/watching.ts'

let folder: WatchedFolder
beforeEach(() => {
  folder = new WatchedFolder()
})
afterEach(() => folder.remove())

const at = (path: string) => folder.at(path)
const write = (path: string, content: string) => folder.write(path, content)
const begin = (options?: WatchOptions) => folder.watch(options)
/** ms that this thread has been on a processor: a machine that is busy otherwise adds nothing to it. */
const work = () => Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6
const probe = (...args: Parameters<WatchedFolder['probe']>) => folder.probe(...args)

describe('startWatch', () => {
  it('reports a changed, a new and a deleted file, each with its name', async () => {
    write('src/a.ts', 'one')
    const watch = begin()
    await probe(watch)
    for (const change of [
      () => write('src/a.ts', 'two'),
      () => write('src/b.ts', 'new'),
      () => rmSync(at('src/a.ts')),
    ]) {
      const count = watch.changes().length
      change()
      await until(() => watch.changes().length > count, { what: 'a report' })
    }
    expect(watch.files().slice(1)).toEqual(['src/a.ts', 'src/b.ts', 'src/a.ts'])
  })

  it('reports a file once that is replaced by another, as editors save', async () => {
    write('src/a.ts', 'one')
    const watch = begin()
    await probe(watch)
    write('src/.a.ts.tmp', 'two')
    renameSync(at('src/.a.ts.tmp'), at('src/a.ts'))
    await until(() => watch.files().includes('src/a.ts'), { what: 'a report' })
    await probe(watch)
    expect(watch.changes().filter(({ file, others }) => file === 'src/a.ts' && others === 0)).toHaveLength(1)
  })

  it('makes one report of many files', async () => {
    for (let i = 0; i < 300; i++) write(`d${i % 10}/f${i}`, 'one')
    const watch = begin({ debounce: 400 })
    await probe(watch)
    for (let i = 0; i < 300; i++) write(`d${i % 10}/f${i}`, 'three')
    await until(() => watch.changes().length === 2, { what: 'a report' })
    expect(watch.changes()[1]?.others).toBe(299)
  })

  it('does not report files that are as they were', async () => {
    write('same', 'content')
    write('written', 'content')
    write('there-and-back', 'content')
    const watch = begin({ debounce: 200 })
    await probe(watch)
    utimesSync(at('same'), new Date(), new Date())
    write('written', 'content')
    rmSync(at('there-and-back'))
    write('there-and-back', 'content')
    write('new', 'x')
    rmSync(at('new'))
    await probe(watch)
    expect(watch.changes().every(({ file, others }) => file === 'probe' && others === 0)).toBe(true)
  })

  it('compares files that are too large to be read by their size and time', async () => {
    const large = 'x'.repeat(2 ** 20 + 1)
    write('large', large)
    const watch = begin()
    await probe(watch)
    utimesSync(at('large'), new Date(), new Date(Date.now() - 60_000))
    await until(() => watch.files().includes('large'), { what: 'a report' })
  })

  it('waits for git', async () => {
    write('.git/HEAD', 'ref')
    write('a', 'one')
    const watch = begin()
    await probe(watch)
    const count = watch.changes().length
    write('.git/index.lock', '')
    write('a', 'two')
    // Two more rounds of the debounce on the same clock: without the lock a report would have come before.
    for (let i = 0; i < 10; i++) await new Promise<void>((resolve) => systemClock.after(30, resolve))
    expect(watch.changes()).toHaveLength(count)
    rmSync(at('.git/index.lock'))
    await until(() => watch.files().includes('a'), { what: 'a report' })
  })

  it('never reports node_modules, .git, the state folder and the log files', async () => {
    write('logs/web.log', '')
    const watch = begin({ logFiles: [at('logs/web.log')], paths: ['**/*', '**/.*/**'] })
    await probe(watch)
    for (const file of ['node_modules/x/a.js', '.git/HEAD', '.tuix/state.json', 'logs/web.log.0000000000000001']) {
      write(file, 'x')
    }
    appendFileSync(at('logs/web.log'), 'line\n')
    await probe(watch)
    expect(new Set(watch.files())).toEqual(new Set(['probe']))
    expect(watch.changes().every(({ others }) => others === 0)).toBe(true)
  })

  it('sees folders that appear, disappear and come back', async () => {
    const watch = begin({ paths: ['src/**/*.ts', 'probe'] })
    await probe(watch)
    write('src/deep/er/a.ts', 'one')
    await until(() => watch.files().includes('src/deep/er/a.ts'), { what: 'the new folder' })
    const moved = watch.changes().length
    renameSync(at('src'), at('elsewhere'))
    await until(() => watch.changes().length > moved, { what: 'the folder moved away' })
    await probe(watch)
    const back = watch.changes().length
    write('src/deep/er/a.ts', 'two')
    await until(() => watch.files().slice(back).includes('src/deep/er/a.ts'), { what: 'the folder again' })
    const again = watch.changes().length
    write('src/deep/er/a.ts', 'three')
    await until(() => watch.changes().length > again, { what: 'a change in it' })
  })

  it('works in a linked working directory, follows links below it, and is not caught in a circle of them', async () => {
    write('real/a', 'one')
    write('outside/lib/b', 'one')
    write('outside/file', 'one')
    symlinkSync(at('real'), at('link'))
    symlinkSync(at('outside/lib'), at('real/lib'))
    symlinkSync(at('outside/file'), at('real/file'))
    symlinkSync(at('real'), at('real/loop'))
    const watch = begin({ cwd: at('link') })
    await probe(watch, 'real/probe', undefined, 'probe')
    for (const [file, name] of [
      ['real/a', 'a'],
      ['outside/lib/b', 'lib/b'],
      ['outside/file', 'file'],
    ] as const) {
      write(file, 'two')
      await until(() => watch.files().includes(name), { what: name })
    }
  })

  it('reports what was written since a time given, before the watching began', async () => {
    const long = new Date(Date.now() - 60_000)
    write('old', 'x')
    write('new', 'x')
    utimesSync(at('old'), long, long)
    const watch = begin({ since: Date.now() - 30_000 })
    await until(() => watch.changes().length > 0, { what: 'a report' })
    expect(watch.changes()[0]).toMatchObject({ file: 'new', others: 0 })
  })

  it('knows from one run to the next what files were like', async () => {
    for (const file of ['same', 'edited', 'changed', 'deleted']) write(file, 'one')
    const contents = new Contents()
    const first = begin({ contents })
    await probe(first)
    first.end()
    const start = Date.now() + 60_000
    const later = new Date(start + 1000)
    // While nothing ran: the next run starts with these as they are.
    write('edited', 'two')
    rmSync(at('deleted'))
    // After its start, `same` as it was: by the time alone it would look like a change in each run, for ever.
    for (const [file, content] of [
      ['same', 'one'],
      ['changed', 'two'],
    ] as const) {
      write(file, content)
      utimesSync(at(file), later, later)
    }
    const second = begin({ contents, since: start })
    await until(() => second.changes().length > 0, { what: 'a report' })
    await probe(second)
    expect(second.changes()).toMatchObject([
      { file: 'changed', others: 0 },
      { file: 'probe', others: 0 },
    ])
  })

  it('reports nothing after its end', async () => {
    write('a', 'one')
    const ended = begin()
    const other = begin()
    await probe(ended)
    ended.end()
    const count = ended.changes().length
    write('a', 'two')
    await until(() => other.files().includes('a'), { what: 'the report of another watch' })
    await probe(other)
    expect(ended.changes()).toHaveLength(count)
  })
})

describe('without watches', () => {
  const exhausted: WatchSurroundings['watchPath'] = () => {
    throw Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), { code: 'ENOSPC' })
  }

  it('warns once and looks at the files now and then', async () => {
    for (const file of ['a', 'deep/b', 'deep/c']) write(file, 'one')
    const clock = new VirtualClock()
    const watch = begin({ clock, watchPath: exhausted })
    await until(() => watch.reports.length > 0, { what: 'the warning' })
    const next = async (file: string) => {
      const before = watch.changes().length
      await until(
        () => {
          clock.advance(POLL_EXHAUSTED)
          return watch.files().slice(before).includes(file)
        },
        { what: file },
      )
    }
    await probe(watch, 'probe', () => clock.advance(POLL_EXHAUSTED))
    write('deep/b', 'changed')
    await next('deep/b')
    rmSync(at('deep'), { recursive: true })
    await next('deep/b')
    expect(watch.changes().at(-1)?.others).toBe(1)
    const warnings = watch.reports.filter(({ type }) => type === 'warning')
    expect(warnings).toEqual([
      { type: 'warning', message: 'no file watches left (ENOSPC): files are looked at every 5 s instead' },
    ])
  })

  it('looks no more after its end', async () => {
    const clock = new VirtualClock()
    const watch = begin({ clock, watchPath: exhausted })
    await until(() => watch.reports.length > 0, { what: 'the warning' })
    watch.end()
    expect(clock.pending()).toEqual([])
  })
})

describe('20,000 files', () => {
  it('leave the event loop free', async () => {
    for (let i = 0; i < 200; i++) write(`d${i}/first`, 'x')
    for (let i = 0; i < 20_000; i++) writeFileSync(at(`d${i % 200}/f${i}`), 'x')
    const watch = begin()
    let last = work()
    let worst = 0
    let looks = 0
    const timer = setInterval(() => {
      const now = work()
      worst = Math.max(worst, now - last)
      last = now
      looks++
    }, 5)
    try {
      await probe(watch)
      watch.end()
      const then = looks
      await until(() => looks > then, { what: 'a look after the end', everyMs: 1 })
    } finally {
      clearInterval(timer)
    }
    expect(worst).toBeLessThan(200)
  })
})
