import { type Row, textOf } from './span.ts'

/** Rows as plain lines, without colours or trailing blanks. */
export function plainText(rows: readonly Row[]): string {
  return rows.map((row) => textOf(row).trimEnd()).join('\n')
}
