import type { LogSource } from '../model/logs.ts'
import { type Entry, entryOfEvent, entryOfLine, parseEvent } from './entry.ts'
import { NEWLINE } from './line.ts'
import { linesBackward } from './lines-backward.ts'
import { LogFile } from './log-file.ts'
import type { ChildStream } from './note.ts'
import { NotesBackward } from './notes-backward.ts'

/** Entries, last first, in batches as large as the blocks that were read. */
export type Backward = AsyncGenerator<Entry[]>

export interface Bounds {
  /** Epoch ms: nothing older is read. */
  since: number
  /** Epoch ms: nothing newer is given; the index leads past it. */
  until: number
  /** Lines that end at or before this offset are not given, and nothing before it is read. Absent: the whole file. */
  start?: number | undefined
  /** Offset of a line's end: nothing behind it is read. Absent: the end of the file. */
  end?: number | undefined
}

/** One stream of a process. A missing file is empty. */
export async function* streamBackward(source: LogSource, stream: ChildStream, bounds: Bounds): Backward {
  // The index before the file: otherwise a note may be newer than the file's size that it is held against.
  const notes = await NotesBackward.open(source.indexFile, stream)
  const file = await LogFile.open(stream === 'stdout' ? source.logFile : source.errorFile)
  try {
    if (file) yield* linesWithTimes(source.name, stream, file, notes, bounds)
  } finally {
    await notes.close()
    await file?.close()
  }
}

async function* linesWithTimes(
  name: string,
  stream: ChildStream,
  file: LogFile,
  notes: NotesBackward,
  { since, until, start = 0, end = file.end }: Bounds,
): Backward {
  // What was written while nobody took notes, or a moment ago.
  const unnoted = Math.max(file.modified, (await notes.newest(file))?.time ?? 0)
  let from = Math.min(end, file.end)
  if (until < unnoted) from = Math.min(from, await endOfLine(file, (await notes.before(until))?.offset ?? 0))
  for await (const lines of linesBackward(file, from)) {
    await notes.load(lines.at(-1)?.end ?? 0)
    const entries: Entry[] = []
    for (const line of lines) {
      const note = notes.at(line.end)
      const time = note?.time ?? unnoted
      if (time < since || line.end <= start) {
        yield entries
        return
      }
      if (time <= until) entries.push(entryOfLine(name, stream, line.text, time, note?.number))
    }
    yield entries
  }
}

/** `offset`, or the end of the line that it cuts. */
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
 * The events of some processes since their logs were emptied last, also those of the file that the present one has
 * followed. Missing files are empty.
 */
export async function* eventsBackward(
  path: string,
  names: ReadonlySet<string>,
  boundsOf: (path: string) => Bounds,
): Backward {
  const wanted = new Set(names)
  for (const file of [path, earlierEvents(path)]) yield* eventsOfFile(file, wanted, boundsOf(file))
}

/** What an events file was renamed to when it had grown too large. */
export const earlierEvents = (path: string): string => `${path}.1`

/** Takes a name out of `wanted` where its log was emptied. */
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
