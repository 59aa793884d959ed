import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
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

async function startWithSecrets() {
  const names = ['API_TOKEN', 'DATABASE_URL', 'INHERITED_PASSWORD', 'MODE']
  const env = { API_TOKEN: DECLARED, DATABASE_URL: `postgres://app:${DECLARED}@localhost/app`, MODE: 'fast' }
  project = tempProject({ config: [child('web', 'env', { args: names, env })] })
  await project.psWith({ env: { INHERITED_PASSWORD: INHERITED } }, 'start', 'web')
}

describe('secrets', () => {
  it('reach the process', async () => {
    await startWithSecrets()
    const log = await until(() => project.read('.tuix/logs/web.out.log'))
    expect(JSON.parse(log)).toMatchObject({ API_TOKEN: DECLARED, INHERITED_PASSWORD: INHERITED, MODE: 'fast' })
  })

  it('are in no output, unless it is asked to reveal them', async () => {
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
    expect((await project.ps('status', 'web', '--reveal')).stdout).toContain(`API_TOKEN=${DECLARED}`)
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
