import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Contents } from '../../../src/monitors/watch/index.ts'
import { watchShared } from '../../../src/monitors/watch/shared-watches.ts'
import { parseMounts } from '../../../src/system/fs/mounts.ts'
import { until } from '../../helpers/until.ts'
import { WatchedFolder, type Watching, type WatchOptions } from '../../helpers/watching.ts'

let folder: WatchedFolder
beforeEach(() => {
  folder = new WatchedFolder()
})
afterEach(() => folder.remove())

/** Does something and waits for a report of this file. */
async function reports(watch: Watching, file: string, action: () => void): Promise<void> {
  const before = watch.changes().length
  action()
  await until(() => watch.files().slice(before).includes(file), { what: `a report of ${file}` })
}

const MODES: [name: string, options: WatchOptions][] = [
  ['looking at files', { polling: 100 }],
  ['what a system other than Linux reports', { platform: 'darwin' }],
]

describe.each(MODES)('watching by %s', (_, options) => {
  it('reports a changed, a new and a deleted file, and folders that come and go', async () => {
    folder.write('src/a.ts', 'one')
    const watch = folder.watch(options)
    await folder.probe(watch)
    await reports(watch, 'src/a.ts', () => folder.write('src/a.ts', 'two'))
    await reports(watch, 'src/b.ts', () => folder.write('src/b.ts', 'new'))
    await reports(watch, 'src/a.ts', () => rmSync(folder.at('src/a.ts')))
    await reports(watch, 'src/deep/er/c.ts', () => folder.write('src/deep/er/c.ts', 'new'))
    await reports(watch, 'src/deep/er/c.ts', () => rmSync(folder.at('src/deep'), { recursive: true }))
    await reports(watch, 'src/deep/er/c.ts', () => folder.write('src/deep/er/c.ts', 'again'))
    await reports(watch, 'src/deep/er/c.ts', () => folder.write('src/deep/er/c.ts', 'and again'))
    expect(watch.warnings()).toEqual([])
  })

  it('reports a file that is replaced by an older one of the same size', async () => {
    folder.write('a', 'one')
    folder.write('old', 'two')
    const long = new Date(Date.now() - 86_400_000)
    utimesSync(folder.at('old'), long, long)
    const watch = folder.watch({ ...options, paths: ['a', 'probe'] })
    await folder.probe(watch)
    await reports(watch, 'a', () => renameSync(folder.at('old'), folder.at('a')))
  })

  it('leaves out what is not wanted, and files that are as they were', async () => {
    for (const file of ['same', 'node_modules/x/a.js', '.git/HEAD', '.tuix/state.json', 'note.txt'])
      folder.write(file, 'one')
    const watch = folder.watch({ ...options, ignore: ['*.txt'] })
    await folder.probe(watch)
    folder.write('same', 'one')
    for (const file of ['node_modules/x/a.js', '.git/HEAD', '.tuix/state.json', 'note.txt']) folder.write(file, 'two')
    await folder.probe(watch)
    expect(watch.changes().every(({ file, others }) => file === 'probe' && others === 0)).toBe(true)
  })

  it('reports a link that is switched, and what it leads to then', async () => {
    for (const release of [1, 2]) folder.write(`releases/${release}/app.js`, 'same')
    symlinkSync('releases/1', folder.at('current'))
    const watch = folder.watch({ ...options, paths: ['current', 'probe'] })
    await folder.probe(watch)
    await reports(watch, 'current', () => folder.pointTo('current', 'releases/2'))
    await reports(watch, 'current/app.js', () => folder.write('releases/2/app.js', 'changed'))
    await reports(watch, 'current/new.js', () => folder.write('releases/2/new.js', 'new'))
  })

  it('reports a working directory that is replaced, at once or after a while', async () => {
    mkdirSync(folder.at('app'))
    const watch = folder.watch({ ...options, cwd: folder.at('app'), paths: ['a.js'] })
    await folder.probe(watch, 'app/a.js', undefined, 'a.js')
    // The files are the same.
    cpSync(folder.at('app'), folder.at('next'), { recursive: true })
    await reports(watch, 'app', () => {
      renameSync(folder.at('app'), folder.at('old'))
      renameSync(folder.at('next'), folder.at('app'))
    })
    await folder.probe(watch, 'app/a.js', undefined, 'a.js')
    await reports(watch, 'a.js', () => renameSync(folder.at('app'), folder.at('older')))
    await reports(watch, 'a.js', () => folder.write('app/a.js', 'later'))
    await reports(watch, 'a.js', () => folder.write('app/a.js', 'and changed'))
  })

  it('reports what a link leads to again when that comes back', async () => {
    folder.write('shared/conf', 'one')
    mkdirSync(folder.at('app'))
    symlinkSync('../shared/conf', folder.at('app/conf'))
    const watch = folder.watch({ ...options, cwd: folder.at('app') })
    await folder.probe(watch, 'app/probe', undefined, 'probe')
    await reports(watch, 'conf', () => rmSync(folder.at('shared/conf')))
    await reports(watch, 'conf', () => folder.write('shared/conf', 'back'))
    await reports(watch, 'conf', () => folder.write('shared/conf', 'changed'))
  })

  it('is not caught in a circle of links', async () => {
    folder.write('a/file', 'one')
    symlinkSync('.', folder.at('self'))
    symlinkSync('..', folder.at('a/above'))
    const watch = folder.watch(options)
    await folder.probe(watch)
    await reports(watch, 'a/file', () => folder.write('a/file', 'two'))
    expect(watch.changes().at(-1)?.others).toBe(0)
  })

  it('reports nothing after its end', async () => {
    folder.write('a', 'one')
    const ended = folder.watch(options)
    const other = folder.watch(options)
    await folder.probe(ended)
    ended.end()
    const count = ended.changes().length
    await reports(other, 'a', () => folder.write('a', 'two'))
    expect(ended.changes()).toHaveLength(count)
  })
})

