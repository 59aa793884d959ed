import type { Entry } from './entry.ts'
import { isAtLeast } from './level.ts'

/** Leading colours, and the blanks after them. More blanks than these are no deeper. */
const INDENTED = /^(?:\x1b\[[\d;]*m)*([ \t]{1,80})/
/** What continues a stack without blanks before it: its cause in Java, and the end of an object that Node has printed with an error. */
const CONTINUES = /^(?:Caused by: |[)\]}]+[,;]?$)/
const TRACEBACK = /^Traceback \(most recent call last\):/

/** Depth of a line that continues another one without blanks before it. */
const UNINDENTED = 0.5
/** Entries that are held back at most until the beginning of their stack is found. */
const MOST_HELD = 2000

/** How far a line is indented; 0: it continues no other one. */
function depthOf({ log: { message } }: Entry): number {
  if (message.trim() === '') return 0
  return INDENTED.exec(message)?.[1]?.length ?? (CONTINUES.test(message) ? UNINDENTED : 0)
}

/**
 * Finds the line that each line of a stream continues: of the unbroken lines before it, the last one that is indented less. The
 * error at the end of a Python traceback continues it. To be called with every line, oldest first.
 */
export class StackLinker {
  /** The last line, the line that it continues, and so on, outermost first. */
  #open: { entry: Entry; depth: number }[] = []

  /** Sets the parent of an entry, and its level by that of its parent. */
  link(entry: Entry): Entry {
    const [head, frame] = this.#open
    const endsTraceback = head && TRACEBACK.test(head.entry.log.message) && (frame?.depth ?? 0) > UNINDENTED
    const isBlank = entry.log.message.trim() === ''
    const depth = depthOf(entry) || (endsTraceback && !isBlank ? UNINDENTED : 0)
    const outer = this.#open.filter((line) => line.depth < depth)
    const parent = outer.at(-1)?.entry
    if (parent) {
      const { log } = entry
      entry.parent = parent
      const isWorse = isAtLeast(log.level, 'warn') && isAtLeast(log.level, parent.log.level)
      if (!isWorse) log.level = parent.log.level
    }
    this.#open = isBlank ? [] : [...outer, { entry, depth }]
    return entry
  }
}

/** Links entries of a stream, last first, of which the oldest one begins a stack. */
export function linkBackward(entries: Entry[]): Entry[] {
  const linker = new StackLinker()
  for (const entry of entries.toReversed()) linker.link(entry)
  return entries
}

/** The number of these entries, last first, whose stacks begin among them. */
export function wholeStacks(entries: Entry[]): number {
  const isTooLong = entries.length > MOST_HELD
  // A line after an indented one may be the end of a traceback.
  const begins = (entry: Entry, index: number) => depthOf(entry) === 0 && (isTooLong || isPlain(entries[index + 1]))
  return entries.findLastIndex(begins) + 1 || (isTooLong ? entries.length : 0)
}

const isPlain = (entry: Entry | undefined) => entry !== undefined && depthOf(entry) === 0
