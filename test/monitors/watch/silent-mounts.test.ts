import { describe, expect, it } from 'vitest'
import { silentMountOf } from '../../../src/monitors/watch/silent-mounts.ts'
import { parseMounts } from '../../../src/system/fs/mounts.ts'

const mountsOf = (type: string) =>
  parseMounts(`1 0 254:0 / / rw - ext4 /dev/vda rw\n2 1 0:44 / /data rw - ${type} x rw\n`)

describe('a mount', () => {
  it.each([
    'nfs',
    'nfs4',
    'cifs',
    'smb3',
    '9p',
    'virtiofs',
    'vboxsf',
    'vmhgfs',
    'prl_fs',
    'drvfs',
    'fuse',
    'fuse.sshfs',
  ])('of %s may change without a report', (type) => {
    expect(silentMountOf('/data/app', mountsOf(type))).toEqual({ point: '/data', type })
    expect(silentMountOf('/elsewhere', mountsOf(type))).toBeUndefined()
  })

  it.each(['ext4', 'xfs', 'btrfs', 'zfs', 'tmpfs', 'overlay', 'fuseblk', 'fuse.fuse-overlayfs', 'exfat'])(
    'of %s reports its changes',
    (type) => {
      expect(silentMountOf('/data/app', mountsOf(type))).toBeUndefined()
    },
  )
})
