import { expect, it } from 'vitest'
import { chaos } from './run.ts'

it('whatever is done to it in any order, everything comes to what it should be', async () => {
  const notes: string[] = []
  const note = (line: string) => notes.push(line)
  const { failure } = await chaos({ ms: 1, length: 6, disk: false, keep: false, note })
  expect(failure === null ? null : `${failure}\n${notes.join('\n')}`).toBeNull()
}, 240_000)
