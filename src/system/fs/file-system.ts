import { statfsSync } from 'node:fs'

/** Names of file systems by `f_type` of statfs(2), from linux/magic.h. */
const NAMES: Record<number, string> = {
  26985: 'nfs',
  4283649346: 'cifs',
  4266872130: 'smb',
  20859: 'smb',
  16914839: '9p',
  12805120: 'ceph',
  1702057286: 'fuse',
  16914836: 'tmpfs',
  2035054128: 'overlayfs',
  61267: 'ext4',
  1481003842: 'xfs',
  2435016766: 'btrfs',
  801189825: 'zfs',
}

/** The file system of a folder: its kind (null if unknown, or not on Linux), free and total bytes. */
export function fileSystemOf(folder: string): { kind: string | null; free: number; total: number } {
  const { type, bavail, blocks, bsize } = statfsSync(folder)
  // Some runtimes return a signed number.
  const kind = process.platform === 'linux' ? (NAMES[type >>> 0] ?? null) : null
  return { kind, free: bavail * bsize, total: blocks * bsize }
}
