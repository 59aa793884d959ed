import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CrashReport } from '../../src/model/views/crash-report.ts'
import { listCrashes, readCrashes, writeCrash } from '../../src/storage/crashes.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'

let temp: TempFolder
beforeEach(() => {
  temp = tempFolder('crashes')
})
afterEach(() => temp.remove())

function write(run: number, name = 'web'): void {
  const known = readCrashes(temp.path).map(({ id }) => id)
  const texts = { id: `${name}-${run}`, name, message: 'exited with 1' }
  const lists = { causes: [], stdout: [], stderr: [] }
  const report = { ...texts, run, time: run * 1000, failures: 1, ...lists, environment: {}, config: {} }
  writeCrash(temp.path, report as unknown as CrashReport, known)
}

const runs = (name?: string) => listCrashes(temp.path, name).map(({ run }) => run)

it('the newest twenty reports are kept, of all processes, and nothing that is damaged or half written', () => {
  write(1, 'db')
  for (let run = 2; run <= 20; run++) write(run)
  expect(runs('db')).toEqual([1])
  mkdirSync(join(temp.path, 'crashes/web-99'))
  writeFileSync(join(temp.path, 'crashes/web-99/report.json'), '{"half')
  mkdirSync(join(temp.path, 'crashes/web-98.tmp'))
  write(21)
  expect(runs()).toEqual(Array.from({ length: 20 }, (_, i) => 21 - i))
  expect(readdirSync(join(temp.path, 'crashes'))).toHaveLength(20)
})

it('a report that is written again takes the place of the one before', () => {
  write(1)
  write(2)
  write(2)
  expect(runs()).toEqual([2, 1])
})
