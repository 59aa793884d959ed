import { type Mount, type Mounts, mountOf } from '../../system/fs/mounts.ts'

/** Network file systems: the kernel reports what this machine writes, and nothing that others do. */
const NETWORK = ['nfs', 'nfs4', 'cifs', 'smb3', 'smbfs', 'afs', 'ceph', 'lustre', 'gpfs', 'beegfs']
/** Folders of the host in a virtual machine, and of Windows in WSL. */
const SHARED = ['9p', 'virtiofs', 'vboxsf', 'vmhgfs', 'prl_fs', 'drvfs']
const SILENT = new Set([...NETWORK, ...SHARED])

/** Programs that serve files; whatever is behind them may change without them. */
const FUSE = /^fuse(\.|$)/
/** Served by a program, but everything is written through it: the root of a container without privileges. */
const LOCAL_FUSE = new Set(['fuse.fuse-overlayfs'])

/** The mount that a real path is on, if changes there may go unreported. */
export function silentMountOf(path: string, mounts: Mounts): Mount | undefined {
  const mount = mountOf(path, mounts)
  if (mount === undefined) return undefined
  const isSilent = SILENT.has(mount.type) || (FUSE.test(mount.type) && !LOCAL_FUSE.has(mount.type))
  return isSilent ? mount : undefined
}
