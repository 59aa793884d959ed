import { expect, it } from 'vitest'
import * as describe from '../../../src/model/lifecycle/describe.ts'
import { exited, managedProcess } from '../processes.ts'

it.each([
  [null, 'SIGHUP sent'],
  [1, 'SIGHUP sent to 1 process'],
  [3, 'SIGHUP sent to 3 processes'],
])('says how many processes got a signal: %j', (reached, sentence) => {
  expect(describe.cause({ type: 'signal', signal: 'SIGHUP', reached })).toBe(sentence)
})

it.each([
  [3, '(2/3)'],
  ['unlimited', '(2)'],
] as const)('says how many failures in a row are allowed: %s', (maxRestarts, count) => {
  const facts = { cause: exited(), exitCode: 1, signal: null, delay: 2000, failures: 2, maxRestarts }
  const sentence = describe.event({ type: 'crash', time: 0, name: 'web', run: 1, ...facts })
  expect(sentence).toBe(`exited with 1 after 500 ms, next try in 2 s ${count}`)
})

it.each([
  [99_999, 'emptied, 99999 bytes'],
  [100_000, 'emptied, 0.1 MB'],
  [250_000, 'emptied, 0.3 MB'],
  [10_049_990, 'emptied, 10.0 MB'],
])('says how much of a log was deleted: %d', (bytes, sentence) => {
  expect(describe.outcome({ result: 'emptied', bytes }, managedProcess())).toBe(sentence)
})
