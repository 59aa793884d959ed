import { describe, expect, it } from 'vitest'
import { ProcessManagerError } from '../../src/model/errors.ts'
import { answerOf, parseAnswer, parseRequest } from '../../src/testing/host-protocol.ts'

describe('what a runner and its host say', () => {
  it('is understood', () => {
    const request = { id: 1, action: 'open', stack: '/tmp/stack' } as const
    expect(parseRequest(JSON.stringify(request))).toEqual(request)
    expect(parseAnswer(JSON.stringify(answerOf(1)))).toEqual({ id: 1 })
  })

  it('keeps the code of an error, and the message of any', () => {
    const left = new ProcessManagerError('stop-failed', 'something is left')
    expect(parseAnswer(JSON.stringify(answerOf(2, left)))).toEqual({
      id: 2,
      error: { code: 'stop-failed', message: 'something is left' },
    })
    expect(answerOf(3, new TypeError('oops')).error).toEqual({ code: 'internal', message: 'oops' })
    expect(answerOf(4, 'text').error).toEqual({ code: 'internal', message: 'text' })
  })

  it.each([
    '',
    'no json',
    '7',
    '{"id":"1","action":"open","stack":"/"}',
    '{"id":1,"action":"format","stack":"/"}',
    '{"id":1,"action":"open"}',
  ])('is ignored if it is no request: %s', (line) => expect(parseRequest(line)).toBeUndefined())

  it('is ignored if it is no answer', () => {
    expect(parseAnswer('[]')).toBeUndefined()
    expect(parseAnswer('{"id":null}')).toBeUndefined()
    expect(parseAnswer('{"id":1,"error":{"code":"strange","message":"m"}}')?.error?.code).toBe('internal')
  })
})
