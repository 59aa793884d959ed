import type { Finding } from '../../src/index.ts'
import type { Color, Paint } from './color.ts'
import { printable } from './printable.ts'
import type { Symbols } from './symbols.ts'
import { GAP, layOut } from './table.ts'
import { counted } from './units.ts'
import { widest, widthOf, wrapped } from './width.ts'

/** Width of the sign and the blank before a check. */
const SIGN = 2

export interface DoctorOptions {
  findings: Finding[]
  /** Findings that were repaired. */
  fixed: Finding[]
  program: string
  /** Width of the terminal. Absent: not a terminal, so nothing is wrapped. */
  width?: number | undefined
  paint: Paint
  symbols: Symbols
}

/** The findings that a repair removed. */
export function fixedOf(before: Finding[], after: Finding[]): Finding[] {
  const isLeft = ({ check }: Finding) => after.some((left) => left.check === check && left.fix !== null)
  return before.filter((finding) => finding.level !== 'ok' && finding.fix !== null && !isLeft(finding))
}

/** One line per finding, and a summary. */
export function doctorText({ findings, fixed, program, width, paint, symbols }: DoctorOptions): string {
  const checks = widest([...findings, ...fixed].map(({ check }) => check))
  const room = (width ?? Number.POSITIVE_INFINITY) - SIGN - checks - GAP
  const row = (sign: string, color: Color, { check, message }: Finding, advice: string) => [
    `${paint(color, sign)} ${paint('bold', check)}`,
    messageText(printable(message, false), advice, { room, paint }),
  ]
  const rows = findings.map((finding) => {
    const { advice, fix } = finding
    const todo = advice === null ? '' : `${advice}${fix === null ? '' : ` (or: ${program} doctor --fix)`}`
    switch (finding.level) {
      case 'ok':
        return row(symbols.done, 'green', finding, '')
      case 'warning':
        return row('!', 'yellow', finding, todo)
      default:
        return row(symbols.failed, 'red', finding, todo)
    }
  })
  const repaired = fixed.map((finding) =>
    row(symbols.done, 'green', { ...finding, message: `repaired: ${finding.message}` }, ''),
  )
  return [...layOut([...repaired, ...rows]), '', summary(findings)].join('\n')
}

/** A message and what to do; on lines of their own if they do not fit into one. */
function messageText(message: string, advice: string, { room, paint }: { room: number; paint: Paint }): string {
  const suffix = advice === '' ? '' : `: ${advice}`
  if (widthOf(message) + widthOf(suffix) <= room) return `${message}${paint('gray', suffix)}`
  const lines = wrapped(message, room)
  return [...lines, ...(advice === '' ? [] : wrapped(advice, room).map((line) => paint('gray', line)))].join('\n')
}

function summary(findings: Finding[]): string {
  const count = (level: Finding['level']) => findings.filter((finding) => finding.level === level).length
  const [problems, warnings] = [count('problem'), count('warning')]
  if (problems + warnings === 0) return 'no problems found'
  return `${counted(problems, 'problem')}, ${counted(warnings, 'warning')}`
}
