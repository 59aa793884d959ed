import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type Cause, causesOf, TELLING } from '../../src/model/lifecycle/chain.ts'
import { EVENT_TYPES, type ProcessEvent } from '../../src/model/lifecycle/events.ts'
import { readHistory } from '../../src/storage/history.ts'

/** Types of event that version 1 did not have. */
const SINCE: readonly string[] = ['pause', 'resume']

/*
 * `events.jsonl` of version 1, with every event that there was, and the causes that were read out of it. Neither file changes
 * any more: such a journal lies in the folder of whoever upgrades.
 */
const JOURNAL = fileURLToPath(new URL('./frozen/events-v1.jsonl', import.meta.url))
const CAUSES: Record<string, Cause[]> = JSON.parse(
  readFileSync(new URL('./frozen/events-v1.causes.json', import.meta.url), 'utf8'),
)
const LINES = readFileSync(JOURNAL, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line): ProcessEvent => JSON.parse(line))

async function causes(name: string): Promise<Cause[]> {
  return causesOf((await readHistory(JOURNAL, { names: [name], types: TELLING })).reverse()).slice(0, 6)
}

describe('a journal of version 1', () => {
  it('is read with every field', async () => {
    expect(await readHistory(JOURNAL, {})).toMatchObject(LINES)
  })

  it('has every type of event', () => {
    expect(new Set(LINES.map(({ type }) => type))).toEqual(new Set(EVENT_TYPES.filter((type) => !SINCE.includes(type))))
  })

  it.each(Object.keys(CAUSES))('tells what led to the state of %s', async (name) => {
    expect(await causes(name)).toMatchObject(CAUSES[name] ?? [])
  })

  it('is about nothing else', () => {
    expect(new Set(Object.keys(CAUSES))).toEqual(new Set(LINES.map(({ name }) => name).filter((name) => name !== '')))
  })
})
