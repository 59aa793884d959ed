import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readGitPlace } from '../../../src/system/fs/git-worktree.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { describeWith } from '../../integration/programs.ts'

let folder: TempFolder
const at = (name: string) => `${folder.path}/${name}`
const git = (where: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: at(where), stdio: 'pipe' })

describeWith(['git'], 'a folder in a working tree', () => {
  beforeEach(() => {
    folder = tempFolder('worktree')
    mkdirSync(at('shop/apps/web'), { recursive: true })
    git('shop', 'init', '-q', '-b', 'main')
    writeFileSync(at('shop/apps/web/file'), '1')
    git('shop', 'add', '-A')
    git('shop', 'commit', '-qm', 'one')
  })
  afterEach(() => folder.remove())

  it('is known in the main one by its own name, and in a linked one by that and the branch', () => {
    git('shop', 'worktree', 'add', '-q', '../other', '-b', 'feature/x')
    const main = readGitPlace(at('shop'))
    const linked = readGitPlace(at('other'))
    expect(main).toEqual({ family: `${at('shop/.git')}:`, folder: 'shop', branch: null, head: null })
    expect(linked).toEqual({
      family: main?.family,
      folder: 'shop',
      branch: 'feature/x',
      head: at('shop/.git/worktrees/other'),
    })
    expect(readGitPlace(at('other/apps/web'))).toEqual({
      family: `${at('shop/.git')}:apps/web`,
      folder: 'web',
      branch: 'feature/x',
      head: at('shop/.git/worktrees/other'),
    })
    expect(readGitPlace(at('shop/apps/web'))).toMatchObject({ family: `${at('shop/.git')}:apps/web`, branch: null })
  })

  it('has the name of the working tree if it is on no branch, and the branch while that is rebased', () => {
    git('shop', 'worktree', 'add', '-q', '--detach', '../other')
    expect(readGitPlace(at('other'))?.branch).toBe('other')
    git('other', 'switch', '-qc', 'topic')
    writeFileSync(at('other/apps/web/file'), '2')
    git('other', 'commit', '-qam', 'two')
    writeFileSync(at('shop/apps/web/file'), '3')
    git('shop', 'commit', '-qam', 'three')
    expect(() => git('other', 'rebase', 'main')).toThrow()
    expect(readGitPlace(at('other'))?.branch).toBe('topic')
  })

  it('of a bare repository has the name of that', () => {
    git('.', 'clone', '-q', '--bare', 'shop', 'store.git')
    git('store.git', 'worktree', 'add', '-q', '../one', 'main')
    expect(readGitPlace(at('one'))).toMatchObject({ folder: 'store', branch: 'main' })
    mkdirSync(at('hidden'))
    git('.', 'clone', '-q', '--bare', 'shop', 'hidden/.bare')
    git('hidden/.bare', 'worktree', 'add', '-q', '../one', 'main')
    expect(readGitPlace(at('hidden/one'))).toMatchObject({ folder: 'hidden', branch: 'main' })
  })

  it('of a submodule, or outside of any, is none', () => {
    git('.', 'clone', '-q', 'shop', 'outer')
    git('outer', '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', at('shop'), 'inner')
    expect(readGitPlace(at('outer/inner'))).toBe(null)
    expect(readGitPlace(folder.path)).toBe(null)
  })
})
