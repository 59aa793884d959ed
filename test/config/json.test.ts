import { describe, expect, it } from 'vitest'
import { parseJson, refuseDuplicateKeys } from '../../src/config/json.ts'

describe('parseJson', () => {
  it('parses', async () => {
    expect(await parseJson('{"a":[1]}', 'a.json')).toEqual({ a: [1] })
  })

  const value = 'this is neither a text in double quotes nor a number, true, false or null'
  const name = 'a name in double quotes is expected (no comma comes after the last entry)'
  it.each([
    ['', 1, 1, 'a value is expected'],
    ['{\n  "a": 1,\n}\n', 3, 1, name],
    ['[1,\r\n  2,,]', 2, 5, 'a value is expected'],
    ['{\n  "a" 1 }', 2, 7, 'a colon is expected'],
    ['{ "a": 1\n  "b": 2 }', 2, 3, 'a comma is expected'],
    ['{ "a": {} ', 1, 11, 'a comma or a closing brace is expected'],
    ['[1', 1, 3, 'a comma or a closing bracket is expected'],
    ['{}\n{}', 2, 1, 'the end of the file is expected'],
    ['[\n  // note\n]', 2, 3, 'comments are not allowed'],
    ['{ "a": "b }', 1, 8, 'the closing quote of a string is missing'],
    ['["\\q"]', 1, 2, 'no such escape in a string'],
    ['["\\u12"]', 1, 2, 'four hexadecimal digits are expected after \\u'],
    ['["\t"]', 1, 2, 'a control character is not allowed in a string; write it as an escape, such as \\t'],
    ['[1.]', 1, 2, 'digits are missing in a number'],
    ["{ 'a': 1 }", 1, 3, value],
    ['{ a: 1 }', 1, 3, value],
    ['[undefined]', 1, 2, value],
  ])('says where %j is not JSON', async (text, line, column, reason) => {
    await expect(parseJson(text, 'processes.json')).rejects.toMatchObject({
      code: 'config',
      message: `processes.json: not JSON at line ${line}, column ${column}: ${reason}`,
    })
  })
})

describe('a key that occurs twice', () => {
  it.each([
    ['{"a": 1, "a": 2}', '"a"', 1, 10],
    ['{"p": [{"a": 1}, {"a": 2, // "a": 3\n "b": 1, "\\u0062": 2}]}', '"b"', 2, 10],
    ['{"a": {"x": ":"}, "b": ["a", "a"], "a": 1}', '"a"', 1, 36],
  ])('is refused: %s', (text, key, line, column) => {
    expect(() => refuseDuplicateKeys(text, 'p.json')).toThrow(
      `p.json: the key ${key} occurs twice, again at line ${line}, column ${column}`,
    )
  })

  it.each(['{"a": {"a": 1}, "b": {"a": 2}}', '["a", "a"]', '{"a": "a", "b": "a"}', '{} // {"a": 1, "a": 1}', '7'])(
    'is not in %s',
    (text) => {
      expect(() => refuseDuplicateKeys(text, 'p.json')).not.toThrow()
    },
  )
})
