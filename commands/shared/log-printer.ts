import type { ContextLine, ProcessLog } from '../../src/index.ts'
import { logLine } from '../format/log.ts'
import { safeJson } from '../format/printable.ts'
import type { CommandContext } from './command.ts'

/** Prints log lines in the format that the flags ask for. */
export class LogPrinter {
  readonly #context: CommandContext
  #names = new Set<string>()
  #prefixWidth: number | undefined

  /** @param names processes whose lines will be printed; with more than one, each line starts with its name. Others may join. */
  constructor(context: CommandContext, names: string[]) {
    this.#context = context
    this.#setNames(names)
  }

  line(log: ProcessLog, isContext = false): void {
    if (!this.#names.has(log.name)) this.#setNames([...this.#names, log.name])
    const { flags, print, paint, color, environment } = this.#context
    if (flags.json) print(safeJson(log))
    // As the process wrote it: `print` would make it safe.
    else if (flags.raw) environment.stdout.write(`${log.message}\n`)
    else {
      const { timestamps = false } = flags
      print(logLine(log, { paint, keepColors: color, prefixWidth: this.#prefixWidth, timestamps, isContext }))
    }
  }

  /** Prints groups of matching lines and their context, separated by `--` as grep does. In JSON each line has `match`. */
  stretches(stretches: ContextLine[][]): void {
    const { flags, print, paint } = this.#context
    this.#setNames(stretches.flat().map(({ log }) => log.name))
    stretches.forEach((lines, index) => {
      if (index > 0 && !flags.json) print(paint('gray', '--'))
      for (const { log, isMatch } of lines) {
        if (flags.json) print(safeJson({ ...log, match: isMatch }))
        else this.line(log, !isMatch)
      }
    })
  }

  #setNames(names: string[]): void {
    this.#names = new Set(names)
    this.#prefixWidth = this.#names.size > 1 ? Math.max(...[...this.#names].map(({ length }) => length)) : undefined
  }
}
