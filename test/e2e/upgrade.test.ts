import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { child, running } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'

let project: Project
afterEach(() => project.dispose())

const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'))

/** A copy of the build that says it is another version; its path below the project. */
function buildOf(otherVersion: string): string {
  cpSync(join(REPOSITORY, 'dist'), project.file('other/dist'), { recursive: true })
  symlinkSync(join(REPOSITORY, 'node_modules'), project.file('other/node_modules'), 'dir')
  writeFileSync(project.file('other/package.json'), '{ "type": "module" }')
  for (const name of readdirSync(project.file('other/dist')).filter((file) => file.endsWith('.js'))) {
    const path = project.file(`other/dist/${name}`)
    writeFileSync(path, readFileSync(path, 'utf8').replace(`VERSION = "${version}"`, `VERSION = "${otherVersion}"`))
  }
  return project.file('other/dist/tuix-ps.js')
}

describe('an upgrade', () => {
  it('replaces an older supervisor, says so on stderr only, and keeps the children', async () => {
    project = tempProject({ config: [child('web', 'server')] })
    const old = buildOf('0.0.1')
    expect((await project.run([old, 'start', 'web']).finished).code).toBe(0)
    expect(project.supervisor()?.version).toBe('0.0.1')
    const [before] = (await project.run([old, 'list', '--json']).finished).json()

    const list = await project.ps('list', '--json')
    expect(list.code).toBe(0)
    expect(list.json()).toMatchObject([{ name: 'web', pid: before.pid, status: 'running' }])
    expect(list.stderr).toContain('0.0.1')
    expect(project.supervisor()?.version).toBe(version)
    expect(running(project.path, 'server')).toEqual([before.pid])
    expect((await project.ps('list', '--json')).stderr).toBe('')
  })

  it('is not undone by an older command', async () => {
    project = tempProject({ config: [child('web', 'server')] })
    await project.ps('start', 'web')
    const supervisor = project.supervisor()
    const list = await project.run([buildOf('0.0.1'), 'list', '--json']).finished
    expect(list.json()).toMatchObject([{ name: 'web', status: 'running' }])
    expect(project.supervisor()).toEqual(supervisor)
  })
})
