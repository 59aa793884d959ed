import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, statSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import type { Finding } from '../../src/model/diagnosis/facts.ts'
import { placeHash } from '../../src/system/fs/place-hash.ts'
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
  const hash = placeHash(project.file('.tuix'))
  const env = { TUIX_PROCESS_ID: `${hash}:${name}:0badcafe/1`, PATH: process.env.PATH, HOME: project.path }
  const ghost = spawn('perl', [fixture('sleeper')], { env, cwd: project.path, stdio: 'ignore', detached: true })
  ghosts.push(ghost)
  return ghost.pid ?? 0
}

const untilFound = (check: string) =>
  until(async () => (await bad())[check], { what: `the finding ${check}`, everyMs: 300 })

describe('doctor', () => {
  it('finds no problems in a healthy project, and starts no supervisor', async () => {
    project = tempProject({ config: [child('web', 'sleeper')] })
    const { code, stdout } = await project.ps('doctor')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^✔ folder .* does not exist yet/m)
    expect(project.supervisor()).toBeNull()
    await project.ps('start', 'web')
    const healthy = await project.ps('doctor')
    expect([healthy.code, healthy.stderr]).toEqual([0, ''])
    expect(healthy.stdout).toMatch(/^✔ supervisor +pid \d+, daemon, version /m)
    expect(healthy.stdout).toMatch(/\n\n(no problems found|0 problems, .*)\n$/)
  })

  it('says whether the config can be used, as list does once it cannot', async () => {
    project = tempProject({
      files: {
        'tuix.config.mjs': 'export default { processManager: { processes: { web: { command: "sleep 1000" } } } }',
      },
    })
    expect((await project.ps('doctor')).stdout).toMatch(/^✔ config +tuix\.config\.mjs declares 1 process$/m)
    project.write('processes.json', [])
    const beside = 'tuix.config.mjs is used, but not processes.json beside it'
    expect((await project.ps('doctor')).stdout).toMatch(new RegExp(`^! config +${beside}$`, 'm'))
    await project.ps('start', '--all')
    // In processes of their own: a runtime loads a module only once.
    project.write('tuix.config.mjs', 'export default {{')
    const broken = await project.psWith({}, 'doctor')
    expect(broken).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^✖ config +tuix\.config\.mjs: cannot be loaded: /m),
    })
    expect(await project.psWith({}, 'list')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^web .*running/m),
      stderr: expect.stringMatching(
        /^config cannot be used: tuix\.config\.mjs: cannot be loaded: .*; what runs stays as it is\n$/,
      ),
    })
    expect((await project.psWith({}, 'status', 'web')).stdout).toContain('cannot be used: tuix.config.mjs')
  })

  it('quotes the error of a crash, as why does, and not the last line', async () => {
    // As Node prints it. Node itself takes so long to start on a busy machine that it may count as up before.
    const words = ['/app.mjs:1', 'Error: bad deploy', '    at main (/app.mjs:1:7)', '', 'Node.js v20.20.2']
    const print = `printf '%s\\n' ${words.map((word) => `'${word}'`).join(' ')} >&2; exit 1`
    const web = { name: 'web', command: 'sh', args: ['-c', print], maxRestarts: 0 }
    project = tempProject({ config: [web] })
    expect((await project.ps('start', 'web')).code).toBe(1)
    expect((await bad()).crashes?.message).toMatch(/; it wrote: (?:error|Error): bad deploy$/)
    expect((await project.ps('why', 'web')).stdout).toMatch(/^ +(?:error|Error): bad deploy$/m)
  })

  it('finds leftovers of a killed supervisor, open permissions and a crash loop, and repairs what it can', async () => {
    const loop = { args: ['3'], maxRestarts: 1, restartDelay: 1, minUptime: 0 }
    project = tempProject({ config: [child('web', 'sleeper'), child('loop', 'crash', loop)] })
    await project.ps('start', 'web')
    await project.ps('start', 'loop')
    const saved = () =>
      JSON.parse(project.read('.tuix/state.json')).processes as { config: { name: string }; phase: { type: string } }[]
    const hasGivenUp = () => saved().some(({ config, phase }) => config.name === 'loop' && phase.type === 'failed')
    await until(hasGivenUp, { what: 'giving up, on disk' })
    const { pid } = await project.state('web')
    const killed = await project.killSupervisor()
    chmodSync(project.file('.tuix/state.json'), 0o644)
    project.write('.tuix/state.json.corrupt-1', 'nonsense')

    const { code, stdout } = await project.ps('doctor')
    expect(code).toBe(1)
    expect(stdout).toMatch(
      new RegExp(`^✖ supervisor +pid ${killed} is gone, but its record and socket remain: .*--fix`, 'm'),
    )
    expect(stdout).toMatch(/^✖ folder +other users may read state\.json/m)
    expect(stdout).toMatch(/^! state +unusable state files were set aside: state\.json\.corrupt-1/m)
    expect(stdout).toMatch(/^✖ crashes +loop failed \d+ times in a row and was given up: .*3/m)

    const mended = await project.ps('doctor', '--fix')
    expect(mended.code).toBe(1)
    expect(mended.stdout).toMatch(/^✔ folder +repaired: other users may read state\.json/m)
    expect(mended.stdout).toMatch(/^✔ supervisor +repaired: /m)
    expect(Object.keys(await bad())).toEqual(['crashes'])
    expect(statSync(project.file('.tuix/state.json')).mode & 0o777).toBe(0o600)
    expect(await project.state('web')).toMatchObject({ pid, adopted: true })
  })

  it('has orphans adopted if no supervisor is running, and killed if one is', async () => {
    project = tempProject({ config: [child('web', 'sleeper')] })
    await project.ps('start', 'web')
    await project.ps('supervisor', 'stop', '--all')
    const lost = haunt('lost')
    expect(await untilFound('orphans')).toMatchObject({
      fix: 'recover',
      message: expect.stringContaining(`unsupervised processes: pid ${lost} of lost`),
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
