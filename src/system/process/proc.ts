import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, statSync } from 'node:fs'
import type { MeasuredEntry, ProcessEntry } from './process-entry.ts'
import { portableTable, requestPortableTable } from './ps.ts'
import { isOutOfDescriptors, withSpareDescriptor } from './spare-descriptor.ts'

export type { MeasuredEntry, ProcessEntry } from './process-entry.ts'

/** Whether processes are read from `/proc`. Elsewhere `ps` lists them, and environments and open files are unknown. */
export const HAS_PROC = process.platform === 'linux'

/** Clock ticks a second: 100 on every Linux that these runtimes support (sysconf(3), `_SC_CLK_TCK`). */
export const TICK_MS = 10

/** All processes of the system. Takes 1 to 3 ms for a hundred from `/proc`; `ps` blocks longer, `requestTable` does not. */
export function readTable(): ProcessEntry[] {
  if (!HAS_PROC) return portableTable()
  const entries: ProcessEntry[] = []
  for (const name of withSpareDescriptor(() => readdirSync('/proc'))) {
    if (!isNumber(name)) continue
    const entry = readEntry(Number(name))
    if (entry) entries.push(entry)
  }
  return entries
}

/** All processes of the system, without blocking where `ps` lists them. */
export async function requestTable(hasProc = HAS_PROC): Promise<ProcessEntry[]> {
  return hasProc ? readTable() : requestPortableTable()
}

/** One process; undefined if it does not exist. A zombie has an entry that is not `alive`. */
export function readEntry(pid: number): ProcessEntry | undefined {
  if (!HAS_PROC) return portableTable(pid)[0]
  const text = readRecord(`/proc/${pid}/stat`)
  return text === undefined ? undefined : parseStat(text)
}

/** One process, without blocking where `ps` lists them. */
export async function requestEntry(pid: number, hasProc = HAS_PROC): Promise<ProcessEntry | undefined> {
  return hasProc ? readEntry(pid) : (await requestPortableTable()).find((entry) => entry.pid === pid)
}

/** Parses `/proc/PID/stat` (proc_pid_stat(5)). The name is in parentheses and may contain parentheses itself. */
export function parseStat(text: string): MeasuredEntry | undefined {
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
    isFrozen: fields[0] === 'T',
    name: text.slice(open + 1, close),
    cpu: (field(14) + field(15)) * TICK_MS,
    memory: field(24) * pageSize(),
  }
}

/** Value of an environment variable at the start of the process; undefined if it is absent or cannot be read. */
export function readEnvironment(pid: number, variable: string): string | undefined {
  if (!HAS_PROC) return undefined
  const text = readText(`/proc/${pid}/environ`)
  if (text === undefined) return undefined
  const start = text.startsWith(`${variable}=`) ? 0 : text.indexOf(`\0${variable}=`) + 1
  if (start === 0 && !text.startsWith(`${variable}=`)) return undefined
  const end = text.indexOf('\0', start)
  return text.slice(start + variable.length + 1, end < 0 ? undefined : end)
}

/** All environment variables at the start of the process; undefined if they cannot be read. */
export function readAllEnvironment(pid: number): Record<string, string> | undefined {
  if (!HAS_PROC) return undefined
  const text = Buffer.from(readText(`/proc/${pid}/environ`) ?? '', 'latin1').toString('utf8')
  const entries = text.split('\0').flatMap((entry) => {
    const at = entry.indexOf('=')
    return at > 0 ? [[entry.slice(0, at), entry.slice(at + 1)]] : []
  })
  return text === '' ? undefined : Object.fromEntries(entries)
}

/** `DEVICE:INODE` of the files that are the process's stdout and stderr. */
export function readOutputs(pid: number): string[] {
  if (!HAS_PROC) return []
  const files: string[] = []
  for (const fd of [1, 2]) {
    try {
      // Skip sockets and pipes, which cannot be log files, since each would cost a stat.
      if (!readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('/')) continue
      const { dev, ino } = statSync(`/proc/${pid}/fd/${fd}`)
      files.push(`${dev}:${ino}`)
    } catch {
      // The process ended, closed the descriptor, or belongs to another user.
    }
  }
  return files
}

/** Paths of the files that are the process's stdout and stderr. That of a deleted file ends in ` (deleted)`. */
export function readOutputPaths(pid: number): string[] {
  if (!HAS_PROC) return []
  return [1, 2].flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/${pid}/fd/${fd}`)
      return path.startsWith('/') ? [path] : []
    } catch {
      return []
    }
  })
}

/** Number of processes forked since boot. Equal counts prove that nothing was forked in between. Undefined if unknown. */
export function readForkCount(): number | undefined {
  if (!HAS_PROC) return undefined
  const match = /^processes (\d+)$/m.exec(readText('/proc/stat') ?? '')
  return match ? Number(match[1]) : undefined
}

/** Command line of a process as words; empty if unknown. */
export function readCommandLine(pid: number): string[] {
  if (!HAS_PROC) return []
  const text = Buffer.from(readText(`/proc/${pid}/cmdline`) ?? '', 'latin1').toString('utf8')
  // A program that overwrote its command line with a title may leave no NUL at the end.
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

/** Page size in bytes: 4096 on most machines, 16 or 64 KB on some with ARM. */
function pageSize(): number {
  cachedPageSize ??= readPageSize()
  return cachedPageSize
}

/** Reads pairs of 64-bit words, key and value. All platforms of these runtimes have 64 bits and are little-endian. */
function readPageSize(): number {
  try {
    const vector = readFileSync('/proc/self/auxv')
    for (let at = 0; at + 16 <= vector.length; at += 16) {
      if (vector.readBigUInt64LE(at) === AT_PAGESZ) return Number(vector.readBigUInt64LE(at + 8))
    }
  } catch {
    // A process that has changed its user cannot read it.
  }
  return 4096
}

/** Shared by all reads. `readFileSync` would allocate 64 KB for each file, since files in `/proc` have no known size. */
const buffer = Buffer.allocUnsafe(64 * 1024)

/** The text of a file of any length; undefined if it cannot be read. */
export function readText(file: string): string | undefined {
  return opened(file, (fd) => {
    let text = ''
    for (let size = readSync(fd, buffer); size > 0; size = readSync(fd, buffer))
      text += buffer.toString('latin1', 0, size)
    return text
  })
}

/** Reads a file that the kernel returns whole in one read. The read that would find its end is a fourth of the cost. */
function readRecord(file: string): string | undefined {
  return opened(file, (fd) => buffer.toString('latin1', 0, readSync(fd, buffer)))
}

/** Undefined if the file is gone or may not be read. Without a descriptor nothing is known, which must not look the same. */
function opened(file: string, take: (fd: number) => string): string | undefined {
  try {
    return withSpareDescriptor(() => {
      const fd = openSync(file, 'r')
      try {
        return take(fd)
      } finally {
        closeSync(fd)
      }
    })
  } catch (error) {
    if (isOutOfDescriptors(error)) throw error
    return undefined
  }
}

function isNumber(name: string): boolean {
  const code = name.charCodeAt(0)
  return code >= 48 && code <= 57
}
