import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, statSync } from 'node:fs'
import type { ProcessEntry } from './process-entry.ts'
import { portableTable } from './ps.ts'

export type { ProcessEntry } from './process-entry.ts'

/** Whether `/proc` tells about processes; elsewhere `ps` does, and environments and open files stay unknown. */
export const HAS_PROC = process.platform === 'linux'

/** Clock ticks a second: 100 on every Linux that these runtimes support (sysconf(3), `_SC_CLK_TCK`). */
const TICK_MS = 10

/** Every process of the system: one pass, 1 to 3 ms for a hundred. */
export function readTable(): ProcessEntry[] {
  if (!HAS_PROC) return portableTable()
  const entries: ProcessEntry[] = []
  for (const name of readdirSync('/proc')) {
    if (!isNumber(name)) continue
    const entry = readEntry(Number(name))
    if (entry) entries.push(entry)
  }
  return entries
}

/** One process, or undefined where there is none. A zombie is an entry that is not `alive`. */
export function readEntry(pid: number): ProcessEntry | undefined {
  if (!HAS_PROC) return portableTable(pid)[0]
  const text = readRecord(`/proc/${pid}/stat`)
  return text === undefined ? undefined : parseStat(text)
}

/** Parses `/proc/PID/stat` (proc_pid_stat(5)). The name is in parentheses and may hold anything, parentheses too. */
export function parseStat(text: string): ProcessEntry | undefined {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open < 0 || close < 0) return undefined
  const fields = text.slice(close + 2).split(' ')
  const field = (n: number) => Number(fields[n - 3])
  return {
    pid: Number.parseInt(text, 10),
    ppid: field(4),
    pgid: field(5),
    sid: field(6),
    startTime: field(22),
    alive: fields[0] !== 'Z' && fields[0] !== 'X',
    name: text.slice(open + 1, close),
    cpu: (field(14) + field(15)) * TICK_MS,
    memory: field(24) * pageSize(),
  }
}

/** Value of an environment variable as the process was started with; undefined if absent or not to be read. */
export function readEnvironment(pid: number, variable: string): string | undefined {
  if (!HAS_PROC) return undefined
  const text = read(`/proc/${pid}/environ`)
  if (text === undefined) return undefined
  const start = text.startsWith(`${variable}=`) ? 0 : text.indexOf(`\0${variable}=`) + 1
  if (start === 0 && !text.startsWith(`${variable}=`)) return undefined
  const end = text.indexOf('\0', start)
  return text.slice(start + variable.length + 1, end < 0 ? undefined : end)
}

/** `DEVICE:INODE` of what the process has as stdout and stderr. */
export function readOutputs(pid: number): string[] {
  if (!HAS_PROC) return []
  const files: string[] = []
  for (const fd of [1, 2]) {
    try {
      // Sockets, pipes and terminals are no log files and cost a stat each.
      if (!readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('/')) continue
      const { dev, ino } = statSync(`/proc/${pid}/fd/${fd}`)
      files.push(`${dev}:${ino}`)
    } catch {
      // Ended, closed, or another user's.
    }
  }
  return files
}

/** Processes forked since boot: unmoved means that nothing was born in between. Undefined where unknown. */
export function readForkCount(): number | undefined {
  if (!HAS_PROC) return undefined
  const match = /^processes (\d+)$/m.exec(read('/proc/stat') ?? '')
  return match ? Number(match[1]) : undefined
}

/** The words a process was started with; empty if unknown. */
export function readCommandLine(pid: number): string[] {
  if (!HAS_PROC) return []
  const text = Buffer.from(read(`/proc/${pid}/cmdline`) ?? '', 'latin1').toString('utf8')
  // A program that wrote a title over its words may have left no end to the last one.
  return text === '' ? [] : text.replace(/\0$/, '').split('\0')
}

/** Working directory of a process. */
export function readCwd(pid: number): string | undefined {
  try {
    return HAS_PROC ? readlinkSync(`/proc/${pid}/cwd`) : undefined
  } catch {
    return undefined
  }
}

/** `AT_PAGESZ` of the auxiliary vector (getauxval(3)). */
const AT_PAGESZ = 6n
let cachedPageSize: number | undefined

/** Bytes of a page of memory: 4096 on most machines, 16 or 64 KB on some with ARM. */
function pageSize(): number {
  cachedPageSize ??= readPageSize()
  return cachedPageSize
}

/** Pairs of 64-bit words, key and value; every platform that these runtimes support has 64 bits and is little-endian. */
function readPageSize(): number {
  try {
    const vector = readFileSync('/proc/self/auxv')
    for (let at = 0; at + 16 <= vector.length; at += 16) {
      if (vector.readBigUInt64LE(at) === AT_PAGESZ) return Number(vector.readBigUInt64LE(at + 8))
    }
  } catch {
    // Not readable for a process that has changed its user.
  }
  return 4096
}

/** For every read: `readFileSync` would allocate 64 KB for each file whose size is not known, which here are all. */
const buffer = Buffer.allocUnsafe(64 * 1024)

function read(file: string): string | undefined {
  return opened(file, (fd) => {
    let text = ''
    for (let size = readSync(fd, buffer); size > 0; size = readSync(fd, buffer))
      text += buffer.toString('latin1', 0, size)
    return text
  })
}

/** What the kernel gives as a whole with the first read: to ask for its end is a fourth of what a look at a process costs. */
function readRecord(file: string): string | undefined {
  return opened(file, (fd) => buffer.toString('latin1', 0, readSync(fd, buffer)))
}

function opened(file: string, take: (fd: number) => string): string | undefined {
  let fd: number | undefined
  try {
    fd = openSync(file, 'r')
    return take(fd)
  } catch {
    return undefined
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

function isNumber(name: string): boolean {
  const code = name.charCodeAt(0)
  return code >= 48 && code <= 57
}
