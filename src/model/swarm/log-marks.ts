/** A line of the log of one task. */
export interface TaskLine {
  task: string
  /** As the engine writes it, with nine digits after the point: texts compare as times do. */
  time: string
  message: string
  source: 'stdout' | 'stderr'
}

/**
 * How far the log of each task has been read: the time of the last line, and how many lines of that very time. Each task has its own, because
 * hosts answer one after the other, so that an earlier line of one may arrive after a later line of another.
 */
export type Marks = Record<string, { time: string; count: number }>

/** Reads on from marks: tells whether a line is new, and moves the marks over it. Lines of one task must come in their order. */
export class MarkedReader {
  readonly #marks: Map<string, { time: string; count: number }>
  /** Lines of the time of the mark that are still to be skipped, by task. */
  readonly #known: Map<string, number>

  constructor(marks: Marks) {
    this.#marks = new Map(Object.entries(marks))
    this.#known = new Map([...this.#marks].map(([task, { count }]) => [task, count]))
  }

  /** Whether a line has not been read yet. It has, then. */
  isNew(line: TaskLine): boolean {
    const { task, time } = line
    const mark = this.#marks.get(task)
    if (mark && time < mark.time) return false
    const known = this.#known.get(task) ?? 0
    if (mark?.time === time && known > 0) {
      this.#known.set(task, known - 1)
      return false
    }
    this.#known.delete(task)
    this.advance(line)
    return true
  }

  /** Moves the mark over a line that is known to be new. */
  advance({ task, time }: TaskLine): void {
    const mark = this.#marks.get(task)
    this.#marks.set(task, { time, count: mark?.time === time ? mark.count + 1 : 1 })
  }

  get marks(): Marks {
    return Object.fromEntries(this.#marks)
  }
}

export function cursorOf(marks: Marks): string {
  return Buffer.from(JSON.stringify(marks)).toString('base64url')
}

/** Undefined: it is none of ours. */
export function marksIn(cursor: string): Marks | undefined {
  try {
    const marks = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as Marks
    const isMark = (mark: unknown) => typeof mark === 'object' && mark !== null && 'time' in mark && 'count' in mark
    return typeof marks === 'object' && marks !== null && Object.values(marks).every(isMark) ? marks : undefined
  } catch {
    return undefined
  }
}
