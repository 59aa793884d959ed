import { appendFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readAround } from '../../../src/logs/reading/context.ts'
import { readAfter } from '../../../src/logs/reading/cursor.ts'
import { followLogs } from '../../../src/logs/reading/follow.ts'
import { lastLinesNow } from '../../../src/logs/reading/last-lines-now.ts'
import type { LogQuery } from '../../../src/logs/reading/query.ts'
import { readLogs } from '../../../src/logs/reading/read.ts'
import type { LogSource, ProcessLog } from '../../../src/model/views/logs.ts'
import { logSource } from '../../helpers/log-source.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'

let folder: TempFolder
let source: LogSource
beforeEach(() => {
  folder = tempFolder()
  source = logSource(folder.path)
})
afterEach(() => folder.remove())

const err = (...lines: string[]) => appendFileSync(source.errorFile, lines.map((line) => `${line}\n`).join(''))
const texts = (logs: ProcessLog[]) => logs.map(({ message }) => message)
const read = async (query: LogQuery) => texts(await readLogs([source], query))

const NODE = ['TypeError: no user', '    at load (/app/a.js:1:2)', '\x1b[90m    at node:internal/main:1\x1b[39m']
const WITH_CAUSE = ['Error: outer', '    at a (/a.js:1)', '  [cause]: Error: inner', '      at b (/b.js:1)', '}']
const JAVA = [
  'java.lang.IllegalStateException: late',
  '\tat A.b(A.java:1)',
  'Caused by: java.io.IOException: gone',
  '\t... 3 more',
]
const PYTHON = ['Traceback (most recent call last):', '  File "a.py", line 1', '    load()', 'ValueError: no such user']

describe('the lines of a stack trace', () => {
  it.each([
    ['of Node', NODE],
    ['with a cause', WITH_CAUSE],
    ['of Java', JAVA],
    ['of Python', PYTHON],
  ])('%s have the level and the matches of its beginning', async (_, stack) => {
    err('listening', ...stack, 'GET / 200')
    expect(await read({ level: 'error' })).toEqual(stack)
    expect((await readLogs([source])).map(({ level }) => level)).toEqual(['info', ...stack.map(() => 'error'), 'info'])
    expect(lastLinesNow([source], 100).map(({ level }) => level)).toEqual(['info', ...stack.map(() => 'error'), 'info'])
    const begin = stack[0] as string
    expect(await read({ grep: new RegExp(`^${begin.replace(/[()]/g, '.')}`) })).toEqual(stack)
    expect(await read({ grep: /GET/ })).toEqual(['GET / 200'])
  })

  it('are found by their own text, with what is indented below them', async () => {
    err(...WITH_CAUSE)
    expect(await read({ grep: /inner/ })).toEqual(['  [cause]: Error: inner', '      at b (/b.js:1)'])
    expect(await read({ grep: /a\.js/ })).toEqual(['    at a (/a.js:1)'])
  })

  it('end with it: an empty line and a line that is not indented begin anew', async () => {
    err('Error: one', '    at a', '', '  indented', 'Error: two', 'plain', '  below')
    expect(await read({ level: 'error' })).toEqual(['Error: one', '    at a', 'Error: two'])
    expect(await read({ grep: /plain/ })).toEqual(['plain', '  below'])
  })

  it('keep a worse level of their own, and lose a milder one', async () => {
    err('settings:', '  port: 80', '  [warn] no host', '    at a', '  name: web', 'Error: one', '  debug: true')
    expect((await readLogs([source])).map(({ level }) => level)).toEqual([
      'info',
      'info',
      'warn',
      'warn',
      'info',
      'error',
      'error',
    ])
  })

  it('are not counted where its beginning matches', async () => {
    err('Error: 0', '    at 0')
    for (let i = 1; i <= 3; i++) err(...NODE, `request ${i}`)
    err('Error: 4', '    at a')
    expect(await read({ level: 'error', lines: 2 })).toEqual([...NODE, 'Error: 4', '    at a'])
    expect(await read({ grep: /at (load|a)/, lines: 2 })).toEqual([NODE[1], '    at a'])
    expect(await read({ lines: 3 })).toEqual(['request 3', 'Error: 4', '    at a'])
  })

  it('are followed', async () => {
    err('Error: old', '    at old')
    const seen: string[] = []
    const following = followLogs([source], { level: 'error', lines: 1 }, ({ message }) => seen.push(message))
    try {
      await following.ready
      for (const line of ['info', ...PYTHON, '  below', 'info', '  indented', 'Error: end']) err(line)
      await until(() => seen.includes('Error: end'))
      expect(seen).toEqual(['Error: old', '    at old', ...PYTHON, '  below', 'Error: end'])
    } finally {
      following.dispose()
    }
  })

  it('belong to it though it was read before, or is read in another block', async () => {
    err('Error: begin')
    const { cursor } = await readAfter([source], 'start', {}, Date.now())
    err('    at a', 'next')
    expect(texts((await readAfter([source], cursor, { level: 'error' }, Date.now())).logs)).toEqual(['    at a'])
    const long = Array.from({ length: 1500 }, (_, i) => `    at line ${i} ${'.'.repeat(100)}`)
    err('Error: long', ...long)
    expect(await read({ level: 'error', lines: 1 })).toEqual(['Error: long', ...long])
  })

  it('are matches, not context, around a match', async () => {
    err('before', ...NODE, 'after')
    const [lines = []] = await readAround([source], [source], { level: 'error' }, 60_000)
    expect(lines.map(({ isMatch }) => isMatch)).toEqual([false, true, true, true, false])
  })

  it('may go on without end', async () => {
    err('Error: begin', ...Array.from({ length: 30_000 }, (_, i) => `  ${i}`))
    expect(await read({ lines: 1 })).toEqual(['  29999'])
    expect((await read({ grep: /^ {2}1\d\d99$/ })).length).toBe(100)
  })
})
