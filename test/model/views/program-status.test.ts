import { describe, expect, it } from 'vitest'
import { afterEnd, LONGEST_REPORT, lastReport, unfinishedAt } from '../../../src/model/views/program-status.ts'

const report = (body: string, end = '\x1b\\') => `\x1b]7501;${body}${end}`
const base64 = (text: string) => Buffer.from(text).toString('base64')
const NOTHING = { kind: null, progress: null, app: null, title: null, message: null }

describe('lastReport', () => {
  it('is the last whole one, however it ends', () => {
    const log = `line\n${report('state=working:progress=40')}text${report('state=idle', '\x07')}\nmore\n\x1b]7501;state=done`
    expect(lastReport(log)).toEqual({ ...NOTHING, state: 'idle' })
    expect(lastReport('no report')).toBeUndefined()
    expect(lastReport(report('state=idle') + report('state=clear'))).toBeNull()
  })

  it('tells everything that the program says', () => {
    const body = `state=blocked:kind=permission:progress=7:app=deploy-tool:title=${base64('Déploy')}:msg=${base64('To prod?')}`
    expect(lastReport(report(body))).toEqual({
      state: 'blocked',
      kind: 'permission',
      progress: 7,
      app: 'deploy-tool',
      title: 'Déploy',
      message: 'To prod?',
    })
  })

  it('skips what it does not know, and takes the last of the same key', () => {
    const body = 'state=idle:color=red:Bad Pair:=x:state=working:kind=question:progress=many'
    expect(lastReport(report(body))).toEqual({ ...NOTHING, state: 'working' })
  })

  it.each([
    ['of a part of the program', 'state=done:id=tests/unit'],
    ['without a state', 'app=web'],
    ['of an unknown state', 'state=thinking'],
    ['with a bell in its message', `state=done:msg=${base64('a\x07b')}`],
    ['with an escape sequence in its message', `state=done:msg=${base64('\x1b[2J')}`],
    ['whose message is no text', `state=done:msg=${Buffer.from([0xff, 0xfe]).toString('base64')}`],
    ['whose message is not base64', 'state=done:msg=a'],
    ['whose message is too long', `state=done:msg=${base64('x'.repeat(2050))}`],
    ['whose name is too long', `state=done:app=${'x'.repeat(33)}`],
  ])('passes over one %s', (_, body) => {
    expect(lastReport(report('state=idle') + report(body))).toEqual({ ...NOTHING, state: 'idle' })
  })

  it('passes over one that is too long', () => {
    const long = report(`state=done:x=${'y'.repeat(LONGEST_REPORT)}`)
    expect(lastReport(report('state=idle') + long)).toEqual({ ...NOTHING, state: 'idle' })
  })

  it('shows nothing that would reorder or hide text', () => {
    expect(lastReport(report(`state=error:msg=${base64('a\u202eb\u200bc')}`))?.message).toBe('abc')
  })

  it('bears a log that is full of beginnings', () => {
    expect(lastReport('\x1b]7501;'.repeat(20_000))).toBeUndefined()
  })
})

describe('unfinishedAt', () => {
  it.each([
    ['text', 4],
    ['', 0],
    ['text\x1b', 4],
    ['text\x1b]75', 4],
    ['text\x1b]7501;state=do', 4],
    ['text\x1b]7501;state=done\x1b', 4],
    [`text${report('state=done')}`, 4 + report('state=done').length],
    [`text${report('state=done', '\x07')}`, 4 + report('state=done', '\x07').length],
    ['text\x1b[1m', 8],
    [`\x1b]7501;${'x'.repeat(LONGEST_REPORT)}`, 7 + LONGEST_REPORT],
  ])('of %j is %d', (text, at) => {
    expect(unfinishedAt(text)).toBe(at)
  })
})

it('leaves the result when the program has ended, and nothing that is no longer true', () => {
  for (const state of ['idle', 'working', 'blocked'] as const) expect(afterEnd({ ...NOTHING, state })).toBeNull()
  for (const state of ['done', 'error'] as const) expect(afterEnd({ ...NOTHING, state })).toEqual({ ...NOTHING, state })
})
