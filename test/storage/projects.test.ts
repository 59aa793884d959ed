import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { knownProjects, noteProject, projectsFolder } from '../../src/storage/projects.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'

let folder: TempFolder
let before: string | undefined
const known = () => knownProjects().map(({ tuixDir }) => tuixDir)

beforeEach(() => {
  folder = tempFolder('projects')
  before = process.env.XDG_STATE_HOME
  process.env.XDG_STATE_HOME = `${folder.path}/state`
})

afterEach(() => {
  process.env.XDG_STATE_HOME = before
  folder.remove()
})

function project(name: string): string {
  const tuixDir = `${folder.path}/${name}/.tuix`
  mkdirSync(tuixDir, { recursive: true })
  return tuixDir
}

describe('the registry of projects', () => {
  it('is empty before the first supervisor', () => {
    expect(knownProjects()).toEqual([])
    expect(readdirSync(folder.path)).toEqual([])
  })

  it('has every noted folder once, in the order in which they were noted first', () => {
    const shop = project('shop')
    const blog = project('a blog\n"ü"')
    noteProject(shop)
    const [first] = knownProjects()
    noteProject(blog)
    noteProject(shop)
    expect(known().sort()).toEqual([blog, shop].sort())
    expect(knownProjects().find(({ tuixDir }) => tuixDir === shop)).toEqual(first)
    expect(lstatSync(projectsFolder() ?? '').mode & 0o777).toBe(0o700)
  })

  it('forgets a folder that was deleted, renamed or is a file now', () => {
    const [gone, renamed, file, stays] = ['gone', 'renamed', 'file', 'stays'].map(project)
    for (const tuixDir of [gone, renamed, file, stays]) noteProject(tuixDir ?? '')
    rmSync(gone ?? '', { recursive: true })
    renameSync(`${folder.path}/renamed`, `${folder.path}/elsewhere`)
    rmSync(file ?? '', { recursive: true })
    writeFileSync(file ?? '', '')
    expect(known()).toEqual([stays])
    expect(readdirSync(projectsFolder() ?? '')).toHaveLength(1)
  })

  it('forgets them when the next supervisor begins, too', () => {
    const gone = project('gone')
    noteProject(gone)
    rmSync(gone, { recursive: true })
    noteProject(project('shop'))
    expect(readdirSync(projectsFolder() ?? '').map((name) => readlinkSync(`${projectsFolder()}/${name}`))).toEqual([
      `${folder.path}/shop/.tuix`,
    ])
  })

  it('leaves alone what is no link, and corrects a link that leads elsewhere', () => {
    const shop = project('shop')
    noteProject(shop)
    const [name = ''] = readdirSync(projectsFolder() ?? '')
    writeFileSync(`${projectsFolder()}/notes.txt`, 'mine')
    rmSync(`${projectsFolder()}/${name}`)
    symlinkSync(project('blog'), `${projectsFolder()}/${name}`)
    noteProject(shop)
    expect(known()).toEqual([shop])
    expect(readdirSync(projectsFolder() ?? '').sort()).toEqual([name, 'notes.txt'].sort())
  })

  it('does not fail where nothing can be written', () => {
    const shop = project('shop')
    for (const place of [`${folder.path}/file/state`, '/proc/none/state']) {
      writeFileSync(`${folder.path}/file`, '')
      process.env.XDG_STATE_HOME = place
      expect(() => noteProject(shop)).not.toThrow()
      expect(knownProjects()).toEqual([])
    }
  })
})
