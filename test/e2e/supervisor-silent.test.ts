import { afterEach, describe, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { alive } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import type { Finished } from '../helpers/running.ts'

let project: Project
let hung: number
afterEach(async () => {
  if (alive(hung)) process.kill(hung, 'SIGCONT')
  await project.dispose()
})

/** A project whose supervisor is stopped, as one that hangs: the system still accepts connections for it. */
async function withHungSupervisor(): Promise<number> {
  project = tempProject({ config: [child('web', 'sleeper'), child('other', 'sleeper')] })
  await project.ps('start', 'web')
  const { pid } = await project.state('web')
  hung = project.supervisor()?.identity.pid ?? 0
  process.kill(hung, 'SIGSTOP')
  return pid ?? 0
}

const help = () =>
  `supervisor ${hung} does not answer; \`tuix-ps supervisor restart\` replaces it, and its processes keep running`

describe('a supervisor that does not answer', () => {
  it('is told of by every command, and those that only read answer from what was saved', async () => {
    const web = await withHungSupervisor()
    const run = async (line: string): Promise<[string, Finished]> => [
      line,
      await project.psWith({}, ...line.split(' ')),
    ]
    const reading = [
      'list',
      'list --json',
      'status web',
      'logs web -n 5',
      'why web',
      'tree',
      'ports',
      'env web',
      'supervisor',
    ]
    const acting = [
      'start other',
      'stop web',
      'restart --all --no-wait',
      'signal web HUP',
      'flush web',
      'rm other',
      'apply',
    ]
    const results = new Map(await Promise.all([...reading, ...acting, 'doctor'].map(run)))
    for (const line of reading) {
      const result = results.get(line)
      expect([line, result?.code, result?.stderr]).toEqual([
        line,
        0,
        expect.stringContaining(`warning: ${help()}; this is what was last saved\n`),
      ])
    }
    expect(results.get('list --json')?.json()[0]).toMatchObject({ name: 'web', status: 'running', pid: web })
    expect(results.get('logs web -n 5')?.stdout).toContain(`-- started with pid ${web} --`)
    for (const line of acting) {
      const result = results.get(line)
      expect([line, result?.code, result?.stderr]).toEqual([line, 1, `error: ${help()}\n`])
    }
    const doctor = results.get('doctor')
    expect([doctor?.code, doctor?.stdout]).toEqual([
      1,
      expect.stringMatching(new RegExp(`supervisor +pid ${hung} is alive but does not answer: supervisor restart\n`)),
    ])
    expect(alive(web)).toBe(true)
  })

  it('does not stop a command from ending at its time limit', async () => {
    await withHungSupervisor()
    const lines = ['wait web --timeout 500ms', 'stop web --timeout 500ms', 'start other --timeout 500ms']
    await Promise.all(
      lines.map(async (line) => {
        const { code, stderr } = await project.psWith({}, ...line.split(' '))
        expect([line, code, stderr]).toEqual([line, 124, `error: ${help()}\n`])
      }),
    )
  })

  it('answers again as if nothing had been, when it goes on', async () => {
    const web = await withHungSupervisor()
    const waiting = project.psWith({}, 'list')
    expect((await waiting).stderr).toContain(help())
    process.kill(hung, 'SIGCONT')
    const { code, stdout, stderr } = await project.ps('list')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain(String(web))
    expect(project.supervisor()?.identity.pid).toBe(hung)
  })
})
