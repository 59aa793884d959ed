import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { spansOf } from '../../scripts/picture/ansi.ts'
import { svgOf } from '../../scripts/picture/svg.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'

const PLAIN = { bold: false, dim: false, color: null }

describe('the looks of a screen', () => {
  it('are read with the column that each begins in', () => {
    expect(spansOf('\x1b[32m● \x1b[39m\x1b[1mweb\x1b[0m  up')).toEqual([
      [
        { ...PLAIN, color: 2, text: '● ', column: 0 },
        { ...PLAIN, bold: true, text: 'web', column: 2 },
        { ...PLAIN, text: '  up', column: 5 },
      ],
    ])
  })

  it('go on in the next row', () => {
    expect(spansOf('\x1b[90;2ma\nb\x1b[22;49mc')).toEqual([
      [{ bold: false, dim: true, color: 8, text: 'a', column: 0 }],
      [
        { bold: false, dim: true, color: 8, text: 'b', column: 0 },
        { bold: false, dim: false, color: 8, text: 'c', column: 1 },
      ],
    ])
  })

  it('are refused where a picture would not show them', () => {
    expect(() => spansOf('\x1b[44mblue')).toThrow('44')
  })
})

describe('the picture', () => {
  const pictureOf = (screen: string) => svgOf(spansOf(screen), 20, 'a & b')

  it('gives every text its place, width and colour', () => {
    const svg = pictureOf('web  \x1b[33mrestarting in 1s\n a')
    expect(svg).toContain('<text x="20" y="58.3" textLength="25.2">web</text>')
    expect(svg).toContain('<text x="62" y="58.3" textLength="134.4" fill="#e5c76b">restarting in 1s</text>')
    expect(svg).toContain('<text x="28.4" y="77.3" textLength="8.4" fill="#e5c76b">a</text>')
  })

  it('is well-formed, whatever is printed', () => {
    const svg = pictureOf('<b> & "c"')
    expect(svg).toContain('>&lt;b&gt; &amp; &quot;c&quot;</text>')
    expect(svg).toContain('<title>a &amp; b</title>')
  })

  it('in the README is light, and brings nothing from elsewhere', () => {
    const file = join(REPOSITORY, 'docs/terminal.svg')
    expect(statSync(file).size).toBeLessThan(60_000)
    const svg = readFileSync(file, 'utf8')
    expect(svg).toContain('tuix-ps why worker')
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|@import|<script|<image|url\(/)
  })
})
