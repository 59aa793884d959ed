import { isAtLeast } from '../logs/reading/level.ts'
import type { LogLevel, LogOrigin, ProcessLog } from '../model/views/logs.ts'

/** What a process logged at one time: a line with those that belong to it, such as the stack of an error. */
export interface LogEntry {
  name: string
  /** ISO 8601. */
  time: string
  /** Of the last repetition; absent if there is none. */
  until?: string | undefined
  level: LogLevel
  source: LogOrigin
  text: string
  /** How often it came. */
  count: number
}

export interface DigestQuery {
  level?: LogLevel | undefined
  /** Text, whatever the case of its letters. */
  grep?: string | undefined
}

/** Lines of one entry. */
const MOST_LINES = 40
/** Entries back to which a repetition is folded: a loop of restarts logs several different lines in each round. */
const FOLD_WITHIN = 20
/** Characters that an entry takes beside its text. */
const OVERHEAD = 40

/** Which lines continue an entry, by its first and its last line so far. */
const CONTINUED: { head?: RegExp; last?: RegExp; line: RegExp }[] = [
  { line: /^(?:\s+\S|Caused by: |\}$)/ },
  // The end of a traceback of Python is its error.
  { head: /^Traceback /, last: /^\s/, line: /^[\w.]+(?:: |$)/ },
  {
    head: /^(?:panic|fatal error): /,
    line: /^(?:goroutine \d+ |created by |exit status \d|[\w./*()-]+\(.*\)$)/,
  },
]
/** Times in a line, by which repetitions differ. */
const TIMES = /\d{4}-\d\d-\d\d[T ]|\d\d:\d\d:\d\d(?:[.,]\d+)?Z?|\b\d{10,13}\b/g

/** Makes entries of safe lines, oldest first: stacks stay with their errors, repetitions are counted. */
export function digest(logs: ProcessLog[], query: DigestQuery): LogEntry[] {
  const entries = grouped(logs).map(entryOf)
  return folded(entries.filter((entry) => matches(entry, query)))
}

/** Characters of the entries in an answer. */
export function sizeOf(entries: LogEntry[]): number {
  return entries.reduce((sum, { text }) => sum + text.length + OVERHEAD, 0)
}

/** An entry on one line, and the rest of its text below it. */
export function entryText({ name, time, until, level, source, text, count }: LogEntry): string {
  const when = until === undefined ? clock(time) : `${clock(time)}..${clock(until)}`
  const times = count > 1 ? ` ×${count}` : ''
  return `${when} ${name} ${source} ${level}${times}: ${text}`
}

const clock = (time: string): string => time.slice(11, 23)

function grouped(logs: ProcessLog[]): ProcessLog[][] {
  const groups: ProcessLog[][] = []
  const open = new Map<string, ProcessLog[]>()
  for (const log of logs) {
    if (log.message.trim() === '') continue
    const key = `${log.source} ${log.name}`
    const group = open.get(key)
    if (group && log.source !== 'system' && isContinued(group, log.message)) group.push(log)
    else {
      const begun = [log]
      open.set(key, begun)
      groups.push(begun)
    }
  }
  return groups
}

function isContinued(group: ProcessLog[], text: string): boolean {
  const [first = '', last = ''] = [group[0]?.message, group.at(-1)?.message]
  return CONTINUED.some(({ head, last: before, line }) => {
    return line.test(text) && (!head || head.test(first)) && (!before || before.test(last))
  })
}

function entryOf(group: ProcessLog[]): LogEntry {
  const [head] = group as [ProcessLog]
  const lines = group.slice(0, MOST_LINES).map(({ message }) => message)
  if (group.length > MOST_LINES) lines.push(`… ${group.length - MOST_LINES} more lines`)
  const { name, source, timestamp } = head
  const level = group.find((log) => isAtLeast(log.level, 'error'))?.level ?? head.level
  return { name, time: timestamp.toISOString(), level, source, text: lines.join('\n'), count: 1 }
}

function matches({ level, text }: LogEntry, query: DigestQuery): boolean {
  if (query.level && !isAtLeast(level, query.level)) return false
  return query.grep === undefined || text.toLowerCase().includes(query.grep.toLowerCase())
}

function folded(entries: LogEntry[]): LogEntry[] {
  const kept: LogEntry[] = []
  const keys: string[] = []
  for (const entry of entries) {
    const key = `${entry.source} ${entry.name} ${entry.text.replace(TIMES, '')}`
    const at = keys.lastIndexOf(key)
    const same = at >= 0 && at >= keys.length - FOLD_WITHIN ? kept[at] : undefined
    if (same) {
      same.count++
      same.until = entry.time
    } else {
      kept.push(entry)
      keys.push(key)
    }
  }
  return kept
}
