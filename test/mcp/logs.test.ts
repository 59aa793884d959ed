import { appendFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readEntries } from '../../src/mcp/logs.ts'
import { logSource } from '../helpers/log-source.ts'
import { tempFolder } from '../helpers/temp.ts'

let folder: ReturnType<typeof tempFolder>
beforeEach(() => {
  folder = tempFolder('mcp-logs')
})
afterEach(() => folder.remove())

it('gives every line once in answers that fit the budget, oldest first', async () => {
  const source = logSource(folder.path)
  const lines = Array.from(
    { length: 1500 },
    (_, i) => `line number ${'x'.repeat(i % 50)} ${String.fromCharCode(97 + (i % 26))}${i}`,
  )
  appendFileSync(source.logFile, `${lines.join('\n')}\n`)
  const found: string[] = []
  let cursor = 'start'
  for (let more = true; more; ) {
    const answer = await readEntries([source], { cursor, budget: 5000 })
    expect(answer.entries.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(5000)
    found.push(...answer.entries.map(({ text }) => text))
    ;({ cursor, more } = answer)
  }
  expect(found).toEqual(lines)
  appendFileSync(source.logFile, 'new\n')
  expect((await readEntries([source], { cursor, budget: 5000 })).entries).toMatchObject([{ text: 'new' }])
})

it('gives the last entries without a cursor, and goes on with what comes after them', async () => {
  const source = logSource(folder.path)
  appendFileSync(
    source.logFile,
    `${Array.from({ length: 200 }, (_, i) => `line ${'abcdefghij'[i % 10]}${i}`).join('\n')}\n`,
  )
  const { entries, cursor, omitted, more } = await readEntries([source], { budget: 1000 })
  expect(entries.at(-1)?.text).toBe('line j199')
  expect(omitted).toBe(200 - entries.length)
  expect(more).toBe(false)
  appendFileSync(source.logFile, 'after\n')
  expect((await readEntries([source], { cursor, budget: 1000 })).entries.map(({ text }) => text)).toEqual(['after'])
  expect((await readEntries([source], { cursor: 'end', budget: 1000 })).entries).toEqual([])
})

it('finds the last errors in a long log, with their stacks', async () => {
  const source = logSource(folder.path)
  appendFileSync(source.logFile, `TypeError: old\n    at f (a.ts:1)\n${'fine\n'.repeat(5000)}`)
  const { entries } = await readEntries([source], { budget: 2000, level: 'error' })
  expect(entries).toMatchObject([{ text: 'TypeError: old\n    at f (a.ts:1)', count: 1 }])
  expect((await readEntries([source], { budget: 2000, grep: '(A.TS' })).entries).toHaveLength(1)
})
