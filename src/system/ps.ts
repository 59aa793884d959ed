import { spawnSync } from 'node:child_process'
import type { ProcessEntry } from './process-entry.ts'

const COLUMNS = ['pid', 'ppid', 'pgid', 'sess', 'stat', 'rss', 'time', 'lstart', 'comm']

/** The process table where there is no `/proc` (macOS, BSD): what POSIX `ps` says, of all processes or of one. */
export function portableTable(pid?: number): ProcessEntry[] {
  const which = pid === undefined ? ['-A'] : ['-p', String(pid)]
  const { stdout } = spawnSync('ps', [...which, ...COLUMNS.flatMap((column) => ['-o', `${column}=`])], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  })
  return (stdout ?? '').split('\n').flatMap((line) => parsePsLine(line) ?? [])
}

/** Parses one line; `lstart` is five words: `Sun Nov 22 22:32:14 2026`. */
export function parsePsLine(line: string): ProcessEntry | undefined {
  const words = line.trim().split(/\s+/)
  if (words.length < 13) return undefined
  const [pid, ppid, pgid, sid, stat = '', rss, time = '', ...rest] = words
  return {
    pid: Number(pid),
    ppid: Number(ppid),
    pgid: Number(pgid),
    sid: Number(sid),
    startTime: Math.floor(Date.parse(rest.slice(0, 5).join(' ')) / 1000),
    alive: !stat.startsWith('Z'),
    name: rest.slice(5).join(' '),
    cpu: parseTime(time),
    memory: Number(rss) * 1024,
  }
}

/** `[[DD-]HH:]MM:SS[.ss]` in ms. */
function parseTime(text: string): number {
  const [clock = '', days] = text.split('-').reverse()
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return (Number(days ?? 0) * 86_400 + seconds) * 1000
}
