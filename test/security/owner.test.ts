import { chmodSync, chownSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createProcessManager } from '../../src/index.ts'
import { child } from '../helpers/children.ts'
import { invoke } from '../helpers/invocation.ts'
import { isRoot, NOBODY, psAsNobody } from '../helpers/nobody.ts'
import { type Project, tempProject } from '../helpers/project.ts'

let project: Project
beforeEach(() => {
  project = tempProject({ config: [child('web', 'sleeper', { minUptime: 50 })] })
})
afterEach(() => project.dispose())

/** A command of another user. */
const asNobody = (...args: string[]) => psAsNobody(project, ...args)

/** Owners of everything in the state folder. */
const owners = () => {
  const folder = project.file('.tuix')
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return [...new Set([folder, ...names.map((name) => join(folder, name))].map((path) => statSync(path).uid))]
}

const QUESTIONS = [
  ['list'],
  ['list', '--json'],
  ['status', 'web'],
  ['supervisor'],
  ['logs', 'web'],
  ['ports'],
  ['events'],
]
const ORDERS = [['start', 'web'], ['stop', 'web'], ['restart', 'web'], ['apply'], ['run', 'x', '--', 'sleep', '1']]

describe.skipIf(!isRoot)('the state folder of another user', () => {
  it('is refused in one sentence by every command, and left as it is', async () => {
    chmodSync(project.path, 0o755)
    expect((await project.ps('start', 'web')).code).toBe(0)
    const stderr = `error: ${project.file('.tuix')} belongs to another user, root: run commands as that user, or chown it\n`
    for (const args of [...QUESTIONS, ...ORDERS]) {
      expect(await asNobody(...args), args.join(' ')).toMatchObject({ code: 1, stdout: '', stderr })
    }
    const doctor = await asNobody('doctor')
    expect(doctor.stdout).toContain('.tuix belongs to another user')
    expect(doctor).toMatchObject({ code: 1, stderr: '' })
    expect(await project.state('web')).toMatchObject({ status: 'running', restarts: 0 })
  })

  it('is read by root, who starts nothing in it and leaves no file there', async () => {
    chmodSync(project.path, 0o777)
    expect((await asNobody('start', 'web')).code).toBe(0)
    const refusal = `${project.file('.tuix')} belongs to another user, nobody: run this as that user: sudo -u nobody`
    for (const args of QUESTIONS) expect((await project.ps(...args)).code, args.join(' ')).toBe(0)
    for (const args of [
      ['start', 'web'],
      ['restart', 'web'],
      ['apply'],
      ['supervisor', 'restart'],
      ['supervisor', 'run'],
    ]) {
      const { code, stderr } = await project.psWith({}, ...args)
      expect([code, stderr], args.join(' ')).toEqual([1, `error: ${refusal}\n`])
    }
    expect((await asNobody('supervisor', 'stop')).code).toBe(0)
    await expect(createProcessManager({ tuixDir: '.tuix' }, project.path)).rejects.toThrow(refusal)
    // A command that needs a supervisor launches none.
    expect(await project.ps('list')).toMatchObject({ code: 1, stderr: `error: ${refusal}\n` })
    expect(owners()).toEqual([NOBODY])
    expect(await asNobody('supervisor', 'stop', '--all')).toMatchObject({ code: 0 })
  })
})

it('a folder that somebody else seems to own is refused before anything is written', async () => {
  mkdirSync(project.file('.tuix'))
  const own = process.getuid
  // Only root could make a folder that belongs to somebody else; so we are somebody else.
  process.getuid = () => 4_000_000
  try {
    const { code, stderr } = await invoke(['start', 'web'], { cwd: project.path })
    expect([code, stderr]).toEqual([1, expect.stringContaining('.tuix belongs to another user, ')])
  } finally {
    if (own) process.getuid = own
  }
  expect(readdirSync(project.file('.tuix'))).toEqual([])
})

it.skipIf(!isRoot)(
  'a state file that root left in the user’s folder is named, not taken for a missing one',
  async () => {
    chmodSync(project.path, 0o777)
    expect((await asNobody('start', 'web')).code).toBe(0)
    expect((await asNobody('supervisor', 'stop', '--all')).code).toBe(0)
    const file = project.file('.tuix/state.json')
    chownSync(file, 0, 0)
    expect(await asNobody('list')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`${file} belongs to another user, root`),
    })
  },
)
