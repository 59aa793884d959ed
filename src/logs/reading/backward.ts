import type { LogSource } from '../../model/views/logs.ts'
import { LogFile } from '../files/log-file.ts'
import type { ChildStream } from '../timestamps/timestamp.ts'
import { TimestampsBackward } from '../timestamps/timestamps-backward.ts'
import { type Entry, entryOfEvent, entryOfLine, parseEvent } from './entry.ts'
import { NEWLINE } from './line.ts'
import { linesBackward } from './lines-backward.ts'
import { linkBackward, wholeStacks } from './stack.ts'

/** Entries, last first, one batch for each block read. */
export type Backward = AsyncGenerator<Entry[]>

export interface Bounds {
  /** Epoch ms. Nothing older is read, except the beginning of a stack trace. */
  since: number
  /** Epoch ms. Newer lines are skipped by means of the index. */
  until: number
  /** Offset at or before which lines must not end. Nothing before it is read either. Absent means the beginning of the file. */
  start?: number | undefined
  /** Offset of a line's end. Nothing after it is read. Absent means the end of the file. */
  end?: number | undefined
}

/** One stream of a process. A missing file is empty. */
export async function* streamBackward(source: LogSource, stream: ChildStream, bounds: Bounds): Backward {
  // The index is opened before the file, so that no timestamp is newer than the file's size.
  const timestamps = await TimestampsBackward.open(source.indexFile, stream)
  const file = await LogFile.open(stream === 'stdout' ? source.logFile : source.errorFile)
  try {
    if (file) yield* linesWithTimes(source.name, stream, file, timestamps, bounds)
  } finally {
    await timestamps.close()
    await file?.close()
  }
}

async function* linesWithTimes(
  name: string,
  stream: ChildStream,
  file: LogFile,
  timestamps: TimestampsBackward,
  { since, until, start = 0, end = file.end }: Bounds,
): Backward {
  // The time of lines that were written a moment ago, or while no supervisor recorded timestamps.
  const latestTime = Math.max(file.modified, (await timestamps.newest(file))?.time ?? 0)
  let from = Math.min(end, file.end)
  if (until < latestTime) from = Math.min(from, await endOfLine(file, (await timestamps.before(until))?.offset ?? 0))
  /** Entries whose stacks may begin further back; the first `inside` ones are within the bounds. */
  const held: Entry[] = []
  let inside = 0
  let isOver = false
  for await (const lines of linesBackward(file, from)) {
    await timestamps.load(lines.at(-1)?.end ?? 0)
    for (const line of lines) {
      const timestamp = timestamps.at(line.end)
      const time = timestamp?.time ?? latestTime
      if (time > until) continue
      isOver ||= time < since || line.end <= start
      if (!isOver) inside += 1
      held.push(entryOfLine(name, stream, line.text, time, timestamp?.number))
    }
    const linked = linkBackward(held.splice(0, wholeStacks(held)))
    yield linked.slice(0, inside)
    inside = Math.max(0, inside - linked.length)
    if (isOver && inside === 0) return
  }
  yield linkBackward(held).slice(0, inside)
}

/** `offset`, or the end of the line if it is within one. */
async function endOfLine(file: LogFile, offset: number): Promise<number> {
  if (offset === 0 || offset >= file.end) return offset
  for (let at = offset - 1; at < file.end; ) {
    const block = await file.read(at, 4096)
    const newline = block.indexOf(NEWLINE)
    if (newline >= 0) return at + newline + 1
    if (block.length === 0) break
    at += block.length
  }
  return file.end
}

/**
 * The events of some processes since the last flush of their logs, from the current and the earlier file. A missing
 * file is empty.
 */
export async function* eventsBackward(
  path: string,
  names: ReadonlySet<string>,
  boundsOf: (path: string) => Bounds,
): Backward {
  const wanted = new Set(names)
  for (const file of [path, earlierEvents(path)]) yield* eventsOfFile(file, wanted, boundsOf(file))
}

/** Name that an events file gets when it has grown too large. */
export const earlierEvents = (path: string): string => `${path}.1`

/** Removes a name from `wanted` at the flush of its log. */
async function* eventsOfFile(path: string, wanted: Set<string>, { since, until, start = 0, end }: Bounds): Backward {
  const file = await LogFile.open(path)
  if (!file) return
  try {
    for await (const lines of linesBackward(file, Math.min(end ?? file.end, file.end))) {
      const entries: Entry[] = []
      for (const line of lines) {
        const event = parseEvent(line.text, wanted)
        if ((event && event.time < since) || line.end <= start || wanted.size === 0) {
          yield entries
          return
        }
        if (!event) continue
        if (event.time <= until) entries.push(entryOfEvent(event))
        if (event.type === 'flush') wanted.delete(event.name)
      }
      yield entries
    }
  } finally {
    await file.close()
  }
}
