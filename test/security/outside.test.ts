import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { send } from '../../src/client/transport.ts'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'

/* What is ours lies below `.tuix`, beside a link in the registry of the user's projects. Nothing else is written, emptied or deleted but what a config names as its log. */

let project: Project
beforeEach(() => {
  project = tempProject({ config: [child('web', 'counter', { autorestart: false })] })
})
afterEach(() => project.dispose())

const PRECIOUS = 'precious\n'.repeat(10)

describe('names', () => {
  it('that lead elsewhere are refused by the socket as by the commands', async () => {
    await project.ps('start', 'web')
    const { socket } = project.supervisor() ?? { socket: '' }
    const before = [
      readdirSync(project.path),
      readdirSync(project.file('.tuix')),
      readdirSync(project.file('.tuix/logs')),
    ]
    const names = [
      '../x',
      '..',
      '.',
      '/tmp/x',
      'a/b',
      'a\0b',
      '.hidden',
      '-x',
      'con',
      'x'.repeat(65),
      '',
      'a\nb',
      '__proto__',
    ]
    for (const name of names) {
      const process = { name, command: 'true' }
      const request = { names: [name], processes: [process], environment: {}, wait: false }
      const { status, body } = await send(socket, 'POST', '/v1/start', request)
      expect([status, JSON.parse(body).error.code]).toEqual([400, 'config'])
      for (const path of ['stop', 'remove', 'flush']) {
        const request = { names: [name], ...(path === 'remove' && { logs: true }) }
        const [outcome] = JSON.parse((await send(socket, 'POST', `/v1/${path}`, request)).body)
        expect(outcome).toMatchObject({ ok: false, code: 'unknown-process' })
      }
    }
    for (const group of ['../x', 'a/b', 'a\0b']) {
      const process = { name: 'other', command: 'true', group }
      const request = { names: ['other'], processes: [process], environment: {} }
      expect((await send(socket, 'POST', '/v1/start', request)).status).toBe(400)
    }
    for (const key of ['logFile', 'errorFile', 'cwd', 'command']) {
      const process = { name: 'other', command: 'true', [key]: '/tmp/a\0b' }
      const request = { names: ['other'], processes: [process], environment: {} }
      expect((await send(socket, 'POST', '/v1/start', request)).status).toBe(400)
    }
    const after = [
      readdirSync(project.path),
      readdirSync(project.file('.tuix')),
      readdirSync(project.file('.tuix/logs')),
    ]
    expect(after).toEqual(before)
  })
})

describe('symbolic links', () => {
  const precious = () => project.file('precious')
  const plant = (...names: string[]) => {
    writeFileSync(precious(), PRECIOUS)
    for (const name of names) symlinkSync(precious(), project.file(`.tuix/${name}`))
  }
  const isUntouched = () => readFileSync(precious(), 'utf8') === PRECIOUS

  it.each(['web.out.log', 'web.err.log'])(
    'in the place of %s are not followed by a start, flush or remove',
    async (name) => {
      await project.ps('supervisor', 'restart')
      await project.ps('start', 'web')
      await project.ps('remove', 'web', '--logs')
      plant(`logs/${name}`)
      const { code, stderr } = await project.ps('start', 'web')
      expect(code).toBe(1)
      expect(stderr).toContain(`/logs/${name} is a symbolic link, which is not followed`)
      await project.ps('flush', 'web')
      expect(isUntouched()).toBe(true)
      await project.ps('remove', 'web', '--logs')
      expect(isUntouched()).toBe(true)
    },
  )

  it('in the place of what lies beside the logs are not followed', async () => {
    await project.ps('start', 'web')
    await project.ps('remove', 'web', '--logs')
    plant('logs/web.index', 'logs/web.out.log.rotation', 'logs/web.index.new')
    await project.ps('start', 'web', '--no-wait')
    await project.ps('flush', 'web')
    await project.ps('restart', 'web', '--no-wait')
    await project.ps('remove', 'web', '--logs')
    expect(isUntouched()).toBe(true)
  })

  it('in the place of the journal, the state and the socket are not followed', async () => {
    await project.ps('start', 'web')
    await project.ps('supervisor', 'stop')
    for (const name of ['events.jsonl', 'supervisor.json', 'supervisor.sock']) {
      writeFileSync(precious(), PRECIOUS)
      const path = project.file(`.tuix/${name}`)
      rmSync(path, { force: true })
      symlinkSync(precious(), path)
    }
    await project.ps('stop', 'web')
    expect(isUntouched()).toBe(true)
  })

  it('that a config names as a log are the own affair of whoever wrote it', async () => {
    writeFileSync(precious(), '')
    symlinkSync(precious(), project.file('link.log'))
    project.write('processes.json', [child('web', 'counter', { logFile: 'link.log' })])
    await project.ps('start', 'web')
    await project.ps('stop', 'web')
    expect(readFileSync(precious(), 'utf8')).toMatch(/\d/)
    await project.ps('remove', 'web', '--logs')
    expect(existsSync(precious())).toBe(true)
    expect(existsSync(project.file('link.log'))).toBe(true)
  })
})

describe('FIFOs', () => {
  it('that a config names as a log fail the start of that process, and hold up nothing', async () => {
    execFileSync('mkfifo', [project.file('pipe')])
    const config = [child('web', 'counter', { logFile: 'pipe' }), child('other', 'sleeper', { errorFile: 'pipe' })]
    project.write('processes.json', [...config, child('good', 'sleeper')])
    const started = await project.ps('start', '--all')
    expect([started.code, started.stdout]).toEqual([1, expect.stringMatching(/^good: started/m)])
    for (const name of ['web', 'other']) {
      expect(started.stderr).toContain(`${name}: could not be started: ${project.file('pipe')} is a FIFO, not a file\n`)
    }
    expect((await project.ps('stop', '--all')).code).toBe(0)
  })

  it('in the place of our own files hold up nothing', async () => {
    await project.ps('start', 'web')
    await project.ps('supervisor', 'stop', '--all')
    const locks = readdirSync(project.file('.tuix')).filter((name) => name.startsWith('lock.'))
    const logs = ['logs/web.out.log', 'logs/web.index', 'logs/web.out.log.rotation']
    for (const name of [
      ...locks,
      ...logs,
      'state.json',
      'state.json.bak',
      'events.jsonl',
      'declared.json',
      'supervisor.json',
    ]) {
      rmSync(project.file(`.tuix/${name}`), { force: true })
      execFileSync('mkfifo', [project.file(`.tuix/${name}`)])
    }
    expect((await project.ps('list')).code).toBe(0)
    const { code, stderr } = await project.ps('start', 'web')
    expect([code, stderr]).toEqual([1, expect.stringContaining(`/logs/web.out.log is a FIFO, not a file\n`)])
    expect((await project.ps('flush', 'web')).code).toBe(1)
    expect((await project.ps('supervisor', 'stop')).code).toBe(0)
  })
})
