import { describe, expect, it } from 'vitest'
import { shortened } from '../../../../commands/list/watch.ts'
import { isLive } from '../../../../commands/shared/output.ts'
import { LiveBlock } from '../../../../commands/shared/progress/repaint.ts'

/** What a terminal does with what is written: lines, and where the cursor is. Knows what a block needs. */
class Terminal {
  isTTY = true
  rows = 6
  columns = 20
  lines: string[] = ['$ command', '']
  written = ''
  #row = 1

  write(text: string): void {
    this.written += text
    for (const [token] of text.matchAll(/\x1b\[\d*[A-Z]|[\r\n]|[^\x1b\r\n]+/g)) this.#take(token)
  }

  #take(token: string): void {
    const [, count, command] = /^\x1b\[(\d*)([A-Z])$/.exec(token) ?? []
    if (command === 'A') this.#row -= Number(count)
    else if (command === 'K') this.lines[this.#row] = ''
    else if (command === 'J') this.lines.splice(this.#row, Number.POSITIVE_INFINITY, '')
    else if (token === '\n') this.lines[++this.#row] ??= ''
    else if (token !== '\r') this.lines[this.#row] += token
  }
}

describe('a live block', () => {
  it('is repainted in place, writing only changed lines', () => {
    const terminal = new Terminal()
    const block = new LiveBlock(terminal)
    block.show(['one', 'two', 'three'])
    expect(terminal.lines).toEqual(['$ command', 'one', 'two', 'three', ''])
    terminal.written = ''
    block.show(['one', 'TWO', 'three'])
    expect(terminal.lines).toEqual(['$ command', 'one', 'TWO', 'three', ''])
    expect(terminal.written).not.toContain('three')
    terminal.written = ''
    block.show(['one', 'TWO', 'three'])
    expect(terminal.written).toBe('')
    block.show(['one'])
    expect(terminal.lines).toEqual(['$ command', 'one', ''])
    block.show(['one', 'more', 'and more'])
    expect(terminal.lines).toEqual(['$ command', 'one', 'more', 'and more', ''])
    block.clear()
    expect(terminal.lines).toEqual(['$ command', ''])
  })

  it('is as high as the terminal allows, and adapts when the terminal becomes narrower', () => {
    const terminal = new Terminal()
    const block = new LiveBlock(terminal)
    expect(block.room).toBe(5)
    block.show(['0123456789ab'])
    terminal.columns = 8
    terminal.written = ''
    block.show(['012345…'])
    expect(terminal.written.startsWith('\x1b[2A')).toBe(true)
  })

  it('is only used on a terminal that can be repainted', () => {
    const terminal = new Terminal()
    expect(isLive(terminal, {})).toBe(true)
    expect(isLive(terminal, { TERM: 'dumb' })).toBe(false)
    expect(isLive(terminal, { CI: 'true' })).toBe(false)
    expect(isLive({ ...terminal, isTTY: false, write: () => {} }, {})).toBe(false)
  })
})

describe('a list that is too long for the terminal', () => {
  it('loses lines in the middle and keeps its totals', () => {
    const lines = ['head', 'a', 'b', 'c', 'd', '', 'sums']
    const more = (count: number) => `${count} more`
    expect(shortened(lines, 7, more)).toEqual(lines)
    expect(shortened(lines, 6, more)).toEqual(['head', 'a', 'b', '2 more', '', 'sums'])
    expect(shortened(lines, 3, more)).toEqual(['head', 'a', '5 more'])
  })
})
