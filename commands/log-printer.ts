import type { ContextLine, ProcessLog } from '../src/index.ts'
import type { CommandContext } from './command.ts'
import { logLine } from './format/log.ts'

/** Prints lines of logs as the flags say. */
export class LogPrinter {
  readonly #context: CommandContext
  #prefixWidth: number | undefined

  /** `names`: whose lines are to come; one name alone is not put before each line. */
  constructor(context: CommandContext, names: string[]) {
    this.#context = context
    this.#setNames(names)
  }

  line(log: ProcessLog, isContext = false): void {
    const { flags, print, paint, color } = this.#context
    if (flags.json) print(JSON.stringify(log))
    else if (flags.raw) print(log.message)
    else {
      const { timestamps = false } = flags
      print(logLine(log, { paint, keepColors: color, prefixWidth: this.#prefixWidth, timestamps, isContext }))
    }
  }

  /** With `--` between them, as grep has it; as JSON each line says whether it matched. */
  stretches(stretches: ContextLine[][]): void {
    const { flags, print, paint } = this.#context
    this.#setNames(stretches.flat().map(({ log }) => log.name))
    stretches.forEach((lines, index) => {
      if (index > 0 && !flags.json) print(paint('gray', '--'))
      for (const { log, isMatch } of lines) {
        if (flags.json) print(JSON.stringify({ ...log, match: isMatch }))
        else this.line(log, !isMatch)
      }
    })
  }

  #setNames(names: string[]): void {
    const distinct = new Set(names)
    this.#prefixWidth = distinct.size > 1 ? Math.max(...[...distinct].map(({ length }) => length)) : undefined
  }
}
