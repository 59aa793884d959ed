import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
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

const locks = () =>
  readdirSync(project.file('.tuix'))
    .filter((name) => name.startsWith('lock.'))
    .map((name) => project.file(`.tuix/${name}`))

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
    expect(waiting.reason).toMatch(/could not be started: .*no space left on the disk/)
    free()
    const again = await untilState(project, 'web', ({ status }) => status === 'running')
    expect(again.pid).not.toBe(pid)
    fill()
    expect((await project.ps('stop', 'web')).code).toBe(0)
    expect((await project.state('web')).status).toBe('stopped')
  })

  it('a crash report that cannot be written is left out, and the restart does not wait for it', async () => {
    await project.ps('start', 'web')
    rmSync(project.file('.tuix/state.json.bak'), { force: true })
    fill()
    for (let round = 0; round < 3; round++) {
      const { pid } = await untilState(project, 'web', ({ status }) => status === 'running')
      process.kill(pid as number, 'SIGKILL')
      await untilState(project, 'web', (state) => state.pid !== pid)
      // Room for the next run, but not for a report.
      free()
      await untilState(project, 'web', ({ status }) => status === 'running')
      if (round < 2) fill()
    }
    const { pid } = await project.state('web')
    process.kill(pid as number, 'SIGKILL')
    await until(async () => /web-\d/.test((await project.ps('crashes')).stdout), {
      what: 'a report, as there is room',
      timeoutMs: 20_000,
    })
  })

  it('a start that fails says that there is no room', async () => {
    expect((await project.ps('start', 'web')).code).toBe(0)
    await until(() => project.read('.tuix/logs/web.out.log').length === 4096, { what: 'the line without an end' })
    expect((await project.ps('stop', 'web')).code).toBe(0)
    fill()
    const { code, stderr } = await project.ps('start', 'web')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^web: could not be started: .*no space left on the disk/)
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

  it('a supervisor that was killed is followed by the next one, and crash reports make room for it', async () => {
    await project.ps('start', 'web')
    process.kill((await project.state('web')).pid as number, 'SIGKILL')
    await until(() => existsSync(project.file('.tuix/crashes/web-1')), { what: 'the report', timeoutMs: 20_000 })
    const { pid } = await untilState(project, 'web', ({ status }) => status === 'running')
    await project.killSupervisor()
    rmSync(project.file('.tuix/state.json.bak'), { force: true })
    // The record of the supervisor that was killed would make room for that of the next one.
    for (const lock of locks()) truncateSync(lock)
    fill()
    const { code, stdout, stderr } = await project.ps('start', 'web')
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `web: already running (pid ${pid})\n`, stderr: '' })
    expect((await project.state('web')).pid).toBe(pid)
    expect(existsSync(project.file('.tuix/crashes/web-1'))).toBe(false)
  })

  it('the record of a supervisor that was killed makes room for that of the next one', async () => {
    await project.ps('start', 'web')
    await project.killSupervisor()
    rmSync(project.file('.tuix/state.json.bak'), { force: true })
    fill()
    expect(await project.ps('list')).toMatchObject({ code: 0, stderr: '' })
    expect(locks()).toHaveLength(1)
    expect(project.read('.tuix/supervisor.json')).toContain('"mode":"daemon"')
  })

  it('a supervisor that cannot begin says so in a sentence, and begins when there is room', async () => {
    fill()
    const { code, stdout, stderr } = await project.ps('start', 'web')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^error: .*no space left on the disk.*\n$/)
    expect(stderr).not.toMatch(/\n\s+at /)
    free()
    expect((await project.ps('start', 'web')).code).toBe(0)
    expect((await project.state('web')).status).toBe('running')
  })
})

describe.skipIf(!MAY_MOUNT)('on a disk that is mounted read-only', () => {
  it('commands that only read answer from what was saved, and others say why they cannot', async () => {
    await project.ps('start', 'web')
    const { pid } = await project.state('web')
    await project.killSupervisor()
    process.kill(pid as number, 'SIGKILL')
    const folder = project.file('.tuix')
    const remount = (mode: string) => execFileSync('mount', ['-o', `remount,${mode}`, folder], { stdio: 'pipe' })
    await until(() => {
      try {
        remount('ro')
        return true
      } catch {
        // The process that was killed still has its log open.
        return false
      }
    })
    try {
      const reason = `${folder}: the file system is read-only`
      for (const line of ['list', 'status web', 'logs web']) {
        const { code, stderr } = await project.ps(...line.split(' '))
        expect([line, code, stderr]).toEqual([line, 0, expect.stringContaining(reason)])
      }
      for (const line of ['stop web', 'start web', 'restart web']) {
        const { code, stderr } = await project.ps(...line.split(' '))
        expect([line, code, stderr]).toEqual([line, 1, expect.stringContaining(`error: ${reason}\n`)])
      }
    } finally {
      remount('rw')
    }
  })
})

describe.skipIf(!MAY_MOUNT)('on a disk that becomes read-only', () => {
  it('a process is tried again until it can write its log', async () => {
    const volume = project.file('volume')
    const remount = (how: string) => execFileSync('mount', ['-o', `remount,${how}`, volume], { stdio: 'pipe' })
    mkdirSync(volume)
    mount(volume)
    try {
      const web = { name: 'web', command: 'sleep 1000', logFile: 'volume/web.log', minUptime: 0, restartDelay: 1000 }
      project.write('processes.json', JSON.stringify([{ ...web, maxRestarts: 100, maxRestartDelay: 1000 }]))
      await project.ps('start', 'web')
      process.kill((await project.state('web')).pid as number, 'SIGKILL')
      await untilState(project, 'web', ({ status }) => status === 'restarting')
      remount('ro')
      const waiting = await untilState(project, 'web', ({ failures }) => failures >= 3)
      expect(waiting.reason).toMatch(/could not be started: .*the file system is read-only/)
      remount('rw')
      await untilState(project, 'web', ({ status }) => status === 'running')
    } finally {
      await project.ps('stop', 'web')
      execFileSync('umount', ['-l', volume])
    }
  })
})
