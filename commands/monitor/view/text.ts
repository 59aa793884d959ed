import { type Row, textOf } from './span.ts'

/** Rows as lines of text that print anywhere: without colours, and without blanks at their ends. */
export function plainText(rows: readonly Row[]): string {
  return rows.map((row) => textOf(row).trimEnd()).join('\n')
}
