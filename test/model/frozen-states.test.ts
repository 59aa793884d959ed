import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readSaved } from '../../src/storage/state-file.ts'
import { BEGIN, publicState, Story } from './frozen/story.ts'

/*
 * `state.json` of version 1 with a process in every state that there was, and what users saw of each when it had been read.
 * Neither file changes any more: whoever upgrades has such a state.
 */
const read = (name: string) => readFileSync(new URL(`./frozen/${name}`, import.meta.url), 'utf8')
const SEEN: Record<string, Record<'state' | 'orphaned' | 'stopped', unknown>> = JSON.parse(
  read('state-v1-states.seen.json'),
)
const { processes } = readSaved(read('state-v1-states.json'), BEGIN)
const NOW = BEGIN + 100_000

/** What was seen of a process once it was read: at once; by a supervisor that found nothing of it; and when it was stopped. */
function look(process: (typeof processes)[number]) {
  const story = () => new Story({}, process).after(NOW - BEGIN).fromHere()
  return {
    state: publicState(process, NOW),
    orphaned: story().recovered({}).gone().told(),
    stopped: story().stop().gone().told(),
  }
}

describe('a process in a state file of version 1', () => {
  it.each(processes.map((process) => [process.config.name, process] as const))('%s', (name, process) => {
    expect(look(process)).toMatchObject(SEEN[name] ?? {})
  })

  it('is there for each expectation', () => {
    expect(processes.map(({ config }) => config.name)).toEqual(Object.keys(SEEN))
  })
})
