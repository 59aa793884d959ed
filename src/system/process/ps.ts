import { execFile, spawnSync } from 'node:child_process'
import type { ProcessEntry } from './process-entry.ts'

const COLUMNS = ['pid', 'ppid', 'pgid', 'sess', 'stat', 'lstart', 'comm'].flatMap((column) => ['-o', `${column}=`])
/** Bytes: about 100 for each process. */
const LARGEST_ANSWER = 64 * 2 ** 20

/**
 * The process table where there is no `/proc` (macOS): what POSIX `ps` says, of all processes or of one. It blocks the event
 * loop until `ps` has ended, so it is not for what is asked again and again.
 */
export function portableTable(pid?: number): ProcessEntry[] {
  const which = pid === undefined ? ['-A'] : ['-p', String(pid)]
  const { stdout } = spawnSync('ps', [...which, ...COLUMNS], {
    encoding: 'utf8',
    env: environment(),
    maxBuffer: LARGEST_ANSWER,
  })
  return parsePs(stdout ?? '')
}

let requested: Promise<ProcessEntry[]> | null = null

/** The same table without blocking. Requests of the same turn of the event loop share one `ps`. */
export function requestPortableTable(): Promise<ProcessEntry[]> {
  requested ??= new Promise((resolve) => {
    setImmediate(() => {
      // Who asks from now on wants to know what is so from now on.
      requested = null
      const options = { env: environment(), maxBuffer: LARGEST_ANSWER }
      execFile('ps', ['-A', ...COLUMNS], options, (_, stdout) => resolve(parsePs(stdout)))
    })
  })
  return requested
}

/** Dates in English. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C' }
}

function parsePs(text: string): ProcessEntry[] {
  return text.split('\n').flatMap((line) => parsePsLine(line) ?? [])
}

/** Parses one line; `lstart` is five words: `Sun Nov 22 22:32:14 2026`. */
export function parsePsLine(line: string): ProcessEntry | undefined {
  const words = line.trim().split(/\s+/)
  if (words.length < 11) return undefined
  const [pid, ppid, pgid, sid, stat = '', ...rest] = words
  return {
    pid: Number(pid),
    ppid: Number(ppid),
    pgid: Number(pgid),
    sid: Number(sid),
    startTime: Math.floor(Date.parse(rest.slice(0, 5).join(' ')) / 1000),
    alive: !stat.startsWith('Z'),
    isFrozen: stat.startsWith('T'),
    name: rest.slice(5).join(' '),
  }
}
