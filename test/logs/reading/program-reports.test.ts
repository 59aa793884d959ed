import { appendFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ProgramReports } from '../../../src/logs/reading/program-reports.ts'
import type { LogSource } from '../../../src/model/views/logs.ts'
import { logSource } from '../../helpers/log-source.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let folder: TempFolder
let source: LogSource
let reports: ProgramReports
beforeEach(() => {
  folder = tempFolder()
  source = logSource(folder.path)
  reports = new ProgramReports()
})
afterEach(() => folder.remove())

const say = (state: string, file = source.logFile) => appendFileSync(file, `\x1b]7501;state=${state}\x07`)
const look = (run = 1, isAlive = true, logStart = { stdout: 0, stderr: 0 }) =>
  reports.statusOf(source, { run, isAlive, logStart })?.state

it('follows what a program says, on either stream', () => {
  expect(look()).toBeUndefined()
  appendFileSync(source.logFile, 'begins\n')
  expect(look()).toBeUndefined()
  say('working')
  expect(look()).toBe('working')
  say('blocked', source.errorFile)
  expect(look()).toBe('blocked')
  appendFileSync(source.logFile, 'x'.repeat(500_000))
  expect(look()).toBe('blocked')
  say('clear')
  expect(look()).toBeUndefined()
})

it('takes in a report that was written in two parts', () => {
  appendFileSync(source.logFile, 'text\x1b]7501;sta')
  expect(look()).toBeUndefined()
  appendFileSync(source.logFile, 'te=idle\x1b')
  expect(look()).toBeUndefined()
  appendFileSync(source.logFile, '\\')
  expect(look()).toBe('idle')
})

it('belongs to its run, which leaves its result', () => {
  say('done')
  const logStart = { stdout: 19, stderr: 0 }
  expect(look(1, false)).toBe('done')
  expect(look(2, true, logStart)).toBeUndefined()
  say('working')
  expect(look(2, true, logStart)).toBe('working')
  expect(look(2, false, logStart)).toBeUndefined()
  expect(look(3, false, logStart)).toBeUndefined()
})

it('reads a log from its beginning if it was empty at the last look', () => {
  appendFileSync(source.logFile, 'x'.repeat(10))
  expect(look()).toBeUndefined()
  truncateSync(source.logFile)
  expect(look()).toBeUndefined()
  say('working')
  expect(look()).toBe('working')
})

it('goes on in a log that was cut or replaced', () => {
  appendFileSync(source.logFile, 'x'.repeat(1000))
  say('working')
  expect(look()).toBe('working')
  truncateSync(source.logFile)
  expect(look()).toBe('working')
  say('idle')
  expect(look()).toBe('idle')
  renameSync(source.logFile, `${source.logFile}.1`)
  expect(look()).toBe('idle')
  writeFileSync(source.logFile, '')
  say('error')
  expect(look()).toBe('error')
})
