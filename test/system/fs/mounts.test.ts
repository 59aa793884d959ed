import { describe, expect, it } from 'vitest'
import { mountOf, parseMounts, readMounts } from '../../../src/system/fs/mounts.ts'

const MOUNTINFO = `\
21 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
22 21 0:21 / /proc rw,relatime shared:12 - proc proc rw
36 21 0:44 /export /srv/data rw,relatime shared:1 master:2 propagate_from:3 - nfs4 nas:/export rw,vers=4.2
37 36 0:45 / /srv/data/local\\040copy rw - tmpfs tmpfs rw
38 21 0:46 / /mnt/c rw - tmpfs tmpfs rw
39 38 0:47 / /mnt/c rw,noatime - 9p C:\\134 rw,dirsync,aname=drvfs
40 21 0:48 / /home/me/remote rw,nosuid - fuse.sshfs me@host: rw,user_id=1000
`
const mounts = parseMounts(MOUNTINFO)

describe('the mount that a path is on', () => {
  it.each([
    ['/', '/', 'ext4'],
    ['/srv', '/', 'ext4'],
    ['/srv/data', '/srv/data', 'nfs4'],
    ['/srv/data/app/src', '/srv/data', 'nfs4'],
    ['/srv/database', '/', 'ext4'],
    ['/srv/data/local copy/x', '/srv/data/local copy', 'tmpfs'],
    ['/mnt/c/app', '/mnt/c', '9p'],
    ['/home/me/remote/app', '/home/me/remote', 'fuse.sshfs'],
  ])('%s: %s', (path, point, type) => {
    expect(mountOf(path, mounts)).toEqual({ point, type })
  })

  it('is none where nothing is known', () => {
    expect(mountOf('/srv/data', parseMounts(''))).toBeUndefined()
    expect(mountOf('/srv/data', parseMounts('1 2 3\n - \n'))).toBeUndefined()
  })

  it('is told by this system', () => {
    expect(mountOf('/proc/self', readMounts())).toEqual({ point: '/proc', type: 'proc' })
    expect(mountOf(process.cwd(), readMounts())?.type).toMatch(/^[a-z]/)
  })
})
