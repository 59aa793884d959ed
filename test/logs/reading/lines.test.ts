import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LogFile } from '../../../src/logs/files/log-file.ts'
import { type Line, lineText } from '../../../src/logs/reading/line.ts'
import { LineSplitter } from '../../../src/logs/reading/line-splitter.ts'
import { lastLineStart, linesBackward } from '../../../src/logs/reading/lines-backward.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let folder: TempFolder
beforeEach(() => {
  folder = tempFolder()
})
afterEach(() => folder.remove())

async function backward(content: Buffer): Promise<Line[]> {
  const path = join(folder.path, 'log')
  writeFileSync(path, content)
  const file = (await LogFile.open(path)) as LogFile
  const lines: Line[] = []
  for await (const batch of linesBackward(file, file.end)) lines.push(...batch)
  await file.close()
  return lines.reverse()
}

function forward(content: Buffer, chunkSize: number): Line[] {
  const splitter = new LineSplitter(0)
  const lines: Line[] = []
  for (let at = 0; at < content.length; at += chunkSize) {
    lines.push(...splitter.push(content.subarray(at, at + chunkSize)))
  }
  const rest = splitter.flush()
  return rest ? [...lines, rest] : lines
}

const MEGABYTES_10 = 10 * 2 ** 20

const contents: [what: string, bytes: Buffer, texts: string[]][] = [
  ['nothing', Buffer.from(''), []],
  ['an empty line', Buffer.from('\n'), ['']],
  ['empty lines', Buffer.from('\n\na\n\n'), ['', '', 'a', '']],
  ['a last line without newline', Buffer.from('one\ntwo'), ['one', 'two']],
  ['CRLF', Buffer.from('one\r\ntwo\r\n'), ['one', 'two']],
  ['a progress bar', Buffer.from('10%\r50%\r100%\ndone\n'), ['100%', 'done']],
  ['a progress bar that returns at the end', Buffer.from('10%\r50%\r'), ['50%']],
  ['characters of up to four bytes', Buffer.from('aé€😀z\n😀\n'), ['aé€😀z', '😀']],
  ['NUL and invalid bytes', Buffer.from([0x61, 0, 0xff, 0xfe, 0x62, 0x0a]), ['a\0\ufffd\ufffdb']],
  ['colours', Buffer.from('\x1b[31mred\x1b[39m\n'), ['\x1b[31mred\x1b[39m']],
  [
    'a 10 MB line between others',
    Buffer.from(`before\n${'x'.repeat(MEGABYTES_10)}\nafter\n`),
    ['before', `${'x'.repeat(65_536)}… (line of 10485760 bytes)`, 'after'],
  ],
  [
    'a 10 MB line without newline whose cut splits a character',
    Buffer.from(`x${'é'.repeat(MEGABYTES_10 / 2)}`),
    [`x${'é'.repeat(32_767)}… (line of 10485761 bytes)`],
  ],
  [
    'a line just above what is shown',
    Buffer.from(`${'y'.repeat(65_537)}\n`),
    [`${'y'.repeat(65_536)}… (line of 65537 bytes)`],
  ],
  ['a line of exactly what is shown', Buffer.from(`${'y'.repeat(65_536)}\n`), ['y'.repeat(65_536)]],
  ['a megabyte of progress', Buffer.from('  42 % done\r'.repeat(90_000)), ['  42 % done']],
]

describe('lines', () => {
  for (const [what, bytes, texts] of contents) {
    it(`${what}, read backward`, async () => {
      expect((await backward(bytes)).map((line) => line.text)).toEqual(texts)
    })
    it(`${what}, read forward in chunks`, () => {
      const sizes = bytes.length > 1000 ? [65_536, 9999] : [1, 2, 3, 65_536]
      for (const size of sizes) expect(forward(bytes, size).map((line) => line.text)).toEqual(texts)
    })
  }

  it('have the same offsets in both directions, across any blocks', async () => {
    const text = Array.from({ length: 20_000 }, (_, i) => `${i} ${'é'.repeat((i * 7919) % 40)}`).join('\n')
    const bytes = Buffer.from(`${text}\n`)
    const lines = await backward(bytes)
    expect(lines).toEqual(forward(bytes, 1000))
    expect(lines.map((line) => line.text).join('\n')).toBe(text)
    expect(lines.every((line) => lineText(bytes.subarray(line.start, line.end)) === line.text)).toBe(true)
  })
})

describe('lastLineStart', () => {
  it('finds the beginning of the unfinished line', async () => {
    const path = join(folder.path, 'log')
    for (const [content, start] of [
      ['', 0],
      ['no newline', 0],
      ['one\n', 4],
      ['one\ntwo', 4],
      [`one\n${'x'.repeat(200_000)}`, 4],
    ] as const) {
      writeFileSync(path, content)
      const file = (await LogFile.open(path)) as LogFile
      expect(await lastLineStart(file, file.end)).toBe(start)
      await file.close()
    }
  })
})
