import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { send } from '../../src/client/transport.ts'
import { ProcessManager } from '../../src/index.ts'
import { eventsOf } from '../helpers/asking.ts'
import { child } from '../helpers/children.ts'
import { invoke } from '../helpers/invocation.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(() => project.dispose())

const DECLARED = 'declared-8f2c61'
const INHERITED = 'inherited-51ab07'

/** Everything below `.tuix`, itself included. */
function kept(): string[] {
  const folder = project.file('.tuix')
  return [folder, ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))]
}

async function startWithSecrets(settings: object = {}) {
  const names = ['API_TOKEN', 'DATABASE_URL', 'INHERITED_PASSWORD', 'MODE']
  const env = { API_TOKEN: DECLARED, DATABASE_URL: `postgres://app:${DECLARED}@localhost/app`, MODE: 'fast' }
  project = tempProject({ config: [{ ...child('web', 'env', { args: names, env }), ...settings }] })
  return await project.psWith({ env: { INHERITED_PASSWORD: INHERITED } }, 'start', 'web')
}

describe('secrets', () => {
  it('reach the process', async () => {
    await startWithSecrets()
    const log = await until(() => project.read('.tuix/logs/web.out.log'))
    expect(JSON.parse(log)).toMatchObject({ API_TOKEN: DECLARED, INHERITED_PASSWORD: INHERITED, MODE: 'fast' })
  })

  it('are in no output and no answer, unless they are asked for', async () => {
    await startWithSecrets()
    const commands = [['list'], ['list', '--json'], ['status'], ['status', '--json'], ['status', 'web', '--json']]
    for (const command of [...commands, ['start', 'web', '--json'], ['restart', 'web', '--json']]) {
      const { stdout, stderr } = await project.ps(...command)
      expect(stdout + stderr).toContain('web')
      expect(stdout + stderr).not.toContain(DECLARED)
    }
    const status = (await project.ps('status', 'web')).stdout
    // The last lines are the process's own words: it printed its secrets itself.
    const page = status.slice(0, status.indexOf('Last lines'))
    expect(page).toContain('MODE=fast')
    expect(page).toContain('API_TOKEN=')
    expect(page).not.toContain(DECLARED)

    const { socket } = project.supervisor() ?? { socket: '' }
    expect((await send(socket, 'GET', '/v1/processes')).body).not.toContain(DECLARED)
    expect((await send(socket, 'GET', '/v1/processes/web')).body).not.toContain(DECLARED)
    expect((await send(socket, 'GET', '/v1/processes/web?reveal=1')).body).toContain(DECLARED)
    const manager = new ProcessManager({ supervisor: 'daemon' }, project.path)
    expect(JSON.stringify(await manager.status('web'))).not.toContain(DECLARED)
    expect((await manager.status('web', { reveal: true })).config.env.API_TOKEN).toBe(DECLARED)
    await manager.close()
  })

  it('are revealed on a terminal only', async () => {
    await startWithSecrets()
    const piped = await project.ps('status', 'web', '--reveal')
    expect(piped).toMatchObject({ code: 2, stdout: '' })
    expect(piped.stderr).toBe('error: --reveal works on a terminal only, but stdout is a file or a pipe\n')
    const written: string[] = []
    const stdout = { write: (text: string) => void written.push(text), isTTY: true, columns: 80, rows: 24 }
    await invoke(['status', 'web', '--reveal'], { cwd: project.path, stdout })
    const shown = written.join('')
    expect(shown.slice(0, shown.indexOf('Last lines'))).toContain(`API_TOKEN=${DECLARED}`)
  })

  it('that a hook or a health check says are in no event, no reason and no file', async () => {
    const says = `echo "sent $API_TOKEN and $INHERITED_PASSWORD"`
    const { stderr } = await startWithSecrets({
      hooks: { onCrash: says, onGiveUp: says },
      healthCheck: { type: 'exec', command: `${says}; exit 1`, retries: 1, interval: 100 },
      maxRestarts: 1,
      restartDelay: 10,
    })
    await until(() => eventsOf(project, 'web').some(({ message }) => message.startsWith('onGiveUp: sent')))
    const { reason } = await project.state('web')
    expect(reason).toContain('••••')
    // A failed start shows the last lines, among which may be what the process itself printed of its variables.
    const told = stderr.replace(/^.*"API_TOKEN".*$/gm, '')
    for (const text of [reason, told, project.read('.tuix/events.jsonl')]) {
      expect(text).not.toContain(DECLARED)
      expect(text).not.toContain(INHERITED)
    }
    const state = JSON.parse(project.read('.tuix/state.json'))
    expect(state.processes[0].config.env.API_TOKEN).toBe(DECLARED)
    delete state.processes[0].config
    expect(JSON.stringify(state)).not.toContain(DECLARED)
  })

  it('that were inherited are in no file but what the process itself wrote', async () => {
    await startWithSecrets()
    const files = kept().filter((path) => lstatSync(path).isFile() && !path.endsWith('.out.log'))
    expect(files.length).toBeGreaterThan(3)
    expect(files.filter((path) => readFileSync(path, 'utf8').includes(INHERITED))).toEqual([])
  })

  it('cannot be read by other users, and stay out of version control', async () => {
    await startWithSecrets()
    const open = kept().filter((path) => (lstatSync(path).mode & 0o077) !== 0)
    expect(open).toEqual([])
    expect(project.read('.tuix/.gitignore').trim()).toBe('*')
  })
})
