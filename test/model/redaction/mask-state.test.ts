import { expect, it } from 'vitest'
import { maskState } from '../../../src/model/redaction/mask-state.ts'
import { processState } from '../../commands/states.ts'

it('a state has no secrets in its command, nor in what the program says of itself', () => {
  const program = {
    state: 'blocked',
    kind: null,
    progress: null,
    app: null,
    title: null,
    message: 'with TOKEN=abc?',
  } as const
  expect(maskState(processState({ command: 'serve --token abc', program }))).toMatchObject({
    command: 'serve --token ••••',
    program: { ...program, message: 'with TOKEN=••••' },
  })
  expect(maskState(processState()).program).toBeNull()
})
