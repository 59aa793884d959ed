import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SCENARIOS } from './frozen/scenarios.ts'

/*
 * What users read, word for word: every state, event, cause and answer. Change how these come about as you like, and
 * `frozen/story.ts` and `frozen/team.ts` with it, but neither the scenarios nor the texts. Scenarios that begin with `rough:`
 * are the exception: their sentences may be mended.
 */
const FROZEN: Record<string, string[]> = JSON.parse(
  readFileSync(new URL('./wording.frozen.json', import.meta.url), 'utf8'),
)

describe('the wording', () => {
  it.each(Object.keys(SCENARIOS))('%s', async (name) => {
    expect(await SCENARIOS[name]?.()).toEqual(FROZEN[name] ?? [])
  })

  it('has no text without a scenario', () => {
    expect(Object.keys(FROZEN).filter((name) => !(name in SCENARIOS))).toEqual([])
  })

  it('has a text for each scenario', () => {
    expect(Object.keys(SCENARIOS).filter((name) => !(name in FROZEN))).toEqual([])
  })
})
