import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { scopeOf } from '../../../src/monitors/watch/scope.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let temp: TempFolder
beforeEach(() => {
  temp = tempFolder('scope')
})
afterEach(() => temp.remove())

function scope(paths: string[], { ignore = [] as string[], never = [] as string[], cwd = temp.path } = {}) {
  return scopeOf({ paths, ignore, debounce: 0, cwd }, never)
}
const at = (path: string) => join(temp.path, path)

describe('what is wanted', () => {
  it.each([
    [
      '**/*',
      ['a', 'src/deep/b.ts'],
      ['.env', 'src/.cache/x', 'node_modules/x/index.js', 'packages/a/node_modules/b.js'],
    ],
    ['src/**/*.ts', ['src/a.ts', 'src/deep/b.ts'], ['a.ts', 'src/a.js', 'other/src/a.ts']],
    ['src', ['src', 'src/a.ts', 'src/deep/b'], ['srcs/a.ts', 'a']],
    ['./src/', ['src/a.ts'], ['a.ts']],
    ['.', ['a', 'deep/b'], ['.env']],
    ['.env', ['.env'], ['.env.local', 'sub/.env']],
    ['{src,lib}/*.ts', ['src/a.ts', 'lib/b.ts'], ['bin/a.ts', 'src/deep/b.ts']],
    ['*.json', ['package.json'], ['config/x.json']],
    ['.git/**', [], ['.git/HEAD']],
  ])('%s', (glob, wanted, unwanted) => {
    const { isWanted } = scope([glob])
    expect(wanted.filter((file) => !isWanted(at(file)))).toEqual([])
    expect(unwanted.filter((file) => isWanted(at(file)))).toEqual([])
  })

  it('can lie outside of the working directory, relative or absolute', () => {
    mkdirSync(at('app'))
    const { isWanted, anchors } = scope(['../shared/*.ts', at('other/**')], { cwd: at('app') })
    expect(isWanted(at('shared/a.ts'))).toBe(true)
    expect(isWanted(at('other/deep/a'))).toBe(true)
    expect(isWanted(at('app/a.ts'))).toBe(false)
    // Neither exists yet: their parent is where they will appear.
    expect(anchors).toEqual([temp.path])
  })

  it('is not confused by wildcards in the name of a folder above', () => {
    mkdirSync(at('app (1) [x] {y}'))
    const { isWanted } = scope(['src/**/*.ts'], { cwd: at('app (1) [x] {y}') })
    expect(isWanted(at('app (1) [x] {y}/src/a.ts'))).toBe(true)
  })

  it('includes what is inside a node_modules that the working directory itself is in', () => {
    mkdirSync(at('node_modules/demo'), { recursive: true })
    expect(scope(['**/*'], { cwd: at('node_modules/demo') }).isWanted(at('node_modules/demo/a.js'))).toBe(true)
  })
})

describe('what is ignored', () => {
  it.each([
    [['logs/**'], 'logs/a/b', 'logs2/a'],
    [['dist'], 'dist/index.js', 'distance'],
    [['**/*.log'], 'deep/.hidden/x.log', 'x.logs'],
    [['build/'], 'build/a', 'a'],
  ])('%j', (ignore, file, other) => {
    const { isWanted } = scope(['**/*', '**/.*/**'], { ignore })
    expect([isWanted(at(file)), isWanted(at(other))]).toEqual([false, true])
  })

  it('can be said with an exclamation mark too', () => {
    const { isWanted } = scope(['src/**', '!src/generated/**'])
    expect([isWanted(at('src/a')), isWanted(at('src/generated/a'))]).toEqual([true, false])
  })

  it('is the state folder and the log files with their archives, through links too', () => {
    mkdirSync(at('real/state'), { recursive: true })
    mkdirSync(at('real/logs'))
    symlinkSync(at('real'), at('link'))
    symlinkSync(at('real/logs'), at('real/linked-logs'))
    const never = [at('link/state'), at('link/linked-logs/web.log')]
    for (const cwd of [at('real'), at('link')]) {
      const { isWanted } = scope(['**/*'], { cwd, never })
      const unwanted = ['state/state.json', 'logs/web.log', 'logs/web.log.0000000000000042.gz', 'linked-logs/web.log']
      expect(unwanted.filter((file) => isWanted(join(cwd, file)))).toEqual([])
      expect(isWanted(join(cwd, 'logs/web.logic'))).toBe(true)
    }
  })

  it('is a heap snapshot', () => {
    expect(scope(['**/*']).isWanted(at('Heap.20261122.234450.30168.0.001.heapsnapshot'))).toBe(false)
  })
})

describe('which folders are watched', () => {
  it('is those that lead to something wanted, and no ignored ones', () => {
    const { isOutside, anchors } = scope(['src/api/**/*.ts'], { ignore: ['src/api/gen/**'] })
    expect(anchors).toEqual([temp.path])
    expect(['', 'src', 'src/api', 'src/api/v1'].filter((folder) => isOutside(join(temp.path, folder)))).toEqual([])
    const outside = [
      'lib',
      'src/web',
      'src/api/gen',
      'src/api/gen/deep',
      'src/api/node_modules',
      'node_modules',
      '.git',
    ]
    expect(outside.filter((folder) => !isOutside(at(folder)))).toEqual([])
  })

  it('is not one in which only some files are ignored', () => {
    expect(scope(['**/*'], { ignore: ['src/*.log', '**/*.tmp'] }).isOutside(at('src'))).toBe(false)
  })
})
