import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { control, untilPrompt, untilState } from '../helpers/asking.ts'
import { child } from '../helpers/children.ts'
import { zombiesOf } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(() => project.dispose())

const MB = 2 ** 20

function supervisorPid(): number {
  const pid = project.supervisor()?.identity.pid
  if (!pid) throw new Error('nobody supervises')
  return pid
}

/** Resident memory of the supervisor in bytes. */
function memory(): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${supervisorPid()}/status`, 'utf8'))?.[1]) * 1024
}

/** Starts the supervisor and lets it do once what it does again and again, so that its code is loaded and its heap has grown. */
async function warmUp(): Promise<number> {
  expect((await project.ps('start', 'idle')).code).toBe(0)
  for (let round = 0; round < 3; round++) expect((await project.ps('restart', 'idle')).code).toBe(0)
  for (let request = 0; request < 200; request++) await control(project).list({})
  return memory()
}

/** What it has grown by since; garbage goes when the next request brings some more. */
async function settles(before: number): Promise<void> {
  const grown = async () => {
    await control(project).list({})
    return memory() - before < 20 * MB
  }
  await until(grown, { what: `the supervisor to be back near ${before} bytes` })
}

/** Up when it has said this. */
const seen = (outputPattern: string) => ({ healthCheck: { type: 'output', outputPattern } }) as const

describe('what a child writes', () => {
  it('may be one line of 10 MB, which is kept and searched', async () => {
    const args = [`${10 * MB}`, `${10 * MB}`]
    project = tempProject({
      config: [
        child('idle', 'sleeper'),
        child('torrent', 'torrent', { args, maxLogSize: 100, ...seen('over on stdout') }),
      ],
    })
    const before = await warmUp()
    expect(await project.ps('start', 'torrent')).toMatchObject({ code: 0, stderr: '' })
    const log = project.read('.tuix/logs/torrent.out.log')
    expect(log.length).toBe(10 * MB + 'over on stdout\n'.length)
    expect(log.indexOf('\n')).toBe(10 * MB - 1)
    await settles(before)
  })

  it('may be a flood of 100 MB, which is rotated as it comes', async () => {
    const args = [`${100 * MB}`, '128']
    project = tempProject({
      config: [child('idle', 'sleeper'), child('torrent', 'torrent', { args, ...seen('over on stderr') })],
    })
    const before = await warmUp()
    expect(await project.ps('start', 'torrent')).toMatchObject({ code: 0, stderr: '' })
    await until(() => readdirSync(project.file('.tuix/logs')).some((file) => /^torrent\.out\.log\./.test(file)), {
      what: 'an archive',
    })
    await untilPrompt(project)
    await settles(before)
  })
})

describe('three hundred crashes', () => {
  it('leave no zombie and cost no memory; then it gives up', async () => {
    project = tempProject({
      config: [child('idle', 'sleeper'), { name: 'crash', command: 'false', restartDelay: 0, maxRestarts: 300 }],
    })
    const before = await warmUp()
    const supervisor = supervisorPid()
    await project.ps('start', 'crash', '--no-wait')
    expect((await control(project).status({ name: 'crash' })).restarts).toBeLessThan(300)
    await untilPrompt(project)
    const end = await untilState(project, 'crash', ({ status }) => status === 'error', 55_000)
    expect(end).toMatchObject({ restarts: 300, run: 301, exitCode: 1, pid: null })
    expect(supervisorPid()).toBe(supervisor)
    expect(zombiesOf(supervisor)).toEqual([])
    await settles(before)
  })
})
