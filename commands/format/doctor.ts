import type { Finding } from '../../src/index.ts'
import type { Color, Paint } from './color.ts'
import { printable } from './printable.ts'
import type { Symbols } from './symbols.ts'

export interface DoctorOptions {
  findings: Finding[]
  /** What was wrong and is not any more. */
  fixed: Finding[]
  program: string
  paint: Paint
  symbols: Symbols
}

/** What was found before and is not found any more. */
export function fixedOf(before: Finding[], after: Finding[]): Finding[] {
  const isLeft = ({ check, message }: Finding) => after.some((left) => left.check === check && left.message === message)
  return before.filter((finding) => finding.level !== 'ok' && finding.fix !== null && !isLeft(finding))
}

/** A line for each finding, and one that sums up. */
export function doctorText({ findings, fixed, program, paint, symbols }: DoctorOptions): string {
  const width = Math.max(...[...findings, ...fixed].map(({ check }) => check.length))
  const line = (sign: string, color: Color, { check, message }: Finding, advice: string) =>
    `${paint(color, sign)} ${paint('bold', check.padEnd(width))}  ${printable(message, false)}${paint('gray', advice)}`
  const lines = findings.map((finding) => {
    const { advice, fix } = finding
    const todo = advice === null ? '' : `: ${advice}${fix === null ? '' : ` (or: ${program} doctor --fix)`}`
    switch (finding.level) {
      case 'ok':
        return line(symbols.done, 'green', finding, '')
      case 'warning':
        return line('!', 'yellow', finding, todo)
      default:
        return line(symbols.failed, 'red', finding, todo)
    }
  })
  const mended = fixed.map((finding) =>
    line(symbols.done, 'green', { ...finding, message: `mended: ${finding.message}` }, ''),
  )
  return [...mended, ...lines, '', summary(findings)].join('\n')
}

function summary(findings: Finding[]): string {
  const count = (level: Finding['level']) => findings.filter((finding) => finding.level === level).length
  const [problems, warnings] = [count('problem'), count('warning')]
  if (problems + warnings === 0) return 'all is well'
  return `${problems} ${problems === 1 ? 'problem' : 'problems'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`
}
