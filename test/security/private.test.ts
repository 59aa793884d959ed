import { chmodSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { run } from '../helpers/running.ts'
import { until } from '../helpers/until.ts'

const isRoot = process.getuid?.() === 0
/** The user `nobody`. */
const NOBODY = 65_534

let project: Project
let umask: number
beforeEach(() => {
  umask = process.umask(0)
})
afterEach(async () => {
  process.umask(umask)
  await project.dispose()
})

/** Tries to connect as another user, and prints what comes of it. */
const INTRUDER = `
process.setgroups([]); process.setgid(${NOBODY}); process.setuid(${NOBODY})
require('node:net').connect(process.argv[1])
  .on('connect', () => { console.log('connected'); process.exit() })
  .on('error', ({ code }) => console.log(code))
`

describe('where the user lets everybody read and write', () => {
  it('everything in the folder is the own user alone', async () => {
    const processes = [
      child('web', 'counter', { hooks: { onReady: 'true' } }),
      child('crash', 'crash', { maxRestarts: 1 }),
    ]
    project = tempProject({ config: processes })
    await project.ps('start', '--all')
    await project.killSupervisor()
    await project.ps('restart', 'web')
    const folder = project.file('.tuix')
    const paths = [
      folder,
      ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    ]
    expect(paths.length).toBeGreaterThan(8)
    // Half of a crash report has another name a moment later.
    const modeOf = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.mode ?? 0
    expect(paths.filter((path) => (modeOf(path) & 0o077) !== 0)).toEqual([])
  })

  it.skipIf(!isRoot)('the socket refuses another user', async () => {
    project = tempProject({ config: [child('web', 'sleeper')] })
    chmodSync(project.path, 0o755)
    await project.ps('start', 'web')
    const { socket } = await until(() => project.supervisor())
    // Not from within the folder, whose own name could refuse it.
    const intruder = run(['-e', INTRUDER, socket], { cwd: '/', runtime: 'node' })
    expect(await intruder.finished).toMatchObject({ stdout: 'EACCES\n', stderr: '' })
  })
})
