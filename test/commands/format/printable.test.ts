import { describe, expect, it } from 'vitest'
import { oneLine, printable, safeJson, safeText } from '../../../commands/format/printable.ts'

const RED = '\x1b[31m'
const EVIL = 'a\x1b]52;c;QQ==\x07b\x1b[2Jc\x9b2Jd\x07e\u202ef\u2066g\x08h'

describe('text of others', () => {
  it('loses what moves the cursor, rings, copies, or shows it in another order', () => {
    for (const safe of [printable(EVIL, false), oneLine(EVIL), safeText(EVIL, false), safeText(EVIL, true)]) {
      expect(safe).toBe('abcdefgh')
    }
  })

  it('keeps its colours only where the command uses colours', () => {
    expect(printable(`${RED}x`, true)).toBe(`${RED}x\x1b[0m`)
    expect(safeText(`${RED}x\x1b[39m\x1b[K`, true)).toBe(`${RED}x\x1b[39m`)
    expect([printable(`${RED}x`, false), safeText(`${RED}x`, false)]).toEqual(['x', 'x'])
  })

  it('is one line as a value, and as many as it has otherwise', () => {
    expect(oneLine('a\nb\r\nc\td')).toBe('a\\nb\\nc\td')
    expect(safeText('a\n\x1b[2Jb\n', false)).toBe('a\nb\n')
  })

  it('is what it is if there is nothing wrong with it', () => {
    const text = 'Datenbank läuft → データ処理 🙂\n\tשלום\u200f'
    expect([safeText(text, false), safeText(text, true)]).toEqual([text, text])
  })

  it('is escaped in JSON, which means the same', () => {
    const json = safeJson({ [EVIL]: [EVIL] })
    expect(json).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/)
    expect(JSON.parse(json)).toEqual({ [EVIL]: [EVIL] })
    expect(safeJson([1], 2)).toBe('[\n  1\n]')
  })
})
