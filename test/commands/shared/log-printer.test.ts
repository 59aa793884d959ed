import { describe, expect, it } from 'vitest'
import type { CommandContext } from '../../../commands/shared/command.ts'
import { LogPrinter } from '../../../commands/shared/log-printer.ts'

function printed(names: string[], ...from: string[]): string[] {
  const lines: string[] = []
  const context = {
    flags: {},
    color: false,
    paint: (_: unknown, text: string) => text,
    print: (text: string) => lines.push(text),
  }
  const printer = new LogPrinter(context as unknown as CommandContext, names)
  for (const name of from)
    printer.line({ name, timestamp: new Date(0), source: 'stdout', level: 'info', message: 'hello' })
  return lines
}

describe('the names before log lines', () => {
  it('are padded to the longest, and absent for a single process', () => {
    expect(printed(['web', 'worker'], 'web', 'worker')).toEqual(['web    | hello', 'worker | hello'])
    expect(printed(['web'], 'web')).toEqual(['hello'])
  })

  it('make room for a process that joins later', () => {
    expect(printed(['web'], 'web', 'worker-10', 'web')).toEqual(['hello', 'worker-10 | hello', 'web       | hello'])
  })
})