describe('the interval', () => {
  it('does not divide what changes at once', async () => {
    for (let i = 0; i < 10; i++) folder.write(`file${i}`, 'one')
    const watch = folder.watch({ polling: 700, debounce: 50 })
    await folder.probe(watch)
    const before = watch.changes().length
    for (let i = 0; i < 10; i++) folder.write(`file${i}`, 'two')
    await until(() => watch.changes().length > before, { what: 'a report' })
    expect(watch.changes().at(-1)).toMatchObject({ file: expect.stringMatching(/^file/), others: 9 })
  })

  it('is that of the config, whatever chokidar is told by the environment', async () => {
    const { CHOKIDAR_USEPOLLING, CHOKIDAR_INTERVAL } = process.env
    Object.assign(process.env, { CHOKIDAR_USEPOLLING: 'false', CHOKIDAR_INTERVAL: '3600000' })
    try {
      const watch = folder.watch({ polling: 100 })
      await folder.probe(watch)
      // An older file of the same size is told by a look, and by no report of the system.
      folder.write('a', 'one')
      await until(() => watch.files().includes('a'), { what: 'a report' })
    } finally {
      for (const [name, value] of Object.entries({ CHOKIDAR_USEPOLLING, CHOKIDAR_INTERVAL })) {
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
      }
    }
  })
})

