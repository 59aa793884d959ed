import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'

export interface Mount {
  /** Absolute path at which it begins. */
  point: string
  /** Of the file system: `ext4`, `nfs4`, `fuse.sshfs`. */
  type: string
}

/** By mount point. */
export type Mounts = ReadonlyMap<string, Mount>

/** The mounts that this process sees; none where there is no `/proc`. */
export function readMounts(): Mounts {
  try {
    return parseMounts(readFileSync('/proc/self/mountinfo', 'utf8'))
  } catch {
    return new Map()
  }
}

/** Parses `/proc/PID/mountinfo` (proc_pid_mountinfo(5)). Of several mounts at one point the last one hides the others. */
export function parseMounts(text: string): Mounts {
  const mounts = new Map<string, Mount>()
  for (const line of text.split('\n')) {
    // A variable number of fields comes before the dash.
    const [left = '', right = ''] = line.split(' - ')
    const point = left.split(' ')[4]
    const type = right.split(' ')[0]
    if (point !== undefined && type) mounts.set(unescaped(point), { point: unescaped(point), type })
  }
  return mounts
}

/** The mount that a path is on, which must be real: of those that it lies in, the one with the longest path. */
export function mountOf(path: string, mounts: Mounts): Mount | undefined {
  const mount = mounts.get(path)
  const parent = dirname(path)
  return mount ?? (parent === path ? undefined : mountOf(parent, mounts))
}

/** Blanks, tabs, line breaks and backslashes are written in octal: `\040`. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}
