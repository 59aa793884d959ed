import { afterEach, describe, expect, it } from 'vitest'
import type { HooksConfig, ProcessConfig } from '../../src/model/config/config.ts'
import { control, eventsOf, untilState } from '../helpers/asking.ts'
import { child, running } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(() => project.dispose())

/** A hook that notes its facts in a file and says something. */
const note = (extra = '') =>
  // One write: hooks of the same event run at the same time.
  `echo "$TUIX_HOOK|$TUIX_NAME|$TUIX_PID|$TUIX_EXIT_CODE|$TUIX_SIGNAL|$TUIX_RESTARTS|" >> facts; ${extra}`

const HOOKS = ['onReady', 'onCrash', 'onRestart', 'onStop', 'onGiveUp'] as const
const noting = (extra = '') => Object.fromEntries(HOOKS.map((hook) => [hook, note(extra)])) as HooksConfig

/** The facts that hooks have noted so far, without the last, empty field. */
const facts = () => project.read('facts').split('\n').slice(0, -1)
/** Hooks run at the same time where they are called for by the same event. */
const untilFacts = async (count: number) => {
  await until(() => facts().length >= count, { what: `${count} hooks to have run` })
  return facts().sort()
}

describe('hooks', () => {
  it('run with the facts when it is ready, is restarted by hand and is stopped', async () => {
    project = tempProject({ config: [child('web', 'sleeper', { hooks: noting(), env: { OWN: 'own' } })] })
    expect((await project.ps('start', 'web')).code).toBe(0)
    const first = await project.state('web')
    expect(await untilFacts(1)).toEqual([`onReady|web|${first.pid}|||0|`])
    expect((await project.ps('restart', 'web')).code).toBe(0)
    const second = await project.state('web')
    expect(await untilFacts(3)).toContain(`onReady|web|${second.pid}|||0|`)
    expect((await project.ps('stop', 'web')).code).toBe(0)
    await untilFacts(4)
    expect(facts().map((line) => line.split('|')[0])).toEqual(['onReady', 'onRestart', 'onReady', 'onStop'])
  })

  it("run when it crashes and when it is given up, their output in the log as the system's", async () => {
    const crash = child('web', 'crash', { args: ['3'], minUptime: 0, restartDelay: 50, maxRestarts: 1 })
    project = tempProject({ config: [{ ...crash, hooks: noting('echo "told $TUIX_HOOK: $TUIX_REASON"') }] })
    await project.ps('start', 'web', '--no-wait')
    await untilState(project, 'web', ({ status }) => status === 'error')
    await until(() => facts().some((line) => line.startsWith('onGiveUp')), { what: 'the last hook' })
    await until(() => facts().filter((line) => line.startsWith('onCrash')).length === 2, { what: 'both crashes' })
    const told = facts().filter((line) => /^on(Crash|GiveUp|Restart)/.test(line))
    expect(told.sort()).toEqual([
      'onCrash|web||3||0|',
      'onCrash|web||3||1|',
      'onGiveUp|web||3||1|',
      'onRestart|web||3||0|',
    ])
    const words = await until(
      async () => {
        const lines = (await project.ps('logs', 'web', '--json', '-n', '100')).stdout.trim().split('\n')
        const said = lines.map((line) => JSON.parse(line)).filter(({ message }) => message.includes('told onGiveUp'))
        return said.length > 0 ? said : undefined
      },
      { what: 'the words of a hook in the log' },
    )
    expect(words).toHaveLength(1)
    expect(words[0]).toMatchObject({ name: 'web', source: 'system' })
    expect(words[0].message).toMatch(/gave up after 1 restart: exited with 3/)
    expect(project.read('.tuix/logs/web.out.log')).not.toContain('told')
  })

  it('have the environment and the folder of the process, and their failure is told and changes nothing', async () => {
    const hooks = { onReady: 'echo "$OWN in $(basename "$PWD")"; exit 9' }
    project = tempProject({
      config: [child('web', 'sleeper', { cwd: 'app', env: { OWN: 'own' }, hooks })],
      files: { 'app/file': '' },
    })
    expect((await project.ps('start', 'web')).code).toBe(0)
    const said = () => eventsOf(project, 'web').flatMap(({ type, message }) => (type === 'hook' ? [message] : []))
    await until(() => said().length === 2, { what: 'the words of the hook' })
    expect(said()).toEqual(['onReady: own in app', 'onReady: onReady exited with 9'])
    expect((await control(project).status({ name: 'web' })).status).toBe('running')
  })

  it('that hang hold up nothing', async () => {
    const hooks = { onReady: 'sleep 1000', onStop: 'sleep 1000' }
    const web: ProcessConfig = child('web', 'sleeper', { hooks })
    project = tempProject({ config: [web] })
    expect((await project.ps('start', 'web')).code).toBe(0)
    expect((await project.ps('stop', 'web')).code).toBe(0)
    expect(running(project.path, 'sleeper')).toEqual([])
    expect(await project.state('web')).toMatchObject({ status: 'stopped', pid: null })
  })
})
