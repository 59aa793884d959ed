import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, realpathSync, statSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import type { Finding } from '../../src/model/doctor.ts'
import { child, fixture } from '../helpers/children.ts'
import { alive } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

let project: Project
const ghosts: ChildProcess[] = []

afterEach(async () => {
  for (const ghost of ghosts.splice(0)) ghost.kill('SIGKILL')
  await project.dispose()
})

/** What is not well, by check. */
async function bad(...args: string[]): Promise<Record<string, Finding>> {
  const { findings }: { findings: Finding[] } = (await project.ps('doctor', '--json', ...args)).json()
  return Object.fromEntries(findings.filter(({ level }) => level === 'problem').map((found) => [found.check, found]))
}

/** A process with the marker of this project that no state knows, in a session of its own. */
function haunt(name: string): number {
  const hash = createHash('sha256')
    .update(realpathSync(project.file('.tuix')))
    .digest('hex')
    .slice(0, 8)
  const env = { TUIX_PROCESS_ID: `${hash}:${name}:0badcafe/1`, PATH: process.env.PATH, HOME: project.path }
  const ghost = spawn('perl', [fixture('sleeper')], { env, cwd: project.path, stdio: 'ignore', detached: true })
  ghosts.push(ghost)
  return ghost.pid ?? 0
}

const untilFound = (check: string) =>
  until(async () => (await bad())[check], { what: `the finding ${check}`, everyMs: 300 })

describe('doctor', () => {
  it('finds nothing where all is well, and brings up no supervisor', async () => {
    project = tempProject({ config: [child('web', 'sleeper')] })
    const { code, stdout } = await project.ps('doctor')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^✔ folder .* does not exist yet/m)
    expect(project.supervisor()).toBeNull()
    await project.ps('start', 'web')
    const healthy = await project.ps('doctor')
    expect([healthy.code, healthy.stderr]).toEqual([0, ''])
    expect(healthy.stdout).toMatch(/^✔ supervisor +pid \d+, daemon, version /m)
    expect(healthy.stdout).toMatch(/\n\n(all is well|0 problems, .*)\n$/)
  })

  it('finds what a killed supervisor left, open modes and a crash loop, and mends what can be mended', async () => {
    const loop = { args: ['3'], maxRestarts: 1, restartDelay: 1, minUptime: 0 }
    project = tempProject({ config: [child('web', 'sleeper'), child('loop', 'crash', loop)] })
    await project.ps('start', 'web')
    await project.ps('start', 'loop')
    const saved = () =>
      JSON.parse(project.read('.tuix/state.json')).processes as { config: { name: string }; status: string }[]
    const hasGivenUp = () => saved().some(({ config, status }) => config.name === 'loop' && status === 'error')
    await until(hasGivenUp, { what: 'giving up, on disk' })
    const { pid } = await project.state('web')
    const killed = await project.killSupervisor()
    chmodSync(project.file('.tuix/state.json'), 0o644)
    project.write('.tuix/state.json.corrupt-1', 'nonsense')

    const { code, stdout } = await project.ps('doctor')
    expect(code).toBe(1)
    expect(stdout).toMatch(
      new RegExp(`^✖ supervisor +pid ${killed} is gone and left its record and socket: .*--fix`, 'm'),
    )
    expect(stdout).toMatch(/^✖ folder +others may read state\.json/m)
    expect(stdout).toMatch(/^! state +an unusable state was set aside: state\.json\.corrupt-1/m)
    expect(stdout).toMatch(/^✖ crashes +loop failed \d+ times in a row, and was given up: .*3/m)

    const mended = await project.ps('doctor', '--fix')
    expect(mended.code).toBe(1)
    expect(mended.stdout).toMatch(/^✔ folder +mended: others may read state\.json/m)
    expect(mended.stdout).toMatch(/^✔ supervisor +mended: /m)
    expect(Object.keys(await bad())).toEqual(['crashes'])
    expect(statSync(project.file('.tuix/state.json')).mode & 0o777).toBe(0o600)
    expect(await project.state('web')).toMatchObject({ pid, adopted: true })
  })

  it('has orphans taken over where nobody supervises, and ends them where somebody does', async () => {
    project = tempProject({ config: [child('web', 'sleeper')] })
    await project.ps('start', 'web')
    await project.ps('supervisor', 'stop', '--all')
    const lost = haunt('lost')
    expect(await untilFound('orphans')).toMatchObject({
      fix: 'recover',
      message: expect.stringContaining(`pid ${lost} of lost`),
    })
    expect((await bad('--fix')).orphans).toBeUndefined()
    expect(await project.state('lost')).toMatchObject({ pid: lost, adopted: true })

    // As if it had not been written down yet.
    project.write('.tuix/state.json', { ...JSON.parse(project.read('.tuix/state.json')), processes: [] })
    const ghost = haunt('ghost')
    expect(await untilFound('orphans')).toMatchObject({
      fix: 'end-orphans',
      message: expect.not.stringContaining(`pid ${lost} of lost`),
    })
    expect((await bad('--fix')).orphans).toBeUndefined()
    expect([alive(ghost), alive(lost)]).toEqual([false, true])
  })
})