describe('on a mount that reports no changes', () => {
  /** Says that this folder is a network mount, though the system knows of none. */
  function remote(path: string) {
    const line = (point: string, type: string) => `1 0 0:1 / ${point} rw - ${type} x rw`
    return () => parseMounts([line('/', 'ext4'), line(folder.at(path), 'nfs4')].join('\n'))
  }
  /** The folders that the system's watches are used for. */
  function recorder() {
    const watched: string[] = []
    const watchPath: WatchOptions['watchPath'] = (path, notify) => {
      watched.push(path)
      return watchShared(path, notify)
    }
    return { watched, watchPath }
  }
  const warning = (path: string) =>
    `files in ${folder.at(path)} are looked at every 1 s: the system does not report changes on this nfs4 mount (\`watchPolling\` sets how often)`

  it('files are looked at, which is told once for all runs', async () => {
    folder.write('app/src/a.ts', 'one')
    const contents = new Contents()
    const { watched, watchPath } = recorder()
    const options = { cwd: folder.at('app'), mounts: remote('app'), contents, watchPath, delay: 1000 }
    const first = folder.watch(options)
    await folder.probe(first, 'app/probe', undefined, 'probe')
    await reports(first, 'src/a.ts', () => folder.write('app/src/a.ts', 'two'))
    await reports(first, 'src/a.ts', () => rmSync(folder.at('app/src'), { recursive: true }))
    expect(first.warnings()).toEqual([warning('app')])
    // Its own folder is watched for the case that it is replaced.
    expect(watched).toEqual([folder.path])
    first.end()
    const second = folder.watch(options)
    await folder.probe(second, 'app/probe', undefined, 'probe')
    expect(second.warnings()).toEqual([])
  })

  it('only those files are looked at that are there: below a watched folder, and where links lead', async () => {
    for (const file of ['local/a', 'app/mnt/b', 'far/lib/c', 'far/d']) folder.write(file, 'one')
    symlinkSync('../far/lib', folder.at('app/lib'))
    symlinkSync('../far/d', folder.at('app/d'))
    const { watched, watchPath } = recorder()
    const line = (path: string) => `1 0 0:1 / ${folder.at(path)} rw - 9p x rw\n`
    const mounts = () => parseMounts(line('app/mnt') + line('far'))
    const watch = folder.watch({ cwd: folder.at('app'), mounts, watchPath })
    await folder.probe(watch, 'app/probe', undefined, 'probe')
    for (const [file, name] of [
      ['app/mnt/b', 'mnt/b'],
      ['far/lib/c', 'lib/c'],
      ['far/d', 'd'],
    ] as const)
      await reports(watch, name, () => folder.write(file, 'two'))
    expect(watch.warnings()).toHaveLength(2)
    expect(watched).toContain(folder.at('app'))
    expect(watched.filter((path) => path.includes('mnt') || path.startsWith(folder.at('app/lib')))).toEqual([])
  })

  it('files that are gone are noticed though nothing is left of the system watches', async () => {
    for (const file of ['app/mnt/b', 'app/c']) folder.write(file, 'one')
    const exhausted: WatchOptions['watchPath'] = () => {
      throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
    }
    const watch = folder.watch({
      cwd: folder.at('app'),
      mounts: remote('app/mnt'),
      watchPath: exhausted,
      delay: 1000,
    })
    await folder.probe(watch, 'app/mnt/probe', undefined, 'mnt/probe')
    await reports(watch, 'mnt/b', () => rmSync(folder.at('app/mnt/b')))
    await reports(watch, 'c', () => rmSync(folder.at('app/c')))
    expect(watch.changes().every(({ others }) => others === 0)).toBe(true)
  })

  it('files are not looked at when the config says so', async () => {
    const { watched, watchPath } = recorder()
    mkdirSync(folder.at('app'))
    const watch = folder.watch({ cwd: folder.at('app'), mounts: remote('app'), watchPath, polling: false })
    await folder.probe(watch, 'app/probe', undefined, 'probe')
    expect(watch.warnings()).toEqual([])
    expect(watched).toContain(folder.at('app'))
  })
})

const HAS_FUSE = existsSync('/dev/fuse') && spawnSync('bindfs', ['--version'], { stdio: 'ignore' }).status === 0

describe.skipIf(!HAS_FUSE)('a file system that another program serves', () => {
  let mounted = false
  beforeEach(() => {
    for (const path of ['behind', 'app']) mkdirSync(folder.at(path))
    folder.write('behind/a', 'one')
    mounted = spawnSync('bindfs', [folder.at('behind'), folder.at('app')], { stdio: 'ignore' }).status === 0
  })
  afterEach(() => {
    if (mounted) execFileSync('umount', ['-l', folder.at('app')])
  })

  it('is looked at without being asked, so that changes behind it are seen', async () => {
    // Root may mount it everywhere, others not in every container.
    if (!mounted) return
    const watch = folder.watch({ cwd: folder.at('app'), delay: 1000 })
    await folder.probe(watch, 'behind/probe', undefined, 'probe')
    await reports(watch, 'a', () => folder.write('behind/a', 'two'))
    await reports(watch, 'a', () => rmSync(folder.at('behind/a')))
    expect(watch.warnings()).toEqual([expect.stringContaining(`files in ${folder.at('app')} are looked at every 1 s`)])
  })

  it('is silent without being looked at', async () => {
    if (!mounted) return
    const silent = folder.watch({ cwd: folder.at('app'), polling: false })
    const looking = folder.watch({ cwd: folder.at('app'), polling: 100 })
    await folder.probe(silent, 'app/probe', undefined, 'probe')
    await folder.probe(looking, 'app/probe', undefined, 'probe')
    await reports(looking, 'a', () => folder.write('behind/a', 'two'))
    await folder.probe(silent, 'app/probe', undefined, 'probe')
    expect(silent.files()).not.toContain('a')
  })
})
