import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { indexLockOf } from '../../../src/monitors/watch/git.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let temp: TempFolder
beforeEach(() => {
  temp = tempFolder('git')
})
afterEach(() => temp.remove())

const folder = (path: string) => {
  mkdirSync(join(temp.path, path), { recursive: true })
  return join(temp.path, path)
}

it('is the nearest repository above', () => {
  folder('.git')
  folder('packages/api/.git')
  expect(indexLockOf(folder('packages/web/src'))).toBe(join(temp.path, '.git/index.lock'))
  expect(indexLockOf(folder('packages/api/src'))).toBe(join(temp.path, 'packages/api/.git/index.lock'))
})

it('is elsewhere in a linked working tree', () => {
  const linked = folder('linked')
  writeFileSync(join(linked, '.git'), 'gitdir: ../main/.git/worktrees/linked\n')
  expect(indexLockOf(linked)).toBe(join(temp.path, 'main/.git/worktrees/linked/index.lock'))
})
