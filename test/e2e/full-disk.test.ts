import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { untilState } from '../helpers/asking.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { tempFolder } from '../helpers/temp.ts'
import { until } from '../helpers/until.ts'

let project: Project
beforeEach(() => {
  // Its last line has no end: the next run has to write one, for which the file needs another page.
  const command = `sh -c 'head -c 4096 /dev/zero; exec sleep 1000'`
  project = tempProject({ config: [{ name: 'web', command, minUptime: 0, restartDelay: 10 }] })
  mkdirSync(project.file('.tuix'), { mode: 0o700 })
  if (MAY_MOUNT) mount(project.file('.tuix'))
})
afterEach(async () => {
  if (MAY_MOUNT) {
    free()
    await project.ps('stop', '--all')
    // Out of the tree of files at once; by itself when nobody holds it any more.
    execFileSync('umount', ['-l', project.file('.tuix')])
  }
  await project.dispose()
})

const mount = (folder: string) =>
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=700', 'tmpfs', folder], { stdio: 'pipe' })

/** To be root is not enough in a container. */
function mayMount(): boolean {
  const folder = tempFolder()
  try {
    mount(folder.path)
    execFileSync('umount', [folder.path])
    return true
  } catch {
    return false
  } finally {
    folder.remove()
  }
}
const MAY_MOUNT = process.platform === 'linux' && mayMount()

const filler = () => project.file('.tuix/filler')
const free = () => rmSync(filler(), { force: true })

/** To the last byte. */
function fill(): void {
  for (const size of [65_536, 512, 1]) {
    try {
      for (;;) writeFileSync(filler(), Buffer.alloc(size), { flag: 'a' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }
}

// A small file system has to be mounted: as root, where containers allow it. Elsewhere there is nothing to see here.
describe.skipIf(!MAY_MOUNT)('on a disk that is full', () => {
  it('a process that cannot be started is tried again until there is room, and its stop is answered', async () => {
    await project.ps('start', 'web')
    const { pid } = await project.state('web')
    await until(() => project.read('.tuix/logs/web.out.log').length === 4096, { what: 'the line without an end' })
    // It would be given up for the room that it takes.
    rmSync(project.file('.tuix/state.json.bak'), { force: true })
    fill()
    process.kill(pid as number, 'SIGKILL')
    const waiting = await untilState(project, 'web', ({ status, restarts }) => status === 'restarting' && restarts >= 2)
    expect(waiting.reason).toContain('could not be started: ENOSPC')
    free()
    const again = await untilState(project, 'web', ({ status }) => status === 'running')
    expect(again.pid).not.toBe(pid)
    fill()
    expect((await project.ps('stop', 'web')).code).toBe(0)
    expect((await project.state('web')).status).toBe('stopped')
  })

  it('flush makes room', async () => {
    await project.ps('start', 'web')
    const log = '.tuix/logs/web.out.log'
    await until(() => project.read(log).length === 4096, { what: 'the line without an end' })
    fill()
    const { code, stdout, stderr } = await project.ps('flush', 'web')
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'web: emptied, 4096 bytes\n', stderr: '' })
    expect(project.read(log)).toBe('')
    expect((await project.state('web')).status).toBe('running')
  })

  it('a supervisor that cannot begin says so in a sentence, and begins when there is room', async () => {
    fill()
    const { code, stdout, stderr } = await project.ps('start', 'web')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^error: .*(?:ENOSPC|there is no room left on the disk).*\n$/)
    expect(stderr).not.toMatch(/\n\s+at /)
    free()
    expect((await project.ps('start', 'web')).code).toBe(0)
    expect((await project.state('web')).status).toBe('running')
  })
})
