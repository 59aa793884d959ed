import type { SupervisorInfo } from '../../src/index.ts'
import type { Paint } from './color.ts'
import type { ColumnName } from './list-columns.ts'
import type { Symbols } from './symbols.ts'

export interface ListOptions {
  paint: Paint
  symbols: Symbols
  /** Epoch ms. */
  now: number
  /** Columns of the terminal; absent: not a terminal. */
  width?: number | undefined
  /** Columns of the list; absent: those that say something. */
  columns?: ColumnName[] | undefined
  /** Their order was asked for: groups do not stand together. */
  isSorted?: boolean
  /** Who answered, null: nobody; absent: that is said elsewhere. */
  supervisor?: SupervisorInfo | null | undefined
}
