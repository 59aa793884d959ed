import { appendFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readAround } from '../../../src/logs/reading/context.ts'
import { encodeEntries } from '../../../src/logs/timestamps/timestamp.ts'
import type { LogSource } from '../../../src/model/views/logs.ts'
import { logSource } from '../../helpers/log-source.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let folder: TempFolder
let web: LogSource
let db: LogSource
beforeEach(() => {
  folder = tempFolder()
  web = logSource(folder.path, 'web')
  db = logSource(folder.path, 'db')
})
afterEach(() => folder.remove())

function write(to: LogSource, ...lines: [time: number, text: string][]): void {
  let offset = 0
  for (const [time, text] of lines) {
    appendFileSync(to.logFile, `${text}\n`)
    offset += text.length + 1
    appendFileSync(to.indexFile, encodeEntries([{ time, stream: 'stdout', offset }]))
  }
}

it('returns all lines around each match, and merges overlapping spans', async () => {
  write(web, [1000, 'fine'], [5000, 'oops 1'], [7000, 'oops 2'], [60_000, 'fine'], [90_000, 'oops 3'])
  write(db, [500, 'early'], [4000, 'oops of db'], [8500, 'late'], [60_000, 'quiet'], [90_500, 'bye'])
  const stretches = await readAround([web], [web, db], { grep: /oops/ }, 2000)
  expect(stretches.map((lines) => lines.map(({ log, isMatch }) => `${isMatch ? '*' : ' '} ${log.message}`))).toEqual([
    ['  oops of db', '* oops 1', '* oops 2', '  late'],
    ['* oops 3', '  bye'],
  ])
  expect(await readAround([web], [web, db], { grep: /nothing/ }, 2000)).toEqual([])
  expect(await readAround([web], [web, db], { grep: /oops/, lines: 1 }, 0)).toHaveLength(1)
})
