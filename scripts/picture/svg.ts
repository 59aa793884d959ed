import type { Span } from './ansi.ts'

/** Of a character, in pixels. */
const CELL = { width: 8.4, height: 19 }
const MARGIN = 20
/** Height of the window's upper edge. */
const BAR = 34

const BACKGROUND = '#16181d'
const FOREGROUND = '#d7dae0'
/** The colours 0 to 15 of a terminal. */
const COLORS = [
  ...['#3f4451', '#ef6b73', '#8ccf7e', '#e5c76b', '#67b0e8', '#c47fd5', '#6cc6c4', '#d7dae0'],
  ...['#7d8590', '#ff8f95', '#a6e39a', '#f5d98b', '#8cc8f5', '#dba0e8', '#8fdedc', '#ffffff'],
]
/** Fonts that are on the reader's machine: a picture that is shown in a page cannot bring its own. */
const FONTS = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"

/** A window with a terminal in it, as a picture. */
export function svgOf(rows: Span[][], columns: number, title: string): string {
  const width = Math.round(columns * CELL.width + 2 * MARGIN)
  const height = Math.round(BAR + rows.length * CELL.height + 1.5 * MARGIN)
  const texts = rows.flatMap((spans, row) => spans.flatMap((span) => textsOf(span, row)))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10" fill="${BACKGROUND}" stroke="#30343d"/>`,
    ...['#ff5f57', '#febc2e', '#28c840'].map(
      (color, at) => `<circle cx="${22 + at * 20}" cy="20" r="6" fill="${color}"/>`,
    ),
    `<g font-family="${FONTS}" font-size="14" fill="${FOREGROUND}">`,
    ...texts,
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

/** Words between which there is more than one space have each their own place: viewers differ in what they do with spaces. */
function textsOf({ text, column, bold, dim, color }: Span, row: number): string[] {
  const y = round(BAR + MARGIN / 2 + (row + 0.75) * CELL.height)
  const looks = [
    color !== null && ` fill="${COLORS[color]}"`,
    bold && ' font-weight="bold"',
    dim && ' opacity="0.6"',
  ].filter((look) => look !== false)
  return [...text.matchAll(/\S+(?: \S+)*/g)].map(({ 0: words, index }) => {
    const x = round(MARGIN + (column + widthOf(text.slice(0, index))) * CELL.width)
    // The width is given, so that columns stay columns in every font.
    const width = round(widthOf(words) * CELL.width)
    return `<text x="${x}" y="${y}" textLength="${width}"${looks.join('')}>${escaped(words)}</text>`
  })
}

/** Columns. */
function widthOf(text: string): number {
  return [...text].length
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
