import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../helpers/until.ts'
import { WatchedFolder, type Watching } from '../../helpers/watching.ts'

let folder: WatchedFolder
beforeEach(() => {
  folder = new WatchedFolder()
})
afterEach(() => folder.remove())

/** Replaces a file by another in one step. */
function replace(file: string, content: string): void {
  folder.write(`${file}.new`, content)
  renameSync(folder.at(`${file}.new`), folder.at(file))
}

/** Does something and waits for the next report, which is of this file. */
async function reports(watch: Watching, file: string, action: () => void): Promise<void> {
  const before = watch.changes().length
  action()
  await until(() => watch.changes().length > before, { what: `a report of ${file}` })
  expect(watch.files().slice(before)).toEqual([file])
}

/** Makes releases 1, 2 and 3 of an app, with `app/current` leading to the first. */
function makeReleases(): void {
  for (const release of [1, 2, 3]) folder.write(`app/releases/${release}/src/app.js`, `release ${release}`)
  symlinkSync('releases/1', folder.at('app/current'))
}

describe('a link to a release', () => {
  it.each([
    ['the link', ['current'], 'current'],
    ['a glob below the link', ['current/**/*.js'], 'current'],
    ['a file below the link', ['current/src/app.js'], 'current'],
    ['an absolute path', [], 'current'],
  ])('is a change when it is switched, and what it leads to is watched from then on: %s', async (_, paths, name) => {
    makeReleases()
    const cwd = folder.at('app')
    const wanted = [...(paths.length > 0 ? paths : [folder.at('app/current')]), 'probe']
    const watch = folder.watch({ cwd, paths: wanted })
    const probe = () => folder.probe(watch, 'app/probe', undefined, 'probe')
    await probe()
    await reports(watch, name, () => folder.pointTo('app/current', 'releases/2'))
    await reports(watch, 'current/src/app.js', () => folder.write('app/releases/2/src/app.js', 'changed'))
    await reports(watch, name, () => folder.pointTo('app/current', folder.at('app/releases/3')))
    await reports(watch, 'current/src/app.js', () => folder.write('app/releases/3/src/app.js', 'changed'))
    const before = watch.changes().length
    // The old ones count no more.
    for (const release of [1, 2]) folder.write(`app/releases/${release}/src/app.js`, 'late')
    await probe()
    expect(new Set(watch.files().slice(before))).toEqual(new Set(['probe']))
  })

  it('is a change when it is the working directory', async () => {
    makeReleases()
    const watch = folder.watch({ cwd: folder.at('app/current') })
    await folder.probe(watch, 'app/releases/1/probe', undefined, 'probe')
    await reports(watch, 'current', () => folder.pointTo('app/current', 'releases/2'))
    await reports(watch, 'src/app.js', () => folder.write('app/releases/2/src/app.js', 'changed'))
  })

  it('is a change when the working directory lies below it', async () => {
    makeReleases()
    const watch = folder.watch({ cwd: folder.at('app/current/src') })
    await folder.probe(watch, 'app/releases/1/src/probe', undefined, 'probe')
    await reports(watch, 'src', () => folder.pointTo('app/current', 'releases/2'))
    await reports(watch, 'app.js', () => folder.write('app/releases/2/src/app.js', 'changed'))
  })

  it('is a change when a link on the way to it is switched', async () => {
    makeReleases()
    symlinkSync('current', folder.at('app/live'))
    const watch = folder.watch({ cwd: folder.at('app'), paths: ['live/**', 'probe'] })
    await folder.probe(watch, 'app/probe', undefined, 'probe')
    await reports(watch, 'live', () => folder.pointTo('app/current', 'releases/2'))
    await reports(watch, 'live/src/app.js', () => folder.write('app/releases/2/src/app.js', 'changed'))
  })

  it('is a change though both releases have the same files', async () => {
    makeReleases()
    folder.write('app/releases/2/src/app.js', 'release 1')
    const watch = folder.watch({ cwd: folder.at('app'), paths: ['current', 'probe'] })
    await folder.probe(watch, 'app/probe', undefined, 'probe')
    await reports(watch, 'current', () => folder.pointTo('app/current', 'releases/2'))
  })

  it('is a change when it is switched while a log in its folder grows without pause', async () => {
    makeReleases()
    const watch = folder.watch({ cwd: folder.at('app/current'), paths: ['src/*.js'] })
    await folder.probe(watch, 'app/releases/1/src/probe.js', undefined, 'src/probe.js')
    for (let i = 0; i < 500; i++) appendFileSync(folder.at('app/app.log'), 'line\n')
    const log = setInterval(() => appendFileSync(folder.at('app/app.log'), 'line\n'), 1)
    try {
      const before = watch.changes().length
      folder.pointTo('app/current', 'releases/2')
      await until(() => watch.changes().length > before, { what: 'a report' })
      expect(watch.files().slice(before)).toEqual(['current'])
    } finally {
      clearInterval(log)
    }
  })

  it('is no change when it is written anew and leads where it led', async () => {
    makeReleases()
    const watch = folder.watch({ cwd: folder.at('app'), paths: ['current', 'probe'] })
    const probe = () => folder.probe(watch, 'app/probe', undefined, 'probe')
    await probe()
    folder.pointTo('app/current', folder.at('app/releases/1'))
    await probe()
    expect(new Set(watch.files())).toEqual(new Set(['probe']))
    await reports(watch, 'current/src/app.js', () => folder.write('app/releases/1/src/app.js', 'changed'))
  })

  it('may lead nowhere for a while', async () => {
    makeReleases()
    folder.pointTo('app/current', 'releases/4')
    const watch = folder.watch({ cwd: folder.at('app'), paths: ['current', 'probe'] })
    await folder.probe(watch, 'app/probe', undefined, 'probe')
    await reports(watch, 'current/app.js', () => {
      folder.write('app/built/app.js', 'release 4')
      renameSync(folder.at('app/built'), folder.at('app/releases/4'))
    })
    await reports(watch, 'current/app.js', () => folder.write('app/releases/4/app.js', 'changed'))
  })
})

