import { describe, expect, it } from 'vitest'
import { type JsonFields, jsonFieldsOf, jsonFieldsText, jsonFieldTest } from '../../../src/model/views/json-fields.ts'

const LINE = JSON.stringify({
  level: 30,
  ok: true,
  gone: null,
  'http.status': 500,
  request: { method: 'GET', 'user.id': 7, tags: ['a'] },
})

describe('fields of a JSON line', () => {
  it.each<{ fields: JsonFields; expected: boolean }>([
    { fields: { level: ['30'] }, expected: true },
    { fields: { level: ['20', '30'] }, expected: true },
    { fields: { level: ['20'] }, expected: false },
    { fields: { ok: ['true'], gone: ['null'] }, expected: true },
    { fields: { ok: ['true'], gone: ['no'] }, expected: false },
    { fields: { 'request.method': ['GET'] }, expected: true },
    { fields: { 'request.method': ['get'] }, expected: false },
    { fields: { 'http.status': ['500'] }, expected: true },
    { fields: { 'request.user.id': ['7'] }, expected: true },
    { fields: { 'request.tags': ['a'] }, expected: false },
    { fields: { request: ['[object Object]'] }, expected: false },
    { fields: { 'request.method.length': ['3'] }, expected: false },
    { fields: { constructor: ['x'] }, expected: false },
    { fields: {}, expected: true },
  ])('are compared as text: $fields', ({ fields, expected }) => {
    expect(jsonFieldTest(fields)(LINE)).toBe(expected)
  })

  it.each([{ line: 'level=30' }, { line: '{broken' }, { line: '[{"level":30}]' }, { line: '' }, { line: '"level"' }])(
    'are in no other line: $line',
    ({ line }) => {
      expect(jsonFieldTest({ level: ['30'] })(line)).toBe(false)
    },
  )

  it('are found in a line that is indented', () => {
    expect(jsonFieldTest({ level: ['30'] })(`  ${LINE}`)).toBe(true)
  })

  it('are written as the query of an address, and read back', () => {
    const fields = { 'a.b': ['c&d', 'e='], level: ['ü 1'] }
    expect(jsonFieldsOf(jsonFieldsText(fields))).toEqual(fields)
    for (const text of ['', 'level', '=x', 'level=']) expect(jsonFieldsOf(text)).toBeUndefined()
  })
})