describe('a working directory that is replaced', () => {
  it('is a change, though its files are the same, and the new one is watched', async () => {
    folder.write('app/a.js', 'one')
    folder.write('next/a.js', 'one')
    const watch = folder.watch({ cwd: folder.at('app') })
    await folder.probe(watch, 'app/probe', undefined, 'probe')
    folder.write('next/probe', 'x')
    const before = watch.changes().length
    renameSync(folder.at('app'), folder.at('old'))
    renameSync(folder.at('next'), folder.at('app'))
    await until(() => watch.changes().length > before, { what: 'a report' })
    await folder.probe(watch, 'app/probe', undefined, 'probe')
    await reports(watch, 'a.js', () => folder.write('app/a.js', 'two'))
    const count = watch.changes().length
    folder.write('old/a.js', 'late')
    await folder.probe(watch, 'app/probe', undefined, 'probe')
    expect(new Set(watch.files().slice(count))).toEqual(new Set(['probe']))
  })

  it('is watched by all who watch it', async () => {
    folder.write('app/a.js', 'one')
    const watches = [1, 2, 3].map(() => folder.watch({ cwd: folder.at('app') }))
    for (const watch of watches) await folder.probe(watch, 'app/probe', undefined, 'probe')
    const before = watches.map((watch) => watch.changes().length)
    renameSync(folder.at('app'), folder.at('old'))
    folder.write('app/a.js', 'two')
    // What is written before that is covered by the report of the folder.
    for (const [i, watch] of watches.entries())
      await until(() => watch.changes().length > (before[i] ?? 0), { what: `a report of the folder to watcher ${i}` })
    for (const watch of watches) await folder.probe(watch, 'app/probe', undefined, 'probe')
    const counts = watches.map((watch) => watch.changes().length)
    folder.write('app/a.js', 'three')
    for (const [i, watch] of watches.entries())
      await until(() => watch.files().slice(counts[i]).includes('a.js'), { what: `a report to watcher ${i}` })
  })
})

describe('a link to a file', () => {
  it('is watched on when what it leads to is replaced, again and again', async () => {
    folder.write('shared/conf.txt', 'one')
    mkdirSync(folder.at('app'))
    symlinkSync('../shared/conf.txt', folder.at('app/conf.txt'))
    const watch = folder.watch({ cwd: folder.at('app') })
    const probe = () => folder.probe(watch, 'app/probe', undefined, 'probe')
    await probe()
    // A copy with the same content is no change.
    replace('shared/conf.txt', 'one')
    await probe()
    expect(new Set(watch.files())).toEqual(new Set(['probe']))
    await reports(watch, 'conf.txt', () => replace('shared/conf.txt', 'two'))
    await reports(watch, 'conf.txt', () => replace('shared/conf.txt', 'three'))
    await reports(watch, 'conf.txt', () => folder.write('shared/conf.txt', 'in place'))
    await reports(watch, 'conf.txt', () => rmSync(folder.at('shared/conf.txt')))
    await reports(watch, 'conf.txt', () => folder.write('shared/conf.txt', 'back'))
    folder.write('shared/other.txt', 'not asked for')
    await probe()
    expect(watch.files().filter((file) => file !== 'probe')).toHaveLength(5)
  })

  it('is a change when it is switched, and the new file is watched', async () => {
    for (const stage of ['test', 'live']) folder.write(`shared/${stage}.env`, stage)
    mkdirSync(folder.at('app'))
    symlinkSync('../shared/test.env', folder.at('app/env'))
    const watch = folder.watch({ cwd: folder.at('app'), paths: ['env', 'probe'] })
    await folder.probe(watch, 'app/probe', undefined, 'probe')
    await reports(watch, 'env', () => folder.pointTo('app/env', '../shared/live.env'))
    await reports(watch, 'env', () => replace('shared/live.env', 'changed'))
  })
})

describe('folders that many links lead to', () => {
  it('are watched, and links that lead to each other come to an end', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    for (const name of names) folder.write(`${name}/file`, 'one')
    for (const name of names)
      for (const other of names) if (other !== name) symlinkSync(folder.at(other), folder.at(`${name}/${other}`))
    const watch = folder.watch()
    await folder.probe(watch)
    const before = watch.changes().length
    folder.write('f/file', 'two')
    await until(() => watch.changes().length > before, { what: 'a report' })
    expect(watch.files().at(-1)).toMatch(/(^|\/)f\/file$/)
    expect(watch.changes().at(-1)?.others).toBeLessThan(8)
  })
})
